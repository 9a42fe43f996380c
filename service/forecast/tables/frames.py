"""What the service and the process that reads tables send each other: parts, each behind its length."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, BinaryIO

import orjson

from seqserve.forecast.bulk.queries import Taker
from seqserve.forecast.covariates import Taken
from seqserve.tabular.read_options import ReadOptions

OK = b"\0"
"""What an answer begins with that is no refusal."""
LENGTH = 8
"""Bytes that say how long a part is."""


def part(content: bytes) -> bytes:
    """A part of a frame: its length, and itself."""
    return len(content).to_bytes(LENGTH) + content


def read_part(stream: BinaryIO) -> bytes | None:
    """The next part; none if the stream ends."""
    length = stream.read(LENGTH)
    return stream.read(int.from_bytes(length)) if len(length) == LENGTH else None


def description(name: str, options: ReadOptions, taker: Taker, horizon: int) -> bytes:
    """How a file is to be read, for `arguments`."""
    takes = {**asdict(taker), "covariates": taker.covariates._asdict()}
    return orjson.dumps({"name": name, "options": asdict(options), "taker": takes, "horizon": horizon})


def arguments(described: bytes) -> dict[str, Any]:
    """What `description` was made of, by name."""
    said = orjson.loads(described)
    taker = {**said["taker"], "covariates": Taken(**said["taker"]["covariates"])}
    return {
        "name": said["name"],
        "options": ReadOptions(**said["options"]),
        "forecaster": Taker(**taker),
        "horizon": said["horizon"],
    }
