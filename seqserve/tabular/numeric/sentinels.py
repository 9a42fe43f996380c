"""Numbers that stand for a missing value, such as -9999, and others that may be mistakes."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted

_CODES = [-9, -99, -999, -9999, -99999, -999999, 99, 999, 9999, 99999, 999999, -99.9, -999.9, -999.99, 999.9, 9999.9]
_CODES += [-1e20, 1e20, 1e30, -1e30, -1e34, -2147483648, -32768, 32767, 9.96921e36, -8888, -7777, 8888, 7777]
_FAR = 3.0  # how far outside of all other values, in their range, a code must lie to be a gap
_OUTLIER = 20.0  # how far outside of the middle half, in its width, a value is pointed out


def without(values: Floats, column: str) -> tuple[Floats, list[str]]:
    """The values with codes for missing ones as NaN, and what is to be said.

    A code counts as missing only if it is there twice or more and lies far outside of all other values.
    """
    known = values[np.isfinite(values)]
    notes: list[str] = []
    for code in _CODES:
        count = int(np.count_nonzero(known == code))
        if count == 0:
            continue
        others = known[~np.isin(known, _CODES)]
        if len(others) < 3:
            continue
        low, high = float(others.min()), float(others.max())
        room = _FAR * (high - low) + 1e-9
        if not (code < low - room or code > high + room):
            continue
        if count > 1:
            values = np.where(values == code, np.nan, values)
            notes.append(f"column {column} has {code:g} {count} times, far outside of its other values: taken for gaps")
        else:
            notes.append(f"column {column} has {code:g} once, far outside of its other values: check it; it is kept")
    return values, notes or _outliers(values, column)


def _outliers(values: Floats, column: str) -> list[str]:
    known = values[np.isfinite(values)]
    if len(known) < 20:
        return []
    low, high = np.percentile(known, [25, 75])
    width = float(high - low)
    if width <= 0:
        return []
    far = known[(known < low - _OUTLIER * width) | (known > high + _OUTLIER * width)]
    if not 0 < len(far) <= 0.01 * len(known) + 1:
        return []
    found = f"{counted(len(far), 'value')} far outside of the others, such as {far[0]:g}"
    return [f"column {column} has {found}: check it; it is kept"]
