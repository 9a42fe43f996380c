"""What came true of forecasts that are in the log of predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError
from seqserve.forecast.scalers import MAX_MAGNITUDE
from service.prediction_log.scores import Counts, Scores

_ERROR, _ACTUAL, _SCALED = "absolute_error", "absolute_actual", "scaled_error"
_HIT = "hit:"


def scores(answer: Mapping[str, Any], actual: list[float | None], naive_scale: float | None) -> dict[str, Counts]:
    """How right a forecast of H steps was.

    Args:
        answer: the forecast as it was answered.
        actual: of its first steps (K,), K <= H; none is not known.
        naive_scale: of the model, if it has one.

    Raises:
        InputError: there is no value, or more than the forecast has steps.
    """
    steps = len(answer["mean"])
    if len(actual) > steps:
        message = f"{counted(len(actual), 'value')} for {counted(steps, 'step')} of the forecast; send as many or fewer"
        raise InputError("wrong_length", message, "actual")
    known = [place for place, value in enumerate(actual) if value is not None]
    if not known:
        raise InputError("empty", "no value that is known; send the item once there is one", "actual")
    came = np.array([actual[place] for place in known], dtype=np.float64)
    if (np.abs(came) > MAX_MAGNITUDE).any():
        raise InputError("out_of_range", f"a value is beyond {MAX_MAGNITUDE:g}; check the units", "actual")

    def at_known(values: list[float]) -> Floats:
        return np.array(values, dtype=np.float64)[known]

    errors = np.abs(at_known(answer["mean"]) - came)
    found = {_ERROR: _counts(errors), _ACTUAL: _counts(np.abs(came))}
    if naive_scale:
        found[_SCALED] = _counts(errors / naive_scale)
    for level, bounds in answer["intervals"].items():
        hits = (at_known(bounds["lower"]) <= came) & (came <= at_known(bounds["upper"]))
        found[f"{_HIT}{level}"] = _counts(hits.astype(np.float64))
    return found


def accuracy(found: Scores) -> dict[str, Any]:
    """The errors of all steps that are known, and the share of them in each interval.

    MAE is in the units of the series. WAPE, the sum of the errors over that of the values, and the scaled error, which
    is over the model's naive scale, can be compared between series of different units.
    """
    errors, came = found[_ERROR], found[_ACTUAL]
    told: dict[str, Any] = {"steps": errors.number, "mae": errors.mean}
    told["wape"] = errors.total / came.total if came.total else None
    if _SCALED in found:
        told["scaled_error"] = found[_SCALED].mean
    levels = {measure.removeprefix(_HIT): hits for measure, hits in found.items() if measure.startswith(_HIT)}
    told["coverage"] = {level: levels[level].mean for level in sorted(levels, key=float)}
    return told


def _counts(values: Floats) -> Counts:
    return Counts(len(values), float(values.sum()))
