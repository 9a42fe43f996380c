"""What a forecaster of a window refuses, and what it makes of any input."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from seqserve.errors import InputError
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.predictor import Forecast, ForecastQuery
from seqserve.forecast.window_forecaster import WindowForecaster
from testing import tiny
from testing.window_forecasters import HORIZON, LIMIT, WINDOW, every_kind, forecast, forecaster, refused

GOOD = list(tiny.values(WINDOW))


def _last(value: Any) -> list[Any]:
    return [*GOOD[1:], value]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([], "empty"),
        (GOOD[1:], "too_short"),
        ([1.0], "too_short"),
        (tiny.values(WINDOW, 2), "wrong_features"),
        (_last([]), "wrong_features"),
        (_last([1.0, 2.0]), "wrong_features"),
        (_last("100"), "not_a_number"),
        (_last("nan"), "not_a_number"),
        (_last(True), "not_a_number"),
        (_last([True]), "wrong_features"),
        ([[value] for value in _last(True)], "not_a_number"),
        ([[value] for value in _last([1.0])], "not_a_number"),
        (_last({"a": 1}), "not_a_number"),
        (_last(1j), "not_a_number"),
        (_last(1e308), "out_of_range"),
        (_last(-1e151), "out_of_range"),
        (_last(1e12), "out_of_range"),
        (_last(10**400), "out_of_range"),
        (_last(float("inf")), "not_finite"),
        (_last(float("-inf")), "not_finite"),
        ([None] * WINDOW, "all_gaps"),
        ([*GOOD, *[None] * WINDOW], "all_gaps"),
        ([*GOOD, *[None] * (WINDOW // 2 + 1)], "too_many_gaps"),
    ],
)
def test_values_that_cannot_be_forecast(values: Any, code: str) -> None:
    error = refused(forecaster(), values)
    assert (error.code, error.field) == (code, "values")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (GOOD, "wrong_features"),
        (tiny.values(WINDOW, 2), "wrong_features"),
        ([*tiny.values(WINDOW, 3), 1.0], "wrong_features"),
        ([*tiny.values(WINDOW, 3), [1.0, 2.0, "3"]], "not_a_number"),
        ([*tiny.values(WINDOW, 3), [1.0, 2.0, 1e200]], "out_of_range"),
        ([None] * WINDOW, "all_gaps"),
        ([[1.0, None, 3.0]] * WINDOW, "all_gaps"),
        ([*[[1.0, None, 3.0]] * (WINDOW // 2 + 1), *tiny.values(WINDOW // 2 - 1, 3)], "too_many_gaps"),
    ],
)
def test_values_of_several_features_that_cannot_be_forecast(values: Any, code: str) -> None:
    error = refused(forecaster(3), values)
    assert (error.code, error.field) == (code, "values")


def test_an_error_names_what_is_at_fault() -> None:
    assert "step 7" in refused(forecaster(), _last("x")).message
    assert "high" in refused(forecaster(3), [[1.0, None, 3.0]] * WINDOW).message
    assert "7 values" in refused(forecaster(), GOOD[1:]).message
    assert "1e+12" in refused(forecaster(), _last(1e12)).message


@pytest.mark.parametrize("horizon", [0, -1, LIMIT + 1, 10**400])
def test_horizons_that_it_does_not_forecast(horizon: int) -> None:
    (answer,) = forecaster().predict([ForecastQuery(GOOD, horizon=horizon)])
    assert isinstance(answer, InputError)
    assert (answer.code, answer.field) == ("bad_horizon", "horizon")
    assert f"1 to {LIMIT}" in answer.message


@pytest.mark.parametrize("levels", [[50], [80, 0], [100], [-80], [8]])
def test_levels_that_it_does_not_know(levels: list[int]) -> None:
    error = refused(forecaster(), GOOD, levels=levels)
    assert (error.code, error.field) == ("bad_level", "levels")
    assert "80, 95" in error.message


@pytest.mark.parametrize(
    ("start", "frequency", "code"),
    [("soon", "D", "bad_start"), ("2016-12-28", "often", "bad_frequency"), ("9999-12-31", "D", "bad_start")],
)
def test_times_that_cannot_be_read(start: str, frequency: str, code: str) -> None:
    assert refused(forecaster(), GOOD, start=start, frequency=frequency).code == code


def test_half_of_a_window_may_be_gaps() -> None:
    answer = forecast(forecaster(), [*GOOD, *[None] * (WINDOW // 2)])
    assert answer.warnings == ["4 gaps filled"]


@pytest.mark.parametrize("quantile", [0.3, 0.0, 1.0, -0.1, 1.1, 10, 0.0999])
def test_quantiles_that_it_does_not_know(quantile: float) -> None:
    error = refused(forecaster(), GOOD, quantiles=[quantile])
    assert (error.code, error.field) == ("bad_quantile", "quantiles")
    assert "0.025, 0.1, 0.5, 0.9, 0.975" in error.message


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ({"known": {"promo": [1.0] * (WINDOW + HORIZON)}}, "wrong_names", "known"),
        ({"past": {"rain": [1.0] * WINDOW}}, "wrong_names", "past"),
        ({"static": {"region": "north"}}, "wrong_names", "static"),
        ({"season": 7}, "bad_season", "season"),
        ({"start": "2016-12-28", "end": "2016-12-28", "frequency": "D"}, "ambiguous_time", "end"),
        ({"end": "2016-12-24", "frequency": "B"}, "bad_end", "end"),
        ({"timestamps": ["2016-12-28"]}, "bad_timestamps", "timestamps"),
    ],
)
def test_options_that_it_does_not_take(options: dict[str, Any], code: str, field: str) -> None:
    error = refused(forecaster(), GOOD, **options)
    assert (error.code, error.field) == (code, field)


magnitudes = st.floats(-1e3, 1e3) | st.floats(-1e150, 1e150) | st.floats(-1e-300, 1e-300)


@every_kind
@given(data=st.data())
@settings(max_examples=40)
def test_any_numbers_give_finite_ones_or_an_input_error(model: WindowForecaster, data: st.DataObject) -> None:
    features = len(model.config.features)
    step = (
        st.none() | magnitudes
        if features == 1
        else st.lists(st.none() | magnitudes, min_size=features, max_size=features)
    )
    values = data.draw(st.lists(step, min_size=WINDOW, max_size=2 * WINDOW))
    levels, horizon = [80, 95], model.config.max_horizon
    (answer,) = model.predict([ForecastQuery(values, horizon=horizon, levels=levels)])
    if isinstance(answer, InputError):
        assert answer.code in {"out_of_range", "all_gaps", "too_many_gaps"}
    else:
        assert np.isfinite(answer.mean).all()
        for bounds in answer.intervals.values():
            assert np.isfinite([bounds["lower"], bounds["upper"]]).all()
            assert (np.array(bounds["lower"]) <= answer.mean).all()
            assert (np.array(bounds["upper"]) >= answer.mean).all()


@pytest.mark.slow
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=4)
    ).flatmap(lambda item: st.lists(st.just(item) | st.floats(50, 150), max_size=12))
)
@settings(max_examples=200)
def test_any_json_gives_a_forecast_or_an_input_error(values: list[Any]) -> None:
    for model in (forecaster(), forecaster(3)):
        (answer,) = model.predict([ForecastQuery(values)])
        assert isinstance(answer, Forecast | InputError)


@pytest.mark.parametrize(
    "change",
    [
        {"target": "volume"},
        {"max_horizon": 1},
        {"max_horizon": 9},
        {"quantiles": {"80": [1.0]}},
        {"quantiles": {"eighty": [1.0] * LIMIT}},
        {"quantiles": {"100": [1.0] * LIMIT}},
        {"quantiles": {"80": [-1.0] * LIMIT}},
        {"features": ["open", "high"]},
        {"features": []},
        {"window": 0},
        {"spread_floor": float("nan")},
        {"unknown": 1},
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    content = forecaster().config.model_dump()
    with pytest.raises(ValidationError):
        ForecastConfig.model_validate({**content, **change})
