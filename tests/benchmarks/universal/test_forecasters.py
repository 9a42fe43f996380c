"""A published forecaster is asked as the service asks it, and judged on all windows of a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from benchmarks.universal import forecasters
from benchmarks.universal.forecasters import Published
from seqserve.core.arrays import Floats
from seqserve.errors import InputError
from training.forecast.universal.evaluation.metrics import QUANTILES
from training.forecast.universal.evaluation.windows import Window


@dataclass(frozen=True)
class Query:
    values: list[float | None]
    season: int
    horizon: int
    quantiles: Sequence[float]


@dataclass(frozen=True)
class Answer:
    quantiles: dict[str, list[float]]


class LastKnown:
    """A predictor in whose answer the quantile q at step k is the last known value + q + k."""

    query = Query

    def predict(self, queries: Sequence[Query]) -> list[Any]:
        return [self._answer(query) for query in queries]

    def _answer(self, query: Query) -> Answer | InputError:
        known = [value for value in query.values if value is not None]
        if not known:
            return InputError("all_gaps", "nothing but gaps", "values")
        steps = range(query.horizon)
        return Answer({str(level): [known[-1] + level + step for step in steps] for level in query.quantiles})


def test_a_published_forecaster_gives_quantiles() -> None:
    found = Published(LastKnown()).forecast([np.array([1.0, 5.0, np.nan]), np.array([3.0])], [12, 1], 2)  # type: ignore[arg-type]
    assert found.shape == (2, 2, len(QUANTILES))
    assert found[0, 1] == pytest.approx(6 + np.array(QUANTILES))
    assert found[1, 0] == pytest.approx(3 + np.array(QUANTILES))


def test_its_refusal_is_raised() -> None:
    with pytest.raises(InputError, match="nothing but gaps"):
        Published(LastKnown()).forecast([np.array([np.nan])], [1], 2)  # type: ignore[arg-type]


class Constant:
    seasons: Sequence[int] = ()

    def forecast(self, histories: Sequence[Floats], seasons: Sequence[int], horizon: int) -> Floats:
        self.seasons = seasons
        return np.full((len(histories), horizon, len(QUANTILES)), 3.0)


def test_all_windows_of_a_set_are_judged_at_once() -> None:
    windows = [
        Window("some", np.array([0.0, 1.0, 2.0, 3.0]), np.array([4.0, 5.0]), season=52, scale_season=1, digest="a"),
        Window("some", np.array([3.0, 1.0, 3.0]), np.array([3.0, 3.0]), season=52, scale_season=1, digest="b"),
    ]
    constant = Constant()
    result = forecasters.judge(constant, windows)
    assert [score.mase for score in result.scores] == [1.5, 0]
    assert list(constant.seasons) == [52, 52]
    assert result.milliseconds > 0
