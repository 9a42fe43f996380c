"""Accuracy of past forecasts: their errors, and how often the intervals held."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError
from seqserve.forecast.predictor import Forecaster
from seqserve.forecast.scalers import MAX_MAGNITUDE
from seqserve.registry.store import Key
from service.forecast import metrics
from service.forecast.schemas import Actuals
from service.monitoring.metrics import of

Mask = npt.NDArray[np.bool_]
_LEVEL = re.compile("[1-9][0-9]?")


@dataclass(frozen=True)
class Comparison:
    """A forecast compared with the actual values.

    Args:
        residuals: absolute errors of the K steps that are known, over the model's naive scale; none if that is 0.
        hits: by level, whether each of them lies in its interval.
    """

    residuals: Floats
    hits: dict[str, Mask]


def compare(item: Actuals, forecaster: Forecaster) -> Comparison:
    """Validate an item against the model that it names, and compare forecast and actual values.

    Raises:
        InputError: the two cannot be compared, or are not of this model.
    """
    if item.mean is None:
        raise InputError("wrong_shape", "mean: Field required", "mean")
    steps = len(item.mean)
    if steps > forecaster.max_horizon:
        message = f"{counted(steps, 'step')}, this model forecasts at most {forecaster.max_horizon}"
        raise InputError("too_long", message, "mean")
    if len(item.actual) > steps:
        message = f"{counted(len(item.actual), 'value')} for {counted(steps, 'step')} of mean; send as many or fewer"
        raise InputError("wrong_length", message, "actual")
    actual = _numbers(item.actual, "actual")
    known = np.flatnonzero(~np.isnan(actual))
    if not len(known):
        raise InputError("empty", "no value that is known; send the item once there is one", "actual")
    actual, mean = actual[known], _numbers(item.mean, "mean")[known]
    scale = forecaster.naive_scale
    residuals = np.minimum(np.abs(actual - mean), metrics.MOST_SCALES * scale) / scale if scale else np.empty(0)
    hits = {}
    for level in item.intervals or {}:
        lower, upper = _interval(item, level, forecaster)
        hits[level] = (lower[known] <= actual) & (actual <= upper[known])
    return Comparison(residuals, hits)


def count(key: Key, comparison: Comparison) -> None:
    """Count a comparison in the metrics."""
    observe = of(metrics.RESIDUAL, key.name, key.version).observe
    for residual in comparison.residuals.tolist():
        observe(residual)
    for level, hits in comparison.hits.items():
        held = int(np.count_nonzero(hits))
        of(metrics.INTERVAL_HITS, key.name, key.version, level, "yes").inc(held)
        of(metrics.INTERVAL_HITS, key.name, key.version, level, "no").inc(len(hits) - held)


def _interval(item: Actuals, level: str, forecaster: Forecaster) -> tuple[Floats, Floats]:
    """The bounds of a level, (H,) each."""
    try:
        # a text of another form is no level, nor one of more digits than a level has
        forecaster.check(None, [int(level) if _LEVEL.fullmatch(level) else 0])
    except InputError as error:
        message = f"{level[:20]!r}: {error.message}"
        raise InputError("bad_level", message, "intervals") from None
    assert item.intervals is not None
    assert item.mean is not None
    interval = item.intervals[level]
    if not len(interval.lower) == len(interval.upper) == len(item.mean):
        message = f"level {level} needs a lower and an upper bound for each of {counted(len(item.mean), 'step')}"
        raise InputError("wrong_length", message, "intervals")
    lower, upper = _numbers(interval.lower, "intervals"), _numbers(interval.upper, "intervals")
    if (lower > upper).any():
        raise InputError("bad_interval", f"a lower bound of level {level} is above its upper bound", "intervals")
    return lower, upper


def _numbers(values: list[float] | list[float | None], field: str) -> Floats:
    """As an array, with NaN for what is not known."""
    found = np.array(values, dtype=np.float64)
    if (np.abs(found) > MAX_MAGNITUDE).any():
        raise InputError("out_of_range", f"a value is beyond {MAX_MAGNITUDE:g}; check the units", field)
    return found
