from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqserve.core.onnx_session import Network
from seqserve.errors import InputError
from seqserve.forecast import scalers
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.predictor import Forecast, ForecastQuery
from seqserve.forecast.scalers import ScalerKind
from seqserve.forecast.window_forecaster import WindowForecaster
from seqserve.registry import artifact
from testing import tiny
from testing.window_forecasters import HORIZON, LIMIT, WINDOW, every_kind, forecast, forecaster

every_scaler = pytest.mark.parametrize("scaler", ["minmax", "standard", "window"])


def query(model: WindowForecaster, seed: int, steps: int = WINDOW, **options: Any) -> ForecastQuery:
    return ForecastQuery(tiny.values(steps, len(model.config.features), seed), **options)


@every_kind
def test_the_forecast_is_in_the_units_of_the_input(model: WindowForecaster) -> None:
    values = tiny.series(20, len(model.config.features))
    answer = forecast(model, values.tolist())
    assert len(answer.mean) == HORIZON
    # the scaler spans the walk around 100, so what comes out unscaled would lie around 0
    assert np.abs(np.array(answer.mean) - values[:, 0].mean()).max() < 60


@pytest.mark.parametrize("residual", [True, False])
def test_the_window_scaler_follows_any_unit(residual: bool) -> None:
    model = forecaster(scaler="window", residual=residual)
    values = tiny.series(WINDOW)[:, 0]
    celsius = np.array(forecast(model, values.tolist()).mean)
    fahrenheit = np.array(forecast(model, (32 + 1.8 * values).tolist()).mean)
    np.testing.assert_allclose(fahrenheit, 32 + 1.8 * celsius, rtol=1e-5)


def test_the_residual_is_added_to_the_last_value_in_its_unit() -> None:
    values = tiny.series(WINDOW)
    with_residual, without = forecaster(residual=True), forecaster(residual=False)
    direct = np.array(forecast(without, values.tolist()).mean)
    residual = np.array(forecast(with_residual, values.tolist()).mean)
    # the same network: what it says above the smallest value of the training part, now above the last
    low = without.scaler.low[0]
    np.testing.assert_allclose(residual - values[-1, 0], direct - low, rtol=1e-5, atol=1e-5)


@every_kind
@given(data=st.data())
@settings(max_examples=25)
def test_a_batch_answers_as_single_queries_do(model: WindowForecaster, data: st.DataObject) -> None:
    seeds = data.draw(st.lists(st.integers(0, 99), min_size=2, max_size=8))
    limit = model.config.max_horizon
    queries = [
        query(
            model,
            seed,
            steps=data.draw(st.integers(WINDOW, 3 * WINDOW)),
            horizon=data.draw(st.none() | st.integers(1, limit)),
            levels=data.draw(st.sampled_from([(), (80,), (80, 95)])),
        )
        for seed in seeds
    ]
    for one, together in zip(queries, model.predict(queries), strict=True):
        (alone,) = model.predict([one])
        assert isinstance(alone, Forecast)
        assert isinstance(together, Forecast)
        np.testing.assert_allclose(together.mean, alone.mean, rtol=1e-5)
        for level in map(str, one.levels):
            for bound in ("lower", "upper"):
                np.testing.assert_allclose(together.intervals[level][bound], alone.intervals[level][bound], rtol=1e-5)


def test_a_bad_query_leaves_its_neighbours_their_places() -> None:
    model = forecaster()
    good, bad = query(model, 1, id="good"), ForecastQuery(["x"] * WINDOW, id="bad")
    answers = model.predict([good, bad, replace(good, id="other")])
    assert [type(answer) for answer in answers] == [Forecast, InputError, Forecast]
    assert [answer.id for answer in answers if isinstance(answer, Forecast)] == ["good", "other"]
    assert isinstance(model.predict([bad])[0], InputError)
    assert model.predict([]) == []


@every_kind
@given(steps=st.integers(WINDOW, 60), seed=st.integers(0, 99))
@settings(max_examples=20)
def test_a_longer_history_answers_as_its_last_window(model: WindowForecaster, steps: int, seed: int) -> None:
    values = tiny.values(steps, len(model.config.features), seed)
    np.testing.assert_allclose(forecast(model, values).mean, forecast(model, values[-WINDOW:]).mean, rtol=1e-12)


