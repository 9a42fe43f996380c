"""Answers to Nixtla's clients: all series end to end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from starlette.responses import Response

from seqserve.core.arrays import Floats
from service.forecast.rolling import Rolled
from service.forecast.rolling_routes import end_to_end, outside
from service.http.json_response import json_response
from service.protocols.nixtla import bodies
from service.protocols.nixtla.levels import Level, Levels, sigma


def check(results: Sequence[Any]) -> None:
    """Check that every series has a result.

    Raises:
        Problem: 422 some have none.
    """
    errors = [(place, result["error"]) for place, result in enumerate(results) if "error" in result]
    if errors:
        raise bodies.failed([(place, error["code"], error["message"]) for place, error in errors])


def told(levels: Levels, found: Sequence[Rolled], step: int) -> dict[str, Any]:
    """Means and intervals of the values that were forecast.

    Args:
        step: values between two origins.
    """
    means = [_means(one, step) for one in found]
    bounds = [[_bounds(levels, level, one, step) for level in levels.stated] for one in found]
    return {
        "mean": [value for mean in means for value in mean.tolist()],
        "intervals": intervals(levels.stated, bounds),
        "sizes": [len(mean) for mean in means],
        "weights_x": None,
    }


def _cut(parts: Sequence[Sequence[float]], one: Rolled, step: int) -> Floats:
    """The numbers of forecasts that follow each other every `step` values; the last may go past the series."""
    most = sum(min(step, len(one.actual) - origin) for origin in one.origins)
    return end_to_end([part[:step] for part in parts], most)


def _means(one: Rolled, step: int) -> Floats:
    return _cut([forecast["mean"] for forecast in one.forecasts], one, step)


def _bounds(levels: Levels, level: Level, one: Rolled, step: int) -> tuple[Floats, Floats]:
    lower, upper = zip(*(levels.bounds(level, forecast) for forecast in one.forecasts), strict=True)
    return _cut(lower, one, step), _cut(upper, one, step)


def anomalies(levels: Levels, found: Sequence[Rolled], step: int) -> tuple[list[bool], list[float | None]]:
    """Whether each value lies outside its interval, and how many standard deviations it is off; none for a gap."""
    flags: list[bool] = []
    scores: list[float | None] = []
    level = levels.stated[0]
    for one in found:
        actual = one.actual[one.origins[0] :]
        lower, upper = _bounds(levels, level, one, step)
        mean = _means(one, step)
        flags += outside(actual, lower, upper).tolist()
        width = sigma(level, lower, upper)
        off = np.divide(actual - mean, width, out=np.zeros_like(mean), where=width > 0)
        scores += [None if gap else value for value, gap in zip(off.tolist(), np.isnan(actual).tolist(), strict=True)]
    return flags, scores


def intervals(
    stated: Sequence[Level], bounds: Sequence[Sequence[tuple[Floats, Floats]]]
) -> dict[str, list[float]] | None:
    """The bounds of all series, end to end, by the name that a client makes a column of: `lo-80` or `hi-80`.

    Args:
        bounds: of each series, for each level, the lower and the upper ones (H,).
    """
    if not stated:
        return None
    return {
        f"{side}-{level}": [value for series in bounds for value in series[place][index].tolist()]
        for place, level in enumerate(stated)
        for index, side in enumerate(("lo", "hi"))
    }


def enveloped(data: dict[str, Any]) -> Response:
    """An answer in the envelope in which these clients expect it."""
    return json_response({"status": 200, "message": "success", "data": data})
