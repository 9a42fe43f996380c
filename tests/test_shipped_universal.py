"""The shipped forecaster of any series: seasons that are seen, odd series that are taken sensibly, stated levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from seqserve import tasks
from seqserve.core.arrays import Floats
from seqserve.forecast.predictor import Forecast, ForecastQuery
from seqserve.forecast.universal.predictor import UniversalForecaster
from seqserve.registry.store import Store
from testing.service_process import CHECKOUT

STORE = Store(CHECKOUT / "models")
KEY = STORE.resolve("forecast", "universal", None)
MEGABYTE = 1024**2
PASSENGERS = np.array([
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
    115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
    145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
    171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
    196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201,
    204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
    242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278,
    284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,
    315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,
    340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337,
    360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405,
    417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
], dtype=np.float64)  # fmt: skip
"""Airline passengers by month, 1949 to 1960 (Box and Jenkins): never trained on."""


@pytest.fixture(scope="module")
def forecaster() -> UniversalForecaster:
    found = tasks.load(STORE.read(KEY))
    assert isinstance(found, UniversalForecaster)
    return found


def asked(values: Sequence[float] | Floats, horizon: int = 12, **more: object) -> ForecastQuery:
    return ForecastQuery(values=list(map(float, values)), horizon=horizon, **more)  # type: ignore[arg-type]


def answer(forecaster: UniversalForecaster, query: ForecastQuery) -> Forecast:
    (found,) = forecaster.predict([query])
    assert isinstance(found, Forecast), found
    return found


def noisy_year(steps: int) -> Floats:
    chance = np.random.default_rng(0)
    return 50 + 10 * np.sin(2 * np.pi * np.arange(steps) / 12) + chance.normal(0, 1, steps)


def test_it_is_small() -> None:
    assert sum(map(len, STORE.read(KEY).files.values())) < 15 * MEGABYTE


def test_it_says_what_it_takes(forecaster: UniversalForecaster) -> None:
    signature = forecaster.signature()
    assert (signature["window"], signature["min_values"], signature["max_horizon"]) == (None, 3, 1024)
    assert signature["quantile_range"] == (0.005, 0.995)


@pytest.mark.parametrize("told", [{"frequency": "MS"}, {"season": 12}, {}], ids=str)
@pytest.mark.parametrize("years", [5, 10])
def test_passengers_show_their_seasons(forecaster: UniversalForecaster, years: int, told: dict[str, object]) -> None:
    """The last two years from those before."""
    history, truth = PASSENGERS[-24 - 12 * years : -24], PASSENGERS[-24:]
    found = np.array(answer(forecaster, asked(history, 24, **told)).mean)
    assert np.mean(np.abs(found - truth) / truth) < 0.15
    shapes = [
        (two_years.reshape(2, 12) / two_years.reshape(2, 12).mean(axis=1, keepdims=True))
        for two_years in (found, truth)
    ]
    assert np.corrcoef(*(shape.ravel() for shape in shapes))[0, 1] > 0.9
    assert set(np.argsort(found[:12])[-2:]) == {6, 7}  # July and August


def test_intervals_hold_what_they_say(forecaster: UniversalForecaster) -> None:
    """On the twelve months after each of sixty origins, within what so few say."""
    origins = range(72, 132)
    queries = [asked(PASSENGERS[:origin], 12, frequency="MS", levels=[80]) for origin in origins]
    held = []
    for origin, found in zip(origins, forecaster.predict(queries), strict=True):
        assert isinstance(found, Forecast)
        truth = PASSENGERS[origin : origin + 12]
        bounds = found.intervals["80"]
        held.append(np.mean((np.array(bounds["lower"]) <= truth) & (truth <= np.array(bounds["upper"]))))
    assert np.mean(held) > 0.6


def test_any_level_is_stated_and_a_higher_one_is_wider(forecaster: UniversalForecaster) -> None:
    levels = list(range(1, 100))
    found = answer(forecaster, asked(noisy_year(100), levels=levels, quantiles=[0.005, 0.5, 0.777, 0.995]))
    lower = np.array([found.intervals[str(level)]["lower"] for level in levels])
    upper = np.array([found.intervals[str(level)]["upper"] for level in levels])
    assert (np.diff(lower, axis=0) <= 0).all()
    assert (np.diff(upper, axis=0) >= 0).all()
    assert found.quantiles is not None
    assert found.quantiles["0.5"] == found.mean
    assert (np.diff(list(found.quantiles.values()), axis=0) >= 0).all()


def test_one_alone_is_forecast_as_among_others(forecaster: UniversalForecaster) -> None:
    """Of unlike lengths, seasons and horizons."""
    queries = [
        asked(PASSENGERS, 18, frequency="MS", levels=[80]),
        asked(PASSENGERS[-7:], 3),
        asked(noisy_year(500), 100, season=12, levels=[95]),
        asked(noisy_year(61), 1, frequency="MS"),
        asked([3, 0, 0, 1, 0, 2, 0, 0, 0, 4, 0, 1], 5, frequency="D"),
        asked(noisy_year(3000), 24, frequency="h", levels=[80]),
    ]
    for query, together in zip(queries, forecaster.predict(queries), strict=True):
        assert isinstance(together, Forecast)
        alone = answer(forecaster, query)
        assert alone.mean == pytest.approx(together.mean, rel=1e-4, abs=1e-4)
        assert alone.warnings == together.warnings
        for level, bounds in alone.intervals.items():
            assert bounds["lower"] == pytest.approx(together.intervals[level]["lower"], rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("value", [0.0, 7.5, -3.0, 1e12, 1e-9])
def test_a_constant_stays(forecaster: UniversalForecaster, value: float) -> None:
    found = answer(forecaster, asked([value] * 40, levels=[95]))
    assert found.mean == pytest.approx([value] * 12, rel=0.05, abs=1e-12)
    assert found.intervals["95"]["lower"] == pytest.approx([value] * 12, rel=0.3, abs=1e-12)


@pytest.mark.parametrize("values", [[4.0, 5.0, 3.0], [0.0, 0.0, 1.0], [1e9, 2e9, 3e9], [-5.0, -5.5, -5.2]], ids=str)
def test_three_values_suffice(forecaster: UniversalForecaster, values: list[float]) -> None:
    found = answer(forecaster, asked(values, levels=[80]))
    size = max(map(abs, values))
    assert np.abs(found.mean).max() <= 4 * size
    lower, upper = (np.array(found.intervals["80"][bound]) for bound in ("lower", "upper"))
    assert (lower < upper).all()


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e3, 1e9])
def test_the_unit_does_not_matter(forecaster: UniversalForecaster, scale: float) -> None:
    usual = answer(forecaster, asked(noisy_year(100), frequency="MS")).mean
    found = answer(forecaster, asked(noisy_year(100) * scale, frequency="MS")).mean
    assert found == pytest.approx([value * scale for value in usual], rel=1e-3)


def test_a_line_goes_on(forecaster: UniversalForecaster) -> None:
    line = 5 + 3.0 * np.arange(72)
    noisy = line + np.random.default_rng(0).normal(0, 1, 72)
    found = answer(forecaster, asked(noisy[:60], levels=[95]))
    assert found.mean == pytest.approx(line[60:].tolist(), rel=0.1)
    assert (np.array(found.intervals["95"]["lower"]) < line[60:]).all()
    assert (line[60:] < np.array(found.intervals["95"]["upper"])).all()


def test_a_perfect_line_goes_on(forecaster: UniversalForecaster) -> None:
    line = 5 + 3.0 * np.arange(72)
    assert answer(forecaster, asked(line[:60])).mean == pytest.approx(line[60:].tolist(), rel=0.05)


def test_one_outlier_does_not_count(forecaster: UniversalForecaster) -> None:
    values = noisy_year(120)
    spoilt = values.copy()
    spoilt[60] = 1e5
    truth = 50 + 10 * np.sin(2 * np.pi * np.arange(120, 132) / 12)
    assert np.abs(np.array(answer(forecaster, asked(spoilt, frequency="MS")).mean) - truth).mean() < 5


def test_gaps_are_taken(forecaster: UniversalForecaster) -> None:
    values: list[float | None] = list(noisy_year(120))
    for place in (*range(3, 118, 4), 118, 119):
        values[place] = None
    truth = 50 + 10 * np.sin(2 * np.pi * np.arange(120, 132) / 12)
    found = answer(forecaster, ForecastQuery(values=values, frequency="MS", horizon=12))
    assert np.abs(np.array(found.mean) - truth).mean() < 5


@pytest.mark.parametrize("rate", [0.1, 0.5, 3.0])
def test_what_was_never_negative_does_not_become_so(forecaster: UniversalForecaster, rate: float) -> None:
    counts = np.random.default_rng(1).poisson(rate, 150)
    found = answer(forecaster, asked(counts, 60, frequency="D", levels=[80, 99], quantiles=[0.005]))
    assert found.quantiles is not None
    for numbers in (found.mean, found.quantiles["0.005"], found.intervals["99"]["lower"]):
        assert min(numbers) >= 0
    assert max(found.mean) <= counts.max()


def test_the_farthest_horizon_is_finite_and_in_range(forecaster: UniversalForecaster) -> None:
    found = answer(forecaster, asked(noisy_year(300), 1024, frequency="MS", levels=[99]))
    assert len(found.mean) == 1024
    assert np.isfinite([found.mean, *found.intervals["99"].values()]).all()
    assert 20 < min(found.mean) < max(found.mean) < 80