@every_scaler
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("horizon", range(1, LIMIT + 1))
def test_past_its_horizon_it_feeds_its_forecasts_back(scaler: ScalerKind, residual: bool, horizon: int) -> None:
    model = forecaster(1, scaler, residual)
    by_hand: list[float] = list(tiny.values(WINDOW))  # type: ignore[arg-type]
    while len(by_hand) < WINDOW + horizon:
        by_hand += forecast(model, by_hand).mean
    answer = forecast(model, tiny.values(WINDOW), horizon=horizon)
    np.testing.assert_allclose(answer.mean, by_hand[WINDOW : WINDOW + horizon], rtol=1e-9)


def test_the_target_need_not_be_the_first_feature() -> None:
    model = forecaster(3)
    last = WindowForecaster(model.config.model_copy(update={"target": "low"}), model.scaler, model._network)
    values = tiny.series(WINDOW, 3)
    values[:, 2] = values[-1, 2]
    # the residual of a model that forecasts `low` is added to the last `low`
    assert forecast(last, values.tolist()).mean[0] - values[-1, 2] == pytest.approx(
        (forecast(model, values.tolist()).mean[0] - values[-1, 0])
        * (model.scaler.high[2] - model.scaler.low[2])
        / (model.scaler.high[0] - model.scaler.low[0]),
        rel=1e-4,
    )


@every_kind
def test_intervals_hold_the_mean_and_widen_with_the_level(model: WindowForecaster) -> None:
    answer = forecast(model, tiny.values(WINDOW, len(model.config.features)), levels=(95, 80))
    assert list(answer.intervals) == ["95", "80"]
    narrow, wide = answer.intervals["80"], answer.intervals["95"]
    bounds = [wide["lower"], narrow["lower"], answer.mean, narrow["upper"], wide["upper"]]
    assert all(len(bound) == len(answer.mean) for bound in bounds)
    assert (np.diff(bounds, axis=0) > 0).all()


def test_intervals_are_as_wide_as_the_window_moves() -> None:
    model = forecaster()
    values = np.array(tiny.values(WINDOW))

    def width(values: Any) -> float:
        interval = forecast(model, values.tolist(), levels=[80]).intervals["80"]
        return interval["upper"][0] - interval["lower"][0]

    assert width(values.mean() + 2 * (values - values.mean())) == pytest.approx(2 * width(values))
    assert width(np.full(WINDOW, 100.0)) > 0


def test_a_window_of_one_step_has_an_interval() -> None:
    files = tiny.release(window=1, horizon=1, scaler="window").files
    config = ForecastConfig.model_validate_json(files[artifact.CONFIG])
    model = WindowForecaster(config, scalers.from_json(files["scaler.json"]), Network(files["model.onnx"]))
    interval = forecast(model, [5.0], levels=[80]).intervals["80"]
    assert interval["lower"][0] < interval["upper"][0]


def test_gaps_are_filled_and_reported() -> None:
    model = forecaster()
    values: list[Any] = list(tiny.values(WINDOW))
    values[3] = values[2]
    filled = forecast(model, values)
    for gap in (None, float("nan")):
        answer = forecast(model, [*values[:3], gap, *values[4:]])
        assert answer.mean == filled.mean
        assert answer.warnings == ["1 gap filled"]
    assert filled.warnings == []


def test_a_leading_gap_takes_the_value_before_the_window_if_there_is_one() -> None:
    model = forecaster()
    values: list[Any] = list(tiny.values(WINDOW))
    assert forecast(model, [90.0, None, *values[1:]]).mean == forecast(model, [90.0, *values[1:]]).mean
    assert forecast(model, [None, *values[1:]]).mean == forecast(model, [values[1], *values[1:]]).mean


def test_gaps_before_the_window_are_no_matter() -> None:
    answer = forecast(forecaster(), [None] * 20 + list(tiny.values(WINDOW)))
    assert answer.warnings == []


def test_a_step_of_several_features_may_be_a_gap_whole_or_in_part() -> None:
    model = forecaster(3)
    values: list[Any] = list(tiny.values(WINDOW, 3))
    whole = forecast(model, [*values[:3], None, *values[4:]])
    assert whole.warnings == ["3 gaps filled"]
    in_part = forecast(model, [*values[:3], [values[3][0], None, values[3][2]], *values[4:]])
    assert in_part.warnings == ["1 gap filled"]


