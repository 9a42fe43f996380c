"""What is judged: anything that turns histories into quantiles, and a published version as one of these."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from seqserve import tasks
from seqserve.core.arrays import Floats
from seqserve.core.predictor import AnyPredictor
from seqserve.errors import InputError
from seqserve.registry.store import Store
from training.forecast.universal.evaluation import scoring
from training.forecast.universal.evaluation.metrics import QUANTILES
from training.forecast.universal.evaluation.scoring import Result
from training.forecast.universal.evaluation.windows import Window


class Judged(Protocol):
    """A forecaster to judge: histories (T,) of any lengths, NaN for a gap, and their seasons, to (N, H, Q).

    The quantiles are those of `metrics.QUANTILES`.
    """

    def forecast(self, histories: Sequence[Floats], seasons: Sequence[int], horizon: int) -> Floats: ...


class Published:
    """A published version, asked as the service asks it.

    Args:
        predictor: a forecaster that takes a season and gives quantiles.
    """

    def __init__(self, predictor: AnyPredictor) -> None:
        self._predictor = predictor

    @classmethod
    def of(cls, models: Path, name: str, version: str | None = None) -> Published:
        """A version of a models tree; by default the one that serves."""
        store = Store(models)
        return cls(tasks.load(store.read(store.resolve("forecast", name, version)), threads=1))

    def forecast(self, histories: Sequence[Floats], seasons: Sequence[int], horizon: int) -> Floats:
        queries = [
            self._predictor.query(values=_gaps_as_none(history), season=season, horizon=horizon, quantiles=QUANTILES)
            for history, season in zip(histories, seasons, strict=True)
        ]
        return np.array([_quantiles(answer) for answer in self._predictor.predict(queries)])


def _gaps_as_none(history: Floats) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in history]


def _quantiles(answer: Any) -> Floats:
    """The quantiles (H, Q) of an answer; an error is raised."""
    if isinstance(answer, InputError):
        raise answer
    levels = {float(level): steps for level, steps in answer.quantiles.items()}
    return np.stack([np.asarray(levels[level], np.float64) for level in QUANTILES], axis=1)


def judge(forecaster: Judged, windows: Sequence[Window]) -> Result:
    """Score a forecaster on the windows of one set, forecast all at once.

    Raises:
        ValueError: a forecast has the wrong shape, or numbers that are not finite.
    """
    histories = [window.history for window in windows]
    started = time.process_time()
    forecasts = forecaster.forecast(histories, [window.season for window in windows], len(windows[0].actual))
    milliseconds = 1000 * (time.process_time() - started) / len(windows)
    return scoring.score(windows, list(forecasts), milliseconds)
