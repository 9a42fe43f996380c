"""The pretrained forecaster as a member."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seqserve.forecast.panel.graphs import forecast, load
from seqserve.forecast.panel.members import Member
from seqserve.forecast.panel.predictor import PanelForecaster
from seqserve.forecast.panel.pretrained import Pretrained, PretrainedGraph
from seqserve.forecast.panel.view import View
from seqserve.forecast.predictor import Forecast, ForecastQuery
from seqserve.forecast.universal.predictor import MODEL, UniversalForecaster
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store
from testing.tiny.panel import config, weekly, windows


@pytest.fixture(scope="module")
def shipped() -> Artifact:
    store = Store(Path(__file__).parents[4] / "models")
    return store.read(store.resolve("forecast", "universal"))


@pytest.fixture(scope="module")
def member(shipped: Artifact) -> Member:
    which = Pretrained(version="forecast/universal/2", config=shipped.json("config.json"))
    return Member(kind="pretrained", transform="none", weight=1, pretrained=which, file="model.onnx")


@pytest.fixture(scope="module")
def graph(shipped: Artifact, member: Member) -> PretrainedGraph:
    found = load(member, shipped.file(MODEL))
    assert isinstance(found, PretrainedGraph)
    return found


def test_it_answers_as_the_version_that_it_is_a_copy_of(shipped: Artifact, graph: PretrainedGraph) -> None:
    """Alone or with others, and however much of its window is empty."""
    histories = [weekly(28), weekly(10, 1), np.arange(12.0), np.full(28, 4.0), weekly(3, 2)]
    width = max(map(len, histories))
    rows = np.array([np.concatenate([np.full(width - len(one), np.nan), one]) for one in histories])
    found = graph.medians(windows(rows), 7)
    asked = [ForecastQuery(one.tolist(), season=7, horizon=3) for one in histories]
    for row, answer in zip(found, UniversalForecaster.load(shipped).predict(asked), strict=True):
        assert isinstance(answer, Forecast)
        assert row == pytest.approx(answer.mean, rel=1e-4)


@pytest.mark.parametrize("values", [[5.0], [0.0], [1e140, -1e140], [1e-280, 0.0, 1e-280], [3.0, np.nan, 4.0]])
def test_windows_with_next_to_nothing_in_them_have_finite_answers(graph: PretrainedGraph, values: list[float]) -> None:
    row = np.concatenate([np.full(28 - len(values), np.nan), values])[np.newaxis]
    assert np.isfinite(graph.medians(windows(row), 7)).all()


def test_a_season_that_is_longer_than_the_window_is_not_used(graph: PretrainedGraph) -> None:
    row = weekly(28)[np.newaxis]
    assert graph.medians(windows(row), 52) == pytest.approx(graph.medians(windows(row), 1))


def test_it_is_weighed_with_the_others(member: Member, graph: PretrainedGraph) -> None:
    half = member.model_copy(update={"weight": 0.5})
    theta = Member(kind="classical", transform="none", weight=0.5, base="theta")
    one = windows(weekly(28)[np.newaxis])
    view = View(one, (7,), "none", 0.01)
    mean, _ = PanelForecaster(config(members=[half, theta]), {"model.onnx": graph}).forecast(one)
    assert mean == pytest.approx((graph.medians(one, 7) + forecast(theta, view, None)) / 2)
