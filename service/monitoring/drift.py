"""Counts what models are asked about in the bins of what they were trained on, so that drift can be seen.

A bin for each tenth of the training part: bin i holds what is above decile i and at most decile i + 1, the first and
the last take in what is beyond. Many equal values make deciles equal and bins empty: such a bin is left out, and its
tenth is expected where the value is. How far the shares of the bins have moved is the population stability index.

Reference:
    Siddiqi, Credit Risk Scorecards, 2006 (population stability index).
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.registry.store import Key
from service.monitoring import metrics

_TENTH = 10
_MOST_WAITING = 65_536
"""Values that are set aside before they are counted; to count them takes a millisecond."""

_lock = threading.Lock()
_counted: set[InputCounts] = set()
"""Whose counts the metrics do not have yet."""


@dataclass(frozen=True)
class Bins:
    """The bins of an input.

    Args:
        numbers: of those that are not left out, ascending.
        shares: of the training part, expected in each.
        edges: between one and the next; a value that is an edge lies below it.
    """

    numbers: list[int]
    shares: list[float]
    edges: Floats


def bins(deciles: Sequence[float]) -> Bins:
    """The bins that eleven deciles make."""
    upper = deciles[1:]
    tenths = Counter(bisect_left(upper, value) for value in upper)
    numbers = sorted(tenths)
    shares = [tenths[number] / _TENTH for number in numbers]
    return Bins(numbers, shares, np.array([upper[number] for number in numbers[:-1]]))


class InputCounts:
    """Counts the values that a version is asked about.

    It must cost little beside a forecast of one window, and NumPy's searches let go of the interpreter, which a thread
    that infers then keeps for longer than they take. So values are only set aside here, and `flush` counts them.

    Args:
        inputs: the columns of what is counted.
        deciles: of each input; without any, nothing is counted.
    """

    def __init__(self, key: Key, inputs: Sequence[str], deciles: Mapping[str, Sequence[float]]) -> None:
        self.bins = {name: bins(deciles[name]) for name in inputs if deciles}
        self._edges = [found.edges for found in self.bins.values()]
        self._waiting: list[Floats] = []
        self._size = 0
        self._counters = [  # made now, since a counter that begins with zero can be seen to rise
            [metrics.INPUT_VALUES.labels(key.task, key.name, key.version, name, number) for number in found.numbers]
            for name, found in self.bins.items()
        ]

    def add(self, values: Floats) -> None:
        """Count values (N, D) of the D inputs."""
        if not self.bins:
            return
        with _lock:
            self._waiting.append(values.copy())  # it may be a small part of a long series
            self._size += values.size
            _counted.add(self)
            if self._size > _MOST_WAITING:
                self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        values, self._waiting, self._size = np.concatenate(self._waiting), [], 0
        for edges, counters, column in zip(self._edges, self._counters, values.T, strict=True):
            counts = np.bincount(edges.searchsorted(column))
            for place in np.flatnonzero(counts):
                counters[place].inc(int(counts[place]))


def flush() -> None:
    """Bring to the metrics what was counted in this process."""
    with _lock:
        for counts in _counted:
            counts.flush()
        _counted.clear()
