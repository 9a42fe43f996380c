from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from seqserve.errors import InputError
from seqserve.forecast.predictor import Forecast, ForecastQuery
from seqserve.forecast.universal.config import UniversalConfig
from seqserve.forecast.universal.predictor import UniversalForecaster

QUANTILES = (0.005, 0.01, 0.07, 0.25, 0.5, 0.66, 0.9, 0.985, 0.995)


def monthly(length: int, seed: int = 0) -> list[float]:
    random = np.random.default_rng(seed)
    steps = np.arange(length)
    return (100 + steps + 20 * np.sin(2 * np.pi * steps / 12) + random.standard_normal(length)).tolist()


def asked(forecaster: UniversalForecaster, values: Any, **query: Any) -> Forecast:
    (answer,) = forecaster.predict([ForecastQuery(values=values, **query)])
    assert isinstance(answer, Forecast), answer
    return answer


def refused(forecaster: UniversalForecaster, values: Any, **query: Any) -> InputError:
    (answer,) = forecaster.predict([ForecastQuery(values=values, **query)])
    assert isinstance(answer, InputError)
    return answer


def numbers(answer: Forecast) -> np.ndarray:
    """All that an answer states, (H, numbers)."""
    bounds = [interval[side] for interval in answer.intervals.values() for side in ("lower", "upper")]
    return np.array([answer.mean, *bounds, *(answer.quantiles or {}).values()]).T


def test_three_values_are_enough(forecaster: UniversalForecaster) -> None:
    assert len(asked(forecaster, [1.0, 2.0, 3.0], horizon=5).mean) == 5
    assert len(asked(forecaster, [1.0, None, 2.0, 3.0]).mean) == forecaster.horizon
    assert refused(forecaster, [1.0, 2.0]).code == "too_short"
    assert refused(forecaster, [1.0, None, 2.0]).code == "too_short"


def test_half_of_the_values_may_be_gaps(forecaster: UniversalForecaster) -> None:
    half = [None if step % 2 else value for step, value in enumerate(monthly(60))]
    assert np.isfinite(asked(forecaster, half).mean).all()
    assert refused(forecaster, [*half, None]).code == "too_many_gaps"
    assert refused(forecaster, [None] * 20).code == "too_short"
    assert refused(forecaster, [*monthly(10), *[None] * 5000]).code == "all_gaps"


def test_gaps_before_the_first_value_are_nothing(forecaster: UniversalForecaster) -> None:
    values = monthly(40)
    alone, led = asked(forecaster, values, season=12), asked(forecaster, [None] * 200 + values, season=12)
    np.testing.assert_array_equal(led.mean, alone.mean)


def test_after_gaps_at_the_end_the_season_goes_on(forecaster: UniversalForecaster) -> None:
    values = (100 + 20 * np.sin(2 * np.pi * np.arange(150) / 12)).tolist()
    answer = asked(forecaster, [*values[:125], *[None] * 7], season=12, horizon=12)
    np.testing.assert_allclose(answer.mean, values[132:144], atol=6)


@pytest.mark.parametrize("horizon", [1, 24, 48, 49, 97, 1024])
def test_so_many_steps_are_answered_as_are_asked(forecaster: UniversalForecaster, horizon: int) -> None:
    answer = asked(forecaster, monthly(90), season=12, horizon=horizon, levels=[90], quantiles=QUANTILES)
    assert numbers(answer).shape == (horizon, 3 + len(QUANTILES))
    assert np.isfinite(numbers(answer)).all()


@pytest.mark.parametrize("horizon", [0, -1, 1025])
def test_a_horizon_out_of_range_is_refused(forecaster: UniversalForecaster, horizon: int) -> None:
    assert refused(forecaster, monthly(30), horizon=horizon).code == "bad_horizon"


def test_a_longer_horizon_does_not_change_its_first_steps(forecaster: UniversalForecaster) -> None:
    whole = asked(forecaster, monthly(200), season=12, horizon=200).mean
    for horizon in (1, 30, 60):
        np.testing.assert_allclose(
            asked(forecaster, monthly(200), season=12, horizon=horizon).mean, whole[:horizon], rtol=1e-5
        )


def test_any_quantile_is_between_its_neighbours(forecaster: UniversalForecaster) -> None:
    levels = tuple(np.linspace(0.005, 0.995, 199).round(4).tolist())
    answer = asked(forecaster, monthly(100), season=12, horizon=60, quantiles=levels)
    assert answer.quantiles is not None
    stated = np.array([answer.quantiles[str(level)] for level in levels])
    assert (np.diff(stated, axis=0) >= 0).all()
    assert answer.quantiles["0.5"] == answer.mean


