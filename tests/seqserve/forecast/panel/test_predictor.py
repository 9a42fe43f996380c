"""The forecaster of a panel: what it answers, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqserve.errors import InputError
from seqserve.forecast.panel.inputs.covariates import Covariate
from seqserve.forecast.panel.predictor import PanelForecaster
from seqserve.forecast.predictor import Forecast, ForecastQuery
from testing.tiny.panel import config, weekly


def ask(forecaster: PanelForecaster, values: Any, **more: Any) -> Forecast:
    (answer,) = forecaster.predict([ForecastQuery(values, **more)])
    if isinstance(answer, InputError):
        raise answer
    return answer


@pytest.fixture(scope="module")
def forecaster() -> PanelForecaster:
    return PanelForecaster(config(), {})


def test_it_continues_the_week(forecaster: PanelForecaster) -> None:
    values = (50 + 8 * np.sin(2 * np.pi * np.arange(35) / 7)).tolist()
    answer = ask(forecaster, values, levels=[80], quantiles=[0.1, 0.5])
    assert answer.mean == pytest.approx(values[:3], abs=0.5)
    assert answer.quantiles is not None
    assert answer.quantiles["0.1"] == answer.intervals["80"]["lower"]
    assert answer.quantiles["0.5"] == pytest.approx(answer.mean)


def test_together_and_alone_are_the_same(forecaster: PanelForecaster) -> None:
    queries = [ForecastQuery(weekly(steps, steps).tolist(), levels=[95]) for steps in (3, 12, 28, 60)]
    for query, answer in zip(queries, forecaster.predict(queries), strict=True):
        assert isinstance(answer, Forecast)
        alone = ask(forecaster, query.values, levels=[95])
        assert answer.mean == pytest.approx(alone.mean)
        assert answer.intervals["95"]["upper"] == pytest.approx(alone.intervals["95"]["upper"])


def test_only_the_latest_values_count(forecaster: PanelForecaster) -> None:
    values = weekly(60).tolist()
    assert ask(forecaster, values).mean == pytest.approx(ask(forecaster, values[-28:]).mean)


@pytest.mark.parametrize(
    "values",
    [
        [5.0] * 30,
        [0.0] * 30,
        [0.0] * 29 + [7.0],
        [1e140, -1e140] * 15,
        [1e-280] * 9 + [0.0],
        [3.0, None, 4.0, None, 5.0],
    ],
)
def test_odd_series_have_finite_answers(forecaster: PanelForecaster, values: list[float | None]) -> None:
    answer = ask(forecaster, values, levels=[50, 99])
    bounds = [answer.intervals[level][side] for level in ("50", "99") for side in ("lower", "upper")]
    assert np.isfinite([answer.mean, *bounds]).all()


def test_levels_widen(forecaster: PanelForecaster) -> None:
    answer = ask(forecaster, weekly(40).tolist(), levels=[1, 33, 80, 99])
    upper = [answer.intervals[str(level)]["upper"][0] for level in (1, 33, 80, 99)]
    assert upper == sorted(upper)


@pytest.mark.parametrize(
    ("values", "more", "code"),
    [
        ([1.0, 2.0], {}, "too_short"),
        ([1.0] * 4 + [None] * 5, {}, "too_many_gaps"),
        ([None] * 9, {}, "all_gaps"),
        ([1e200] * 9, {}, "out_of_range"),
        ([1.0] * 9, {"horizon": 4}, "bad_horizon"),
        ([1.0] * 9, {"quantiles": [0.001]}, "bad_quantile"),
        ([1.0] * 9, {"known": {"promo": [1] * 12}}, "wrong_names"),
    ],
)
def test_what_it_refuses(forecaster: PanelForecaster, values: Any, more: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as refused:
        ask(forecaster, values, **more)
    assert refused.value.code == code


def test_counts_have_whole_bounds_of_0_or_more() -> None:
    counts = PanelForecaster(config(lower=0.0, whole=True), {})
    answer = ask(counts, [0, 1, 0, 0, 2, 0, 0] * 4, levels=[95])
    lower, upper = answer.intervals["95"]["lower"], answer.intervals["95"]["upper"]
    assert min(lower) == 0
    assert all(bound == round(bound) for bound in (*lower, *upper))
    assert min(answer.mean) >= 0


def test_without_dates_the_calendar_is_left_out_and_said() -> None:
    dated = PanelForecaster(config(calendar=["weekday"]), {})
    values = weekly(20).tolist()
    assert "the calendar is left out" in ask(dated, values).warnings[0]
    assert ask(dated, values, start="2024-01-01", frequency="D").warnings == []


def test_covariates_are_checked() -> None:
    known = [Covariate.of_texts("event", ["fair", "sale"])]
    forecaster = PanelForecaster(config(known=known, holidays=["2024-01-01"]), {})
    values = weekly(10).tolist()
    events = ["fair"] * 12 + ["flood"]
    answer = ask(forecaster, values, known={"event": events}, start="2024-01-01", frequency="D")
    assert answer.warnings == ["event has 'flood', which the training data does not have"]
    with pytest.raises(InputError, match="13 are needed"):
        ask(forecaster, values, known={"event": events[:-1]})


def test_covariates_that_are_mostly_missing_are_refused_and_gaps_are_told() -> None:
    price = Covariate.of_numbers("price", np.arange(1.0, 9.0))
    region = Covariate.of_texts("region", ["north", "south"])
    forecaster = PanelForecaster(config(known=[price], past=[price], static=[region], window=8), {})
    values, full = weekly(10).tolist(), [5.0] * 10

    def asked(known: list[float | None], past: list[float | None], region: str | None = "north") -> Forecast:
        return ask(forecaster, values, known={"price": known}, past={"price": past}, static={"region": region})

    assert asked([*full, 1.0, 2.0, 3.0], full).warnings == []
    assert asked([None, None, *full[2:], 1.0, None, 3.0], [None, *full[1:]], None).warnings == [
        "1 gap of price ahead taken for its mean",  # gaps before what the model looks at change nothing
        "region is missing: taken for none of its categories",
    ]
    for known, past, field in (
        ([*full, None, None, 3.0], full, "known"),
        ([*full[:5], *[None] * 5, 1.0, 2.0, 3.0], full, "known"),
        ([*full, 1.0, 2.0, 3.0], [*full[:5], *[None] * 5], "past"),
    ):
        with pytest.raises(InputError, match="are missing, more than half") as refused:
            asked(known, past)
        assert (refused.value.code, refused.value.field) == ("too_many_gaps", field)


def test_the_signature_says_what_it_takes(forecaster: PanelForecaster) -> None:
    said = forecaster.signature()
    assert said["window"] is None
    assert (said["min_values"], said["looks_at"], said["kind"]) == (3, 28, "ensemble")
    assert said["quantile_range"] == (0.005, 0.995)
