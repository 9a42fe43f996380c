"""Exports how right the logged predictions were, from a thread of its own."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from seqserve.prediction_log.errors import LogError
from seqserve.registry.store import Key
from service.inference.task import Task
from service.prediction_log import metrics
from service.prediction_log.records import first_id
from service.prediction_log.scores import VersionCounts
from service.prediction_log.store import LogStore

logger = logging.getLogger(__name__)

_DAYS = 30
_SECONDS = 15.0
_REST = 20
"""A look at the log is followed by a rest of so many times as long."""
_MOST_VERSIONS = 200

_VERSION_LABELS = 3

_Labels = tuple[str, ...]


class AccuracyGauges:
    """Computes the gauges again and again, of the predictions of the last 30 days.

    Args:
        tasks: by name; they say what their scores come to, and which are metrics.
        seconds: between two looks at the log, at least.
    """

    def __init__(self, store: LogStore, tasks: Mapping[str, Task], seconds: float = _SECONDS) -> None:
        self._store = store
        self._tasks = tasks
        self._seconds = seconds
        self._shown: set[_Labels] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="accuracy", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; a look at the log that has begun is not waited for."""
        self._over.set()
        self._store.close()

    def _keep(self) -> None:
        is_well = True
        while not self._over.is_set():
            began = time.monotonic()
            try:
                self._look()
                is_well = True
            except LogError:  # the writer says so
                self._store.reopen()
            except Exception:  # the thread must go on
                if is_well:
                    logger.exception("the accuracy of logged predictions could not be computed")
                is_well = False
            self._over.wait(max(self._seconds, _REST * (time.monotonic() - began)))

    def _look(self) -> None:
        now = time.time()
        found = self._store.feedback_from(first_id(now - _DAYS * 24 * 3600), _MOST_VERSIONS)
        shown: dict[_Labels, float] = {}
        for key, counts in found.items():
            version = (key.task, key.name, key.version)
            shown[version] = counts.feedback
            shown |= {(*version, measure): value for measure, value in self._measures(key, counts)}
        gone = dict.fromkeys(self._shown - shown.keys(), math.nan)  # a series of several processes cannot be removed
        for labels, value in (gone | shown).items():
            gauge = metrics.FEEDBACK if len(labels) == _VERSION_LABELS else metrics.ACCURACY
            gauge.labels(*labels).set(value)
        self._shown = set(shown)
        metrics.ACCURACY_TIME.set(now)

    def _measures(self, key: Key, counts: VersionCounts) -> Iterator[tuple[str, float]]:
        task = self._tasks.get(key.task)
        if task is None or task.accuracy is None or not counts.scores:
            return
        told = task.accuracy(counts.scores)
        for name in task.measures:
            value: Any = told.get(name)
            parts = {f"_{part}": each for part, each in value.items()} if isinstance(value, dict) else {"": value}
            yield from ((f"{name}{part}", each) for part, each in parts.items() if each is not None)
