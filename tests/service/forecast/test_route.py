from __future__ import annotations

from pathlib import Path

import pytest

from seqserve.forecast.predictor import Forecast, Forecaster
from service.forecast.route import ForecastCodec
from service.forecast.schemas import ForecastRequest
from service.http.problems import Problem
from service.model_registry.loaded_models import Loaded
from service.model_registry.reloader import LiveRegistry
from testing import tiny


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    tiny.publish(tmp_path)
    (found,) = LiveRegistry(tmp_path, 1).current.loaded.values()
    return found


def request(**options: object) -> ForecastRequest:
    return ForecastRequest.model_validate({"series": [{"values": []}], **options})


def test_all_that_is_wrong_with_a_request_is_told_at_once(loaded: Loaded) -> None:
    with pytest.raises(Problem) as caught:
        ForecastCodec(request(horizon=99, levels=[80, 70, 60], quantiles=[0.5, 0.1, 0.2]), loaded)
    assert [pointer for pointer, _ in caught.value.errors] == ["/horizon", "/levels/1", "/levels/2", "/quantiles/2"]


def test_the_options_of_a_request_are_checked_once(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = []
    check = Forecaster.check

    def counted(self: Forecaster, horizon: int | None, *others: object) -> int:
        checks.append(horizon)
        return check(self, horizon, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(Forecaster, "check", counted)
    codec = ForecastCodec(request(horizon=3, levels=[80]), loaded)
    before = len(checks)
    for _ in range(100):
        assert codec.decode({"values": tiny.values(8)}).horizon == 3
    assert len(checks) == before


def test_half_a_date_is_a_warning(loaded: Loaded) -> None:
    codec = ForecastCodec(request(), loaded)
    prepared = codec.decode({"values": tiny.values(8), "start": "2020-01-01"})
    (raw,) = loaded.predictor.infer([prepared])
    result = codec.encode(prepared, loaded.predictor.finish(prepared, raw))
    assert "timestamps" not in result
    assert result["warnings"] == ["no timestamps: they need frequency beside start"]


def test_a_number_that_is_not_finite_is_not_answered(loaded: Loaded) -> None:
    codec = ForecastCodec(request(), loaded)
    prepared = codec.decode({"values": tiny.values(8)})
    with pytest.raises(ArithmeticError):
        codec.encode(prepared, Forecast(None, [float("nan")], None, {}))


def test_dates_make_an_item_long(loaded: Loaded) -> None:
    codec = ForecastCodec(request(), loaded)
    assert codec.is_long({"values": [], "start": "2020-01-01"})
    assert codec.is_long({"values": [], "end": "2020-01-01"})
    assert codec.is_long({"values": [], "timestamps": ["2020-01-01"]})
    assert not codec.is_long({"values": []})
    assert not codec.is_long("anything")


def test_quantiles_stand_beside_intervals_if_they_are_asked_for(loaded: Loaded) -> None:
    codec = ForecastCodec(request(levels=[80], quantiles=[0.1, 0.5]), loaded)
    prepared = codec.decode({"values": tiny.values(8)})
    (raw,) = loaded.predictor.infer([prepared])
    result = codec.encode(prepared, loaded.predictor.finish(prepared, raw))
    assert result["quantiles"] == {"0.1": result["intervals"]["80"]["lower"], "0.5": result["mean"]}


def test_a_quantile_that_is_not_finite_is_not_answered(loaded: Loaded) -> None:
    codec = ForecastCodec(request(), loaded)
    prepared = codec.decode({"values": tiny.values(8)})
    with pytest.raises(ArithmeticError):
        codec.encode(prepared, Forecast(None, [1.0], None, {}, [], {"0.5": [float("inf")]}))
