"""Writes predictions to the log from a thread of its own, behind the requests."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from seqserve.prediction_log.errors import LogError, RefusedError
from seqserve.prediction_log.logged import Prediction
from service.prediction_log import metrics
from service.prediction_log.records import Record, row, size
from service.prediction_log.store import LogStore

logger = logging.getLogger(__name__)

_BATCH = 500
_GATHER_SECONDS = 0.25
"""How long to wait for more to write at a time."""
_MOST_BYTES = 64 * 2**20
_RETRY_SECONDS = (0.5, 1, 2, 5)
_DELETE_SECONDS = 60
_DELETED = 500
"""Rows at a time, so that the database answers others between."""


class Writer:
    """Takes records at once, and writes them when the database can; what does not fit into its queue is lost.

    Args:
        most: records that may wait.
        whole: whether inputs are stored, and not only their digests.
        days: how long predictions are kept; none means for ever.
        deletes: whether this writer deletes older ones; one of several does.
    """

    def __init__(
        self, store: LogStore, most: int, *, whole: bool = False, days: int | None = None, deletes: bool = True
    ) -> None:
        self._store = store
        self._most = most
        self._whole = whole
        self._days = days if deletes else None
        self._queue: deque[tuple[Record, int]] = deque()
        self._rows: list[Prediction] = []
        self._waiting = self._bytes = self._lost = 0
        self._told_lost = 0
        self._trouble = ""
        self._delete_next = time.monotonic()
        self._lock = threading.Lock()
        self._wake, self._over = threading.Event(), threading.Event()
        self._wake.set()  # the schema is brought up to date before anything is written
        metrics.begin(most)
        self._written, self._losses = (metrics.RECORDS.labels(name) for name in (metrics.WRITTEN, metrics.LOST))
        self._thread = threading.Thread(target=self._keep, name="prediction-log", daemon=True)
        self._thread.start()

    def take(self, records: Sequence[Record]) -> bool:
        """Queue records, or lose all of them if they do not fit; never waits for the database."""
        sizes = [size(record.item) + size(record.answer) for record in records]
        with self._lock:
            fits = self._waiting + len(records) <= self._most and self._bytes + sum(sizes) <= _MOST_BYTES
            if fits:
                self._queue.extend(zip(records, sizes, strict=True))
                self._waiting += len(records)
                self._bytes += sum(sizes)
            else:
                self._lost += len(records)
        if fits:
            self._wake.set()
            metrics.QUEUE.set(self._waiting)
        else:
            self._losses.inc(len(records))
        return fits

    def close(self, seconds: float) -> None:
        """Write what waits, in so many seconds at most; the rest is lost."""
        self._over.set()
        self._wake.set()
        self._thread.join(seconds)
        if self._waiting:
            self._losses.inc(self._waiting)
            logger.warning("%d predictions are lost: the service stops before the log has taken them", self._waiting)
        metrics.QUEUE.set(0)

    def _keep(self) -> None:
        failures = 0
        while True:
            self._wake.wait(_DELETE_SECONDS)
            if not self._over.is_set() and self._waiting < _BATCH:
                self._over.wait(_GATHER_SECONDS)
            self._wake.clear()
            is_done = self._write_some()
            failures = 0 if is_done else failures + 1
            if self._over.is_set() and (failures or not self._waiting):
                return
            if failures:
                self._over.wait(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS)) - 1])
            else:
                self._delete()
            if self._waiting or self._trouble:
                self._wake.set()
            metrics.QUEUE.set(self._waiting)

    def _write_some(self) -> bool:
        """Write a batch; whether the database has taken it."""
        self._rows = self._rows or self._next()
        try:
            if self._rows:
                self._write()
            else:
                self._store.open()
        except LogError as error:
            self._store.reopen()
            self._tell(str(error))
            return False
        except Exception:  # the thread must go on, and what it trips over must not stay in its way
            logger.exception("%d predictions are lost: they could not be written to the log", len(self._rows))
            self._lose(len(self._rows))
            self._rows = []
            return False
        if self._lost > self._told_lost and not self._trouble:
            self._tell("there are more of them than the database takes")
        elif self._trouble and self._waiting <= self._most // 2 and self._lost == self._told_lost:
            logger.warning("predictions are written to the log again; %d were lost so far", self._lost)
            self._trouble = ""
        self._told_lost = self._lost
        return True

    def _next(self) -> list[Prediction]:
        rows = []
        for _ in range(min(_BATCH, len(self._queue))):
            record, taken = self._queue.popleft()
            try:
                rows.append(row(record, whole=self._whole))
            except Exception:
                logger.exception("a prediction could not be logged")
                self._lose(1)
            with self._lock:
                self._bytes -= taken
        return rows

    def _write(self) -> None:
        try:
            self._store.write(self._rows)
        except RefusedError:  # of one of them; the others are fine
            while self._rows:
                self._write_first()
            return
        self._done(len(self._rows))
        self._rows = []

    def _write_first(self) -> None:
        try:
            self._store.write(self._rows[:1])
        except RefusedError as error:
            logger.error("a prediction is lost, as the log refuses it: %s", error)
            self._lose(1)
        else:
            self._done(1)
        del self._rows[0]

    def _done(self, count: int) -> None:
        self._written.inc(count)
        with self._lock:
            self._waiting -= count

    def _lose(self, count: int) -> None:
        self._losses.inc(count)
        with self._lock:
            self._waiting -= count
            self._lost += count

    def _delete(self) -> None:
        if self._days is None or self._over.is_set() or time.monotonic() < self._delete_next:
            return
        try:
            deleted = self._store.delete_older(datetime.now(UTC) - timedelta(days=self._days), _DELETED)
        except LogError as error:
            logger.error("old predictions cannot be deleted from the log: %s", error)
            deleted = 0
        if deleted < _DELETED:  # otherwise there may be more, after what waits is written
            self._delete_next = time.monotonic() + _DELETE_SECONDS
        else:
            self._wake.set()

    def _tell(self, trouble: str) -> None:
        """Log that predictions are not written, once as long as the reason does not change."""
        if trouble != self._trouble:
            logger.error("predictions are not written to the log, and lost once %d wait: %s", self._most, trouble)
        self._trouble = trouble
