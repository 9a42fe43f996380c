"""The log of predictions, as routes use it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request

from seqserve.prediction_log.errors import LogError
from seqserve.registry.store import Key
from service.http.json_items import Unparsed
from service.http.problems import Problem
from service.prediction_log.records import ID, Record, age, new_ids
from service.prediction_log.scores import Feedback, Found, VersionCounts

if TYPE_CHECKING:
    from service.prediction_log.accuracy_gauges import AccuracyGauges
    from service.prediction_log.store import LogStore
    from service.prediction_log.writer import Writer

Done = TypeVar("Done")

_NEW_SECONDS = 2.0
"""A prediction may be said something of sooner than it is written: then it is waited for so long."""
_FLUSH_SECONDS = 2.0


class PredictionLog:
    """Notes predictions, and finds them again.

    Args:
        writer: of the predictions.
        store: for all that a request waits for.
        seconds: how long it waits at most.
        gauges: of the accuracy, if they are exported from here.
    """

    def __init__(self, writer: Writer, store: LogStore, seconds: float, gauges: AccuracyGauges | None = None) -> None:
        self._writer = writer
        self._store = store
        self._seconds = seconds
        self._gauges = gauges
        # Not that of the predictions, which must not wait for a database.
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="feedback")

    def note(
        self, request: Request, key: Key, items: Sequence[Any], results: Sequence[dict[str, Any]], seconds: float
    ) -> None:
        """Queue what was answered, and give each answer its id; if the queue is full they have none, and are lost.

        Args:
            seconds: that the request took.
        """
        answered = [(item, result) for item, result in zip(items, results, strict=True) if "error" not in result]
        if not answered:
            return
        now, state = time.time(), request.state
        caller, request_id = getattr(state, "caller", None), getattr(state, "request_id", None)
        ids = new_ids(len(answered), now)
        records = [
            Record(
                id,
                now,
                key,
                caller,
                request_id,
                item.alone() if isinstance(item, Unparsed) else item,
                dict(result),  # a copy: it is written while the answer gets its id
                seconds,
            )
            for id, (item, result) in zip(ids, answered, strict=True)
        ]
        if self._writer.take(records):
            for record, (_, result) in zip(records, answered, strict=True):
                result[ID] = record.id

    async def find(self, ids: Sequence[str]) -> dict[str, Found]:
        """The predictions of these ids; those that are not there are left out.

        Raises:
            Problem: 503 the database does not answer.
        """
        found = await self._ask(partial(self._store.find, ids))
        ages = [age(id) for id in ids if id not in found]
        if new := [_NEW_SECONDS - each for each in ages if 0 <= each < _NEW_SECONDS]:
            await asyncio.sleep(max(new))
            found = await self._ask(partial(self._store.find, ids))
        return found

    async def add_feedback(self, feedback: Mapping[str, Feedback]) -> None:
        """Store what is said of predictions, by their ids; it replaces what was said before.

        Raises:
            Problem: 503 the database does not answer.
        """
        if feedback:
            await self._ask(partial(self._store.add_feedback, feedback))

    async def scores(self, task: str, name: str, days: int | None) -> dict[str, VersionCounts]:
        """What is known of a model's predictions, by version.

        Args:
            days: only those of so many days, up to now.

        Raises:
            Problem: 503 the database does not answer.
        """
        since = None if days is None else datetime.now(UTC) - timedelta(days=days)
        return await self._ask(partial(self._store.scores, task, name, since))

    def close(self) -> None:
        """Write what waits, in a limited time."""
        if self._gauges is not None:
            self._gauges.close()
        self._writer.close(_FLUSH_SECONDS)
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._store.close()

    async def _ask(self, work: Callable[[], Done]) -> Done:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                return await loop.run_in_executor(self._executor, work)
        except (LogError, TimeoutError):
            detail = "the log of predictions cannot be read or written now; come again later"
            raise Problem(503, "prediction-log-unavailable", detail, headers={"Retry-After": "5"}) from None
