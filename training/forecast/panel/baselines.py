"""What a model of a panel must beat: naive forecasts, a ridge on lags, and statsforecast's AutoETS and AutoTheta."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.scaling import fill
from training.forecast.panel.scores import QUANTILES

_LEVELS = [20, 40, 60, 80]
_LONGEST = 700
"""Latest steps that a statistical model is fitted to."""
STATISTICAL = {"AutoETS": "AutoETS", "AutoTheta": "AutoTheta"}


@dataclass(frozen=True)
class Answer:
    """Mean (N, H) and quantiles (N, H, 9) of a baseline."""

    mean: Floats
    quantiles: Floats


def last_value(histories: list[Floats], horizon: int) -> Floats:
    """The last observed value again at every step, (N, H)."""
    return np.array([np.repeat(_filled(history, 1)[-1], horizon) for history in histories])


def seasonal_naive(histories: list[Floats], horizon: int, season: int) -> Floats:
    """The value one season ago, (N, H); the last value where a history is shorter than a season."""
    found = []
    for history in histories:
        filled = _filled(history, season)
        period = season if len(filled) >= season else 1
        found.append(filled[-period:][np.arange(horizon) % period])
    return np.array(found)


def statistical(name: str, histories: list[Floats], horizon: int, season: int, processes: int = 2) -> Answer:
    """A model of statsforecast, fitted to each history by itself; where it fails, the seasonal naive forecast.

    Args:
        histories: each the observed steps before a window, (T,), in the user's units.
    """
    jobs = [(name, _filled(history, season)[-_LONGEST:], horizon, season) for history in histories]
    if processes > 1 and len(jobs) > 8:
        # forked children would share TensorFlow's threads
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            answers = list(pool.map(_fit, jobs, chunksize=max(1, len(jobs) // (8 * processes))))
    else:
        answers = list(map(_fit, jobs))
    stacked = np.stack(answers)
    return Answer(stacked[:, :, 0], stacked[:, :, 1:])


def _fit(job: tuple[str, Floats, int, int]) -> Floats:
    """Mean and quantiles (H, 1 + 9) of one history."""
    name, history, horizon, season = job
    from statsforecast import models

    kind: Callable[..., Any] = getattr(models, STATISTICAL[name])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = kind(season_length=season).forecast(y=history, h=horizon, level=_LEVELS)
        mean = np.asarray(answer["mean"], dtype=np.float64)
        columns = [answer[f"lo-{level}"] for level in reversed(_LEVELS)]
        columns += [mean, *(answer[f"hi-{level}"] for level in _LEVELS)]
        found = np.column_stack([mean, *columns])
        if np.isfinite(found).all():
            return found
    except Exception:  # whatever it does not fit: constant or short series
        pass
    return np.repeat(seasonal_naive([history], horizon, season).T, 1 + len(QUANTILES), axis=1)


def _filled(history: Floats, season: int) -> Floats:
    """A history from its first observed value on, gaps filled."""
    filled = fill(history[np.newaxis], season)[0]
    known: Floats = filled[np.isfinite(filled)]
    return known
