"""The values of a sequence as a client sends them: checked, gaps filled, and what is unlike the training part told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqserve.classify.config import ClassifyConfig
from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError
from seqserve.forecast.inputs import as_steps
from seqserve.forecast.scalers import MAX_MAGNITUDE


@dataclass(frozen=True)
class Cleaned:
    """A sequence that can be scaled.

    Args:
        values: (T, D) in the units of the training part, without gaps.
        filled: how many gaps were filled.
        outside: how many values lie outside the range of the training part.
    """

    values: Floats
    filled: int
    outside: int
    warnings: list[str]


def cleaned(values: Sequence[Any], config: ClassifyConfig) -> Cleaned:
    """Values without gaps, of a length that the version takes.

    Raises:
        InputError: anything but numbers, D of them a step, or more than half of a feature missing.
    """
    _check_length(len(values), config)
    steps = as_steps(values, config.features)
    if (np.abs(steps) > MAX_MAGNITUDE).any():
        raise InputError("out_of_range", f"a value is beyond {MAX_MAGNITUDE:g}; check the units", "values")
    gaps = np.isnan(steps)
    warnings = []
    filled = int(gaps.sum())
    if filled:
        _check_gaps(gaps.sum(axis=0).tolist(), len(steps), config.features)
        steps = without_gaps(steps)
        warnings.append(f"{counted(filled, 'gap')} filled along a line between neighbours")
    outside = (steps < config.low) | (steps > config.high)
    count = int(outside.sum())
    if count:
        names = [config.features[column] for column in np.unique(np.nonzero(outside)[1])]
        shown = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
        warnings.append(f"{counted(count, 'value')} of {shown} outside the range that the model was trained on")
    shortest, longest = config.seen_steps
    if not shortest <= len(steps) <= longest:
        seen = f"{shortest}" if shortest == longest else f"{shortest} to {longest}"
        warnings.append(f"the sequence has {counted(len(steps), 'step')}; the model was trained on {seen}")
    return Cleaned(steps, filled, count, warnings)


def _check_length(length: int, config: ClassifyConfig) -> None:
    if length == 0:
        raise InputError("empty", "no values; send a step at least", "values")
    if config.steps is not None and length != config.steps:
        code = "too_short" if length < config.steps else "too_long"
        message = f"{counted(length, 'step')}; this model takes sequences of exactly {config.steps}"
        raise InputError(code, message, "values")
    if length > config.max_steps:
        message = f"{length} steps, at most {config.max_steps} are taken; send a part, or parts one by one"
        raise InputError("too_long", message, "values")


def _check_gaps(gaps: list[int], steps: int, features: list[str]) -> None:
    for name, count in zip(features, gaps, strict=True):
        if 2 * count > steps:
            message = f"{count} of {counted(steps, 'value')} of {name} are gaps, more than half; send more of them"
            raise InputError("too_many_gaps", message, "values")


def without_gaps(steps: Floats) -> Floats:
    """Steps (T, D) with gaps filled along a line between neighbours, and at the ends with the nearest value."""
    steps = steps.copy()
    at = np.arange(len(steps))
    for column in steps.T:
        gaps = np.isnan(column)
        column[gaps] = np.interp(at[gaps], at[~gaps], column[~gaps])
    return steps
