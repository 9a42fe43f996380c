from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from seqserve.core.onnx_session import Network
from seqserve.errors import InputError
from seqserve.forecast import scalers
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.window_forecaster import WindowForecaster
from seqserve.registry.store import Key
from service.forecast import accuracy
from service.forecast.metrics import MOST_SCALES
from service.forecast.schemas import Actuals
from testing import tiny


def forecaster(scale: float = 2.0) -> WindowForecaster:
    config = ForecastConfig(
        window=8,
        horizon=2,
        max_horizon=3,
        features=["value"],
        target="value",
        residual=True,
        frequency="D",
        season=1,
        naive_scale=scale,
        spread_floor=0.01,
        quantiles={"80": [1, 2, 3]},
    )
    return WindowForecaster(config, scalers.fit("minmax", tiny.series(20)), Network(tiny.network(2)))


def item(**changed: object) -> Actuals:
    interval = {"80": {"lower": [9, 9], "upper": [11, 11]}}
    return Actuals.model_validate({"mean": [10, 10], "intervals": interval, "actual": [11, 13], **changed})


def test_errors_are_told_in_naive_scales_and_hits_by_level() -> None:
    found = accuracy.compare(item(), forecaster())
    assert found.residuals.tolist() == [0.5, 1.5]
    assert found.hits["80"].tolist() == [True, False]


def test_only_what_is_known_counts() -> None:
    found = accuracy.compare(item(actual=[None, 13]), forecaster())
    assert found.residuals.tolist() == [1.5]
    assert found.hits["80"].tolist() == [False]


def test_one_wrong_unit_does_not_outweigh_all_others() -> None:
    found = accuracy.compare(item(actual=[1e9]), forecaster())
    assert found.residuals.tolist() == [MOST_SCALES]


def test_without_a_scale_there_are_hits_only() -> None:
    found = accuracy.compare(item(), forecaster(scale=0))
    assert len(found.residuals) == 0
    assert found.hits["80"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"mean": [1, 2, 3, 4]}, "too_long", "mean"),
        ({"actual": [1, 2, 3]}, "wrong_length", "actual"),
        ({"actual": [None]}, "empty", "actual"),
        ({"actual": [1e300]}, "out_of_range", "actual"),
        ({"intervals": {"70": {"lower": [1, 1], "upper": [2, 2]}}}, "bad_level", "intervals"),
        ({"intervals": {"80": {"lower": [1], "upper": [2, 2]}}}, "wrong_length", "intervals"),
        ({"intervals": {"80": {"lower": [3, 3], "upper": [2, 2]}}}, "bad_interval", "intervals"),
    ],
)
def test_what_cannot_be_compared_is_told(changed: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(InputError) as caught:
        accuracy.compare(item(**changed), forecaster())
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_comparison_is_counted() -> None:
    key = Key("forecast", "accuracy-test", "1")
    accuracy.count(key, accuracy.compare(item(), forecaster()))
    labels = {"model": "accuracy-test", "version": "1"}
    assert REGISTRY.get_sample_value("seqserve_forecast_residual_scaled_sum", labels) == 2.0
    for hit in ("yes", "no"):
        hits = {**labels, "level": "80", "hit": hit}
        assert REGISTRY.get_sample_value("seqserve_interval_hits_total", hits) == 1