@pytest.mark.parametrize("level", [1, 37, 50, 80, 95, 99])
def test_an_interval_has_its_bounds_at_the_quantiles_of_its_level(forecaster: UniversalForecaster, level: int) -> None:
    tail = round((100 - level) / 200, 6)
    answer = asked(forecaster, monthly(50), levels=[level], quantiles=[tail, round(1 - tail, 6)])
    assert answer.quantiles is not None
    np.testing.assert_allclose(answer.intervals[str(level)]["lower"], answer.quantiles[str(tail)], rtol=1e-9)
    np.testing.assert_allclose(
        answer.intervals[str(level)]["upper"], answer.quantiles[str(round(1 - tail, 6))], rtol=1e-9
    )


@pytest.mark.parametrize("quantile", [0.0049, 0.9951, 0.0, 1.0])
def test_a_quantile_out_of_range_is_refused(forecaster: UniversalForecaster, quantile: float) -> None:
    assert refused(forecaster, monthly(50), quantiles=[quantile]).code == "bad_quantile"


def test_what_was_never_negative_is_not_forecast_to_be(forecaster: UniversalForecaster) -> None:
    falling = np.maximum(60 - np.arange(80.0), 0).tolist()
    answer = asked(forecaster, falling, horizon=100, levels=[99])
    assert numbers(answer).min() == 0
    below = asked(forecaster, [value - 30 for value in falling], horizon=100, levels=[99])
    assert numbers(below).min() < -30


def test_a_season_that_is_sent_is_used(forecaster: UniversalForecaster) -> None:
    values = (10 + np.tile([0.0, 4.0, 1.0, -2.0, 3.0], 20)).tolist()
    assert asked(forecaster, values, season=5).warnings == []
    np.testing.assert_allclose(asked(forecaster, values, season=5, horizon=10).mean, values[:10], atol=0.3)


def test_a_frequency_is_a_season_too(forecaster: UniversalForecaster) -> None:
    values = monthly(96)
    assert asked(forecaster, values, frequency="MS").mean == asked(forecaster, values, season=12).mean
    assert asked(forecaster, values, frequency="MS", season=1).mean == asked(forecaster, values, season=1).mean


@pytest.mark.parametrize(
    ("query", "warning"),
    [
        ({}, "a season of 12 steps found"),
        ({"season": 24 * 60 + 1}, "more than the 1440 that this model can use"),
        ({"season": 300}, "more than there are values"),
        ({"season": 7}, "the season says 7 steps in a season, the values say 12"),
        ({"frequency": "D"}, "frequency D says 7 steps in a season, the values say 12"),
    ],
)
def test_what_was_guessed_is_said(forecaster: UniversalForecaster, query: dict[str, Any], warning: str) -> None:
    values = monthly(1500 if query.get("season") == 1441 else 120)
    (said,) = asked(forecaster, values, **query).warnings
    assert warning in said


def test_nobody_is_warned_of_a_series_that_has_no_season(forecaster: UniversalForecaster) -> None:
    assert asked(forecaster, [1.0, 2.0, 3.0], season=1).warnings == []
    assert asked(forecaster, [1.0, 2.0, 3.0], frequency="YS").warnings == []


@pytest.mark.parametrize("factor", [1e-9, 1e-3, 1e12])
def test_units_do_not_matter(forecaster: UniversalForecaster, factor: float) -> None:
    values = np.random.default_rng(0).standard_normal(90) + np.tile(np.arange(6.0), 15)
    plain = numbers(asked(forecaster, values.tolist(), season=6, levels=[95], horizon=30))
    other = numbers(asked(forecaster, (values * factor).tolist(), season=6, levels=[95], horizon=30))
    np.testing.assert_allclose(other / factor, plain, rtol=1e-3, atol=1e-3)


def test_a_large_offset_does_not_hide_the_season(forecaster: UniversalForecaster) -> None:
    shape = np.tile([0.0, 4.0, 1.0, -2.0, 3.0, 0.0], 20)
    answer = asked(forecaster, (1e9 + shape).tolist(), season=6, horizon=12)
    np.testing.assert_allclose(np.array(answer.mean) - 1e9, shape[:12], atol=1)


def test_a_negated_series_has_nearly_the_negated_forecast(forecaster: UniversalForecaster) -> None:
    values = np.array(monthly(100)) - 150
    up, down = (np.array(asked(forecaster, (sign * values).tolist(), season=12).mean) for sign in (1, -1))
    assert np.abs(up + down).mean() < 0.2 * values.std()


def mixed_batch() -> list[ForecastQuery]:
    lengths = (3, 64, 65, 200, 700, 5000)
    queries = [ForecastQuery(monthly(length, length), horizon=6, levels=[80]) for length in lengths]
    queries += [ForecastQuery(monthly(100, n), season=n, horizon=10 * n, levels=[80]) for n in range(1, 9)]
    return [*queries, ForecastQuery([0.0] * 50, horizon=6, levels=[80]), ForecastQuery([1.0], levels=[80])]


