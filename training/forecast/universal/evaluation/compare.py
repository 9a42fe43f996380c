"""The universal forecaster beside the seasonal naive forecast on what it has not seen of every set."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.errors import InputError
from seqserve.forecast.predictor import ForecastQuery
from seqserve.forecast.universal.predictor import UniversalForecaster
from training.forecast.universal.evaluation import scoring
from training.forecast.universal.evaluation.metrics import QUANTILES
from training.forecast.universal.evaluation.scoring import Result
from training.forecast.universal.evaluation.windows import MOST_WINDOWS, Window, frequency, windows
from training.forecast.universal.sources import SeriesSet

_FEWEST = 10
"""Windows of a set that counts in the means."""


def compare(
    sets: Sequence[SeriesSet],
    forecaster: UniversalForecaster,
    most: int = MOST_WINDOWS,
    instead: Mapping[str, UniversalForecaster] | None = None,
) -> dict[str, Any]:
    """Scores relative to the seasonal naive forecast, geometric means over sets: all, unseen ones, by frequency, each.

    Args:
        most: windows of a set.
        instead: forecasters that sets are judged by rather than by that one, by the names of sets.

    Returns:
        `test` and `baselines` as `Job.evaluate` has them; `frequencies` and `sets`, rows of `mase`, `sql` and the
        shares of values that the 80% and 95% intervals held.
    """
    rows: dict[str, dict[str, Any]] = {}
    for one in sets:
        chosen = windows(one, most)
        if one.use == "neither" or not chosen:
            continue
        ours = forecasts((instead or {}).get(one.name, forecaster), chosen)
        naive = scoring.score(chosen, list(map(_seasonal_naive, chosen)))
        rows[one.name] = {"frequency": frequency(one), "seen": one.use == "train", "windows": len(chosen)}
        rows[one.name] |= _row(ours, naive)
    counted = [row for row in rows.values() if row["windows"] >= _FEWEST]
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in counted:
        groups[row["frequency"]].append(row)
        groups["never seen"] += [] if row["seen"] else [row]
    return {
        "test": _mean(counted),
        "baselines": {"seasonal naive": {"mase": 1.0, "sql": 1.0}},
        "frequencies": {name: _mean(group) for name, group in groups.items()},
        "sets": rows,
    }


def forecasts(forecaster: UniversalForecaster, chosen: Sequence[Window]) -> Result:
    """The scores of a forecaster on windows of a set, asked as a client asks."""
    answers = forecaster.predict([query(window, QUANTILES) for window in chosen])
    return scoring.score(chosen, [_quantiles(answer) for answer in answers])


def query(window: Window, quantiles: Sequence[float] = ()) -> ForecastQuery:
    """What a client would ask of a window."""
    values = [None if math.isnan(value) else float(value) for value in window.history]
    return ForecastQuery(values=values, season=window.season, horizon=len(window.actual), quantiles=quantiles)


def _quantiles(answer: Any) -> Floats:
    if isinstance(answer, InputError):
        raise answer
    return np.stack([answer.quantiles[str(level)] for level in QUANTILES], axis=1)


def _seasonal_naive(window: Window) -> Floats:
    """The last season again, with normal intervals as wide as its own errors in the history."""
    season, history = window.scale_season, window.history
    last = np.resize(history[-season:], len(window.actual))
    last = np.where(np.isfinite(last), last, history[np.isfinite(history)][-1])
    errors = history[season:] - history[:-season]
    spread = np.sqrt(np.nanmean(np.square(errors)) * (1 + np.arange(len(last)) // season))
    tails = np.array([NormalDist().inv_cdf(level) for level in QUANTILES])
    return np.asarray(last[:, None] + spread[:, None] * tails[None, :])


def _row(ours: Result, naive: Result) -> dict[str, float]:
    found = {name: scoring.ratio(ours, naive, name).value for name in ("mase", "sql")}
    return found | {"held_80": ours.mean("held80"), "held_95": ours.mean("held95")}


def _mean(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    means = {name: float(np.exp(np.mean([np.log(row[name]) for row in rows]))) for name in ("mase", "sql")}
    return means | {name: float(np.mean([row[name] for row in rows])) for name in ("held_80", "held_95")}
