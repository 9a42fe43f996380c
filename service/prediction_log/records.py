"""What is logged of a prediction, and its id."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from seqserve.prediction_log.logged import Prediction
from seqserve.registry.store import Key
from service.http.json_items import Unparsed

ID = "prediction_id"
_RANDOM_BYTES = 10
_TIME_DIGITS = 12
_OPTIONS = orjson.OPT_SORT_KEYS


class Record(NamedTuple):
    """An item that was answered; what takes time is done when it is written.

    Args:
        time: of the answer, in seconds since 1970.
        item: as the request has it.
        answer: the item's result.
        seconds: that the request took.
    """

    id: str
    time: float
    key: Key
    caller: str | None
    request_id: str | None
    item: Any
    answer: Mapping[str, Any]
    seconds: float


def new_ids(count: int, now: float) -> list[str]:
    """Ids of 32 hexadecimal digits that nobody can guess.

    The time in milliseconds comes first, as in a UUID of version 7: an index then grows at its end, which is fast.
    """
    first = first_id(now)
    drawn = os.urandom(_RANDOM_BYTES * count).hex()
    size = 2 * _RANDOM_BYTES
    return [first + drawn[place * size : (place + 1) * size] for place in range(count)]


def first_id(time: float) -> str:
    """What all ids of predictions from a time on, in seconds since 1970, come after."""
    return f"{int(time * 1000):0{_TIME_DIGITS}x}"


def age(id: str) -> float:
    """Seconds since an id was made; it must be one."""
    return time.time() - int(id[:_TIME_DIGITS], 16) / 1000


def size(content: Any) -> int:
    """Bytes of an item or an answer in memory, nearly: how much the queue holds is bounded by it.

    The first element of a list stands for all of them.
    """
    if isinstance(content, Unparsed):
        return content.size
    own = sys.getsizeof(content)
    if isinstance(content, dict):
        return own + sum(map(size, content.values()))
    if isinstance(content, list) and content:
        return own + len(content) * size(content[0])
    return own


def row(record: Record, *, whole: bool) -> Prediction:
    """What is written of a record.

    Args:
        whole: whether the input is stored, and not only its digest.
    """
    item = record.item.parse() if isinstance(record.item, Unparsed) else record.item
    text = written(item)
    answer = written(record.answer)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept = text if whole else None
    return Prediction(
        record.id,
        datetime.fromtimestamp(record.time, UTC),
        *(record.key.task, record.key.name, record.key.version),
        record.caller,
        record.request_id,
        digest,
        kept,
        answer,
        record.seconds,
    )


def written(content: Any) -> str:
    """JSON without spaces, keys in order; half a surrogate pair, which no database takes, is escaped."""
    try:
        return orjson.dumps(content, option=_OPTIONS).decode()
    except (TypeError, orjson.JSONEncodeError):
        return json.dumps(content, sort_keys=True, separators=(",", ":"))