def test_in_a_batch_each_is_as_alone_in_any_order(forecaster: UniversalForecaster) -> None:
    queries = mixed_batch()
    order = np.random.default_rng(0).permutation(len(queries)).tolist()
    together = forecaster.predict([queries[index] for index in order])
    for index, answer in zip(order, together, strict=True):
        (alone,) = forecaster.predict([queries[index]])
        assert type(answer) is type(alone)
        if isinstance(answer, Forecast) and isinstance(alone, Forecast):
            assert answer.warnings == alone.warnings
            np.testing.assert_allclose(numbers(answer), numbers(alone), rtol=1e-4, atol=1e-4)


def test_of_a_long_series_the_end_counts(forecaster: UniversalForecaster) -> None:
    values = np.random.default_rng(0).standard_normal(100_000)
    values[:-4096] += 1e6
    answer = asked(forecaster, values.tolist(), season=7, levels=[99])
    assert np.abs(numbers(answer)).max() < 20
    assert answer.mean == asked(forecaster, values[-4096:].tolist(), season=7).mean


def test_the_cost_is_what_is_looked_at(forecaster: UniversalForecaster) -> None:
    def cost(length: int) -> int:
        return forecaster.cost(forecaster.prepare(ForecastQuery(monthly(length), horizon=24)))

    assert cost(100) == 124
    assert cost(100_000) == cost(5000) == 4096 + 24


def test_a_constant_stays(forecaster: UniversalForecaster) -> None:
    np.testing.assert_allclose(numbers(asked(forecaster, [5.0] * 40, levels=[99])), 5.0, rtol=1e-5)


@pytest.mark.parametrize("value", [1e151, -1e300, math.inf, -math.inf])
def test_a_value_that_is_too_large_is_refused(forecaster: UniversalForecaster, value: float) -> None:
    assert refused(forecaster, [1.0, 2.0, value, 3.0]).code in ("out_of_range", "not_finite")


_ordinary = st.floats(-1e6, 1e6)
_anything = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.one_of(st.none(), _ordinary, _anything, st.integers(-5, 5).map(float)), max_size=80),
    repeated=st.integers(1, 4),
    season=st.one_of(st.none(), st.integers(1, 2000)),
    horizon=st.sampled_from([1, 5, 60]),
)
def test_nothing_breaks_it(
    forecaster: UniversalForecaster, values: list[float | None], repeated: int, season: int | None, horizon: int
) -> None:
    """An answer is finite, and its quantiles ascend; anything else is an error that says what is wrong."""
    query = ForecastQuery(values * repeated, season=season, horizon=horizon, quantiles=QUANTILES)
    (answer,) = forecaster.predict([query])
    if isinstance(answer, InputError):
        assert answer.code in {"empty", "too_short", "too_many_gaps", "all_gaps", "out_of_range"}
        return
    assert answer.quantiles is not None
    stated = np.array(list(answer.quantiles.values()))
    assert np.isfinite(stated).all()
    assert (np.diff(stated, axis=0) >= 0).all()
    if all(value is None or value >= 0 for value in values):
        assert stated.min() >= 0


def test_a_width_moves_quantiles_from_the_median_for_its_seasons_alone(forecaster: UniversalForecaster) -> None:
    values = (50 + np.random.default_rng(0).standard_normal(90)).tolist()

    def quantiles(widths: list[dict[str, float]], season: int) -> np.ndarray:
        config = UniversalConfig.model_validate(forecaster.config.model_dump() | {"widths": widths})
        found = asked(
            UniversalForecaster(config, forecaster._network), values, season=season, quantiles=[0.1, 0.5, 0.9]
        )
        return np.stack([(found.quantiles or {})[level] for level in ("0.1", "0.5", "0.9")])

    widths = [{"season": 5, "factor": 1.5}, {"season": 8, "factor": 1.0}]
    plain, wide = quantiles([], 7), quantiles(widths, 7)
    np.testing.assert_allclose(wide, plain[1] + 1.5 * (plain - plain[1]), rtol=1e-9)
    for season in (4, 12):
        np.testing.assert_array_equal(quantiles(widths, season), quantiles([], season))


def test_the_seasons_of_widths_ascend(forecaster: UniversalForecaster) -> None:
    widths = [{"season": 8, "factor": 1.5}, {"season": 5, "factor": 1.0}]
    with pytest.raises(ValidationError, match="the seasons of widths ascend"):
        UniversalConfig.model_validate(forecaster.config.model_dump() | {"widths": widths})
