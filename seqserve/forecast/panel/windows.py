"""Windows of many series, with all that is known beside them: the one form in which training and serving have data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from seqserve.core.arrays import Floats


@dataclass(frozen=True)
class Windows:
    """N windows of C steps, and what is known of the H steps behind them.

    Args:
        history: (N, C) in the user's units, right-aligned; NaN is a gap, or before the first value.
        known: (N, C + H, K), covariates known ahead, encoded; 0 is their mean.
        past: (N, C, P), covariates known up to the last step, encoded.
        static: (N, S), of each series, encoded.
        calendar: (N, H, Q), of each step ahead; all 0 where no dates were given.
    """

    history: Floats
    known: Floats
    past: Floats
    static: Floats
    calendar: Floats

    def __len__(self) -> int:
        return len(self.history)

    @property
    def horizon(self) -> int:
        return int(self.calendar.shape[1])

    def __getitem__(self, rows: slice | np.ndarray[tuple[int, ...], np.dtype[np.int_ | np.bool_]]) -> Windows:
        return Windows(*(getattr(self, field.name)[rows] for field in fields(self)))


def joined(parts: Sequence[Windows]) -> Windows:
    """Windows one behind the other."""
    return Windows(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Windows)))


def right_aligned(values: Floats, steps: int, fill: float = np.nan) -> Floats:
    """The last `steps` of an array (T, ...), with `fill` before it where it is shorter."""
    if len(values) >= steps:
        return values[len(values) - steps :]
    missing = np.full((steps - len(values), *values.shape[1:]), fill)
    return np.concatenate([missing, values])