@pytest.mark.parametrize("scaler", ["minmax", "standard"])
def test_values_outside_the_training_range_are_reported(scaler: ScalerKind) -> None:
    model = forecaster(scaler=scaler)
    answer = forecast(model, [*tiny.values(WINDOW), 1000.0])
    assert len(answer.warnings) == 1
    assert answer.warnings[0].startswith("1 value outside the range")
    assert f"{model.scaler.high[0]:g}" in answer.warnings[0]
    assert model.prepare(ForecastQuery([*tiny.values(WINDOW), 1000.0])).outside == 1


def test_a_list_of_one_number_a_step_is_one_feature() -> None:
    values = list(tiny.values(WINDOW))
    assert forecast(forecaster(), [[value] for value in values]).mean == forecast(forecaster(), values).mean
    assert forecast(forecaster(), np.array(values)).mean == forecast(forecaster(), values).mean
    assert forecast(forecaster(), list(np.array(values))).mean == forecast(forecaster(), values).mean


GOOD = list(tiny.values(WINDOW))


def test_timestamps_follow_the_whole_history() -> None:
    answer = forecast(forecaster(), list(tiny.values(20)), start="2016-12-01", frequency="D", horizon=3)
    assert answer.timestamps == ["2016-12-21", "2016-12-22", "2016-12-23"]


@pytest.mark.parametrize("times", [{}, {"start": "2016-12-28"}, {"end": "2016-12-28"}, {"frequency": "D"}])
def test_no_timestamps_without_both_moment_and_frequency(times: dict[str, str]) -> None:
    answer = forecast(forecaster(), GOOD, **times)
    assert answer.timestamps is None
    assert len(answer.warnings) == len(times)  # half of what is needed is told
    assert all("no timestamps" in warning for warning in answer.warnings)


def test_quantiles_are_the_bounds_of_intervals_and_the_mean() -> None:
    answer = forecast(forecaster(), GOOD, levels=[80, 95], quantiles=[0.1, 0.5, 0.9, 0.025, 0.975])
    assert answer.quantiles == {
        "0.1": answer.intervals["80"]["lower"],
        "0.5": answer.mean,
        "0.9": answer.intervals["80"]["upper"],
        "0.025": answer.intervals["95"]["lower"],
        "0.975": answer.intervals["95"]["upper"],
    }
    assert forecast(forecaster(), GOOD).quantiles is None


@pytest.mark.parametrize("level", [1e-200, 1e-10, 1e10, 1e147])
def test_the_window_scaler_forecasts_at_any_magnitude(level: float) -> None:
    model = forecaster(scaler="window")
    values = np.array(tiny.values(WINDOW))
    ordinary = np.array(forecast(model, values.tolist()).mean)
    np.testing.assert_allclose(np.array(forecast(model, (level * values).tolist()).mean) / level, ordinary, rtol=1e-5)


@every_scaler
def test_a_constant_history_is_no_trouble(scaler: ScalerKind) -> None:
    answer = forecast(forecaster(scaler=scaler), [100.0] * WINDOW, horizon=LIMIT)
    assert np.isfinite(answer.mean).all()
    if scaler == "window":
        np.testing.assert_allclose(answer.mean, 100.0, rtol=1e-5)


def test_the_cost_counts_the_runs_of_the_network() -> None:
    model = forecaster()
    costs = [model.cost(model.prepare(ForecastQuery(GOOD, horizon=horizon))) for horizon in range(1, LIMIT + 1)]
    assert costs == [WINDOW, WINDOW, 2 * WINDOW, 2 * WINDOW, 3 * WINDOW, 3 * WINDOW]


def test_the_signature_tells_the_sizes() -> None:
    assert forecaster(3).signature() == {
        "window": WINDOW,
        "min_values": WINDOW,
        "horizon": HORIZON,
        "max_horizon": HORIZON,
        "features": ["open", "high", "low"],
        "target": "open",
        "frequency": "D",
        "seasonal": False,
        "known": [],
        "past": [],
        "static": [],
        "levels": [80, 95],
        "quantiles": [0.025, 0.1, 0.5, 0.9, 0.975],
        "quantile_range": None,
        "season": 1,
    }


def test_the_network_runs_on_64_windows_at_most() -> None:
    """More of them need more memory than the cache of a core has."""
    model, sizes = forecaster(), []

    def network(x: np.ndarray) -> np.ndarray:
        sizes.append(len(x))
        return np.zeros((len(x), model.config.horizon), dtype=np.float32)

    recorded = WindowForecaster(model.config, model.scaler, network)  # type: ignore[arg-type]
    recorded.predict([ForecastQuery(tiny.values(WINDOW))] * 130)
    assert sizes == [64, 64, 2]
