"""The values of a series as a client sends them, checked number by number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError

_NUMBERS = {int, float, np.float64, type(None)}  # by exact type: a bool is an int too


def as_steps(values: Sequence[Any], features: list[str]) -> Floats:
    """The values of a query as (T, D), gaps as NaN.

    Args:
        values: a number a step, or a list of D numbers a step; None is a gap.
        features: the names of the D features, for the messages.

    Raises:
        InputError: anything but numbers, D of them a step.
    """
    count = len(features)
    if len(values) == 0:
        raise InputError("empty", "no values; send at least the model's window", "values")
    if isinstance(values, np.ndarray):
        values = values.tolist()
    kinds = set(map(type, values))
    if list in kinds:
        wrong = next(
            (i for i, v in enumerate(values) if v is not None and (type(v) is not list or len(v) != count)), None
        )
        if wrong is not None:
            message = f"step {wrong} is not a list of {count}, a number for each of {', '.join(features)}, or null"
            raise InputError("wrong_features", message, "values")
        gap = [None] * count
        values = [number for step in values for number in (gap if step is None else step)]
        kinds = set(map(type, values))
    elif count > 1:
        if kinds != {type(None)}:
            message = f"this model has {count} features ({', '.join(features)}): send a list of {count} numbers a step"
            raise InputError("wrong_features", message, "values")
        values = list(values) * count
    if not kinds <= _NUMBERS:
        index = next(i for i, number in enumerate(values) if type(number) not in _NUMBERS)
        raise InputError("not_a_number", f"step {index // count} is not a number or null", "values")
    try:
        series = np.array(values, dtype=np.float64).reshape(-1, count)
    except OverflowError:
        raise InputError("out_of_range", "a number is too large for a double", "values") from None
    if not math.isfinite(series.sum()) and np.isinf(series).any():
        raise InputError("not_finite", "a value is infinite; send finite numbers, or null for a gap", "values")
    return series


def check_gaps(gaps: npt.NDArray[np.bool_], features: list[str]) -> None:
    """Check that there is enough of what a model looks at to forecast from: half of each feature.

    Args:
        gaps: where the window has gaps, (L, D).
        features: the names of the D features.

    Raises:
        InputError: more is missing.
    """
    steps = len(gaps)
    for name, count in zip(features, gaps.sum(axis=0).tolist(), strict=True):
        if 2 * count <= steps:
            continue
        what = f"the last {counted(steps, 'value')} of {name}, which this model uses,"
        if count == steps:
            raise InputError("all_gaps", f"{what} are all gaps; send observations", "values")
        message = f"{count} of {what} are gaps, more than half; send more observations"
        raise InputError("too_many_gaps", message, "values")
