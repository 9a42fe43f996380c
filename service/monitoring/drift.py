"""Counts the inputs of requests in the bins of the training data, so that drift can be seen.

Each tenth of the training part has a bin: bin i holds values above decile i and up to decile i + 1; the first and last
bins also hold everything beyond. Many equal values make deciles equal and bins empty: such a bin is left out, and its
tenth is expected where the value is. The population stability index says how far the shares of the bins have moved.

Reference:
    Siddiqi, Credit Risk Scorecards, 2006 (population stability index).
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.registry.store import Key
from service.monitoring import metrics

Numbers = npt.NDArray[np.floating[Any] | np.integer[Any]]

_TENTH = 10
_MOST_WAITING = 65_536
"""Values that are kept before they are counted; counting so many takes a millisecond."""

_lock = threading.Lock()
_counted: set[InputCounts] = set()
"""Those whose latest values the metrics do not include yet."""


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
    """Counts the input values of a version.

    Counting must cost little beside a forecast of one window. NumPy's searches release the interpreter lock, and then
    a thread that infers keeps it for longer than the search takes. So `add` keeps the values, and `flush` counts them.

    Args:
        inputs: the columns of what is counted.
        deciles: of each input; without any, nothing is counted.
    """

    def __init__(self, key: Key, inputs: Sequence[str], deciles: Mapping[str, Sequence[float]]) -> None:
        self.bins = {name: bins(deciles[name]) for name in inputs if deciles}
        self._edges = [found.edges for found in self.bins.values()]
        self._waiting: list[Numbers] = []
        self._size = 0
        self._counters = [  # made now: only a counter that begins with zero can be seen to rise
            [metrics.INPUT_VALUES.labels(key.task, key.name, key.version, name, number) for number in found.numbers]
            for name, found in self.bins.items()
        ]

    def add(self, values: Numbers) -> None:
        """Count values (N, D) of the D inputs."""
        if not self.bins:
            return
        with _lock:
            self._waiting.append(values.copy())  # a view would keep the whole series alive
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
    """Add what this process has counted to the metrics."""
    with _lock:
        for counts in _counted:
            counts.flush()
        _counted.clear()
