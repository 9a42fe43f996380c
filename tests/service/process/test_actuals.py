from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from testing import tiny
from testing.service_process import Running, running

pytestmark = pytest.mark.slow

VERSION = {"model": "tiny", "version": "1"}
INTERVALS = {"80": {"lower": [9.0, 9.5], "upper": [11.0, 13.5]}, "95": {"lower": [7.0, 7.0], "upper": [13.0, 14.0]}}
ITEM = {"id": "a", "mean": [10.0, 11.5], "intervals": INTERVALS, "actual": [10.25, 14.0]}


def send(service: Running, *items: Any, **asked: Any) -> httpx.Response:
    return service.client.post("/forecast/actuals", json={**VERSION, "items": items, **asked})


def measured(service: Running) -> dict[str, float]:
    hits = {
        f"{level} {hit}": service.metric("seqserve_interval_hits_total", level=level, hit=hit, **VERSION)
        for level in ("80", "95")
        for hit in ("yes", "no")
    }
    residuals = {
        name: service.metric(f"seqserve_forecast_residual_scaled_{name}", **VERSION) for name in ("count", "sum")
    }
    small = service.metric("seqserve_forecast_residual_scaled_bucket", le="0.5", **VERSION)
    return {**hits, **residuals, "small": small}


def gained(service: Running, before: dict[str, float]) -> dict[str, float]:
    return {name: value - before[name] for name, value in measured(service).items() if value != before[name]}


def test_errors_and_hits_are_measured(service: Running) -> None:
    before = measured(service)
    answer = send(service, ITEM)
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1})
    # The naive scale of the tiny models is 1.
    found = gained(service, before)
    assert found == {"80 yes": 1, "80 no": 1, "95 yes": 2, "count": 2, "sum": 2.75, "small": 1}


def test_only_steps_that_are_known_count(service: Running) -> None:
    before = measured(service)
    send(service, {**ITEM, "actual": [10.0]}, {**ITEM, "actual": [None, 14.5]}).raise_for_status()
    assert gained(service, before) == {
        "80 yes": 1,
        "80 no": 1,
        "95 yes": 1,
        "95 no": 1,
        "count": 2,
        "sum": 3,
        "small": 1,
    }


def test_a_forecast_can_be_sent_back_as_it_came(service: Running) -> None:
    series = [{"id": 7, "values": tiny.values(8), "start": "2020-01-01", "frequency": "D"}]
    answer = service.forecast(series, levels=[80, 95], horizon=6).json()
    before = measured(service)
    items = [{**forecast, "actual": forecast["mean"]} for forecast in answer["forecasts"]]
    asked = {"model": answer["model"], "version": answer["version"], "items": items}
    assert service.client.post("/forecast/actuals", json=asked).json() == {"accepted": 1}
    assert gained(service, before) == {"80 yes": 6, "95 yes": 6, "count": 6, "small": 6}


def test_without_a_version_the_stable_one_is_meant(service: Running) -> None:
    before = measured(service)
    service.client.post("/forecast/actuals", json={"items": [{"mean": [1], "actual": [2]}]}).raise_for_status()
    assert gained(service, before) == {"count": 1, "sum": 1}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"actual": [1.0, 2.0, 3.0]}, "wrong_length", "actual"),
        ({"actual": []}, "wrong_shape", "actual"),
        ({"actual": [None, None]}, "empty", "actual"),
        ({"actual": ["1"]}, "wrong_shape", "actual"),
        ({"actual": [True]}, "wrong_shape", "actual"),
        ({"actual": [1e200]}, "out_of_range", "actual"),
        ({"actual": None}, "wrong_shape", "actual"),
        ({"mean": []}, "wrong_shape", "mean"),
        ({"mean": [1.0, None]}, "wrong_shape", "mean"),
        ({"mean": [1.0] * 7}, "too_long", "mean"),
        ({"mean": [1.0]}, "wrong_length", "actual"),
        ({"intervals": {"80": {"lower": [9.0], "upper": [11.0, 13.5]}}}, "wrong_length", "intervals"),
        ({"intervals": {"80": {"lower": [9.0, 14.0], "upper": [11.0, 13.5]}}}, "bad_interval", "intervals"),
        ({"intervals": {"80": {"lower": [9.0, 14.0]}}}, "wrong_shape", "intervals"),
        ({"intervals": {"81": INTERVALS["80"]}}, "bad_level", "intervals"),
        ({"intervals": {"80; drop": INTERVALS["80"]}}, "bad_level", "intervals"),
        ({"came": [1.0]}, "wrong_shape", "came"),
    ],
)
def test_a_wrong_item_fails_alone(service: Running, change: dict[str, Any], code: str, field: str) -> None:
    before = measured(service)
    wrong = {**ITEM, "id": "wrong", **change}
    answer = send(service, ITEM, wrong)
    good, bad = answer.json()["items"]
    assert (answer.status_code, answer.json()["accepted"], good) == (200, 1, {"id": "a"})
    assert (bad["id"], bad["error"]["code"], bad["error"]["field"]) == ("wrong", code, field)
    assert gained(service, before)["count"] == 2
    alone = send(service, wrong)
    assert (alone.status_code, alone.json()) == (422, {"accepted": 0, "items": [bad]})
    assert "drop" not in service.client.get("/metrics").text


@pytest.mark.parametrize("item", [None, 3, "text", [], {}])
def test_what_is_no_item_says_so(service: Running, item: Any) -> None:
    answer = send(service, item)
    (failed,) = answer.json()["items"]
    assert (answer.status_code, failed["id"], failed["error"]["code"]) == (422, None, "wrong_shape")


def test_an_infinite_number_is_refused(service: Running) -> None:
    body = b'{"model": "tiny", "items": [{"mean": [1], "actual": [1e999]}]}'
    answer = service.client.post("/forecast/actuals", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_a_wrong_unit_does_not_hide_all_other_errors(service: Running) -> None:
    before = measured(service)
    send(service, {"mean": [1.0], "actual": [1e150]}).raise_for_status()
    assert gained(service, before)["sum"] == pytest.approx(100)


@pytest.mark.parametrize("named", [{"model": "nobody"}, {"version": "99"}, {"version": "no-label"}, {"model": "en-fr"}])
def test_an_unknown_version_is_none(service: Running, named: dict[str, str]) -> None:
    answer = send(service, ITEM, **named)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:seqserve:problem:no-such-model"


def test_a_version_that_is_not_loaded_any_more_is_told_so(tmp_path: Path) -> None:
    models = tmp_path / "models"
    tiny.publish(models, label=None)
    tiny.publish(models, tiny.release(seed=1))
    with running(models, tmp_path, SEQSERVE_KEEP_VERSIONS="1") as service:
        answer = send(service, ITEM)
        assert answer.status_code == 404
        assert "tiny version 1 is not loaded" in answer.json()["detail"]
        assert send(service, ITEM, version="stable").json() == {"accepted": 1}


def test_it_is_measured_apart_from_forecasts(service: Running) -> None:
    def state() -> list[float]:
        return [
            service.metric("seqserve_requests_total", task="actuals", status="200"),
            service.metric("seqserve_requests_total", task="actuals", status="404"),
            service.metric("seqserve_items_total", task="actuals", outcome="ok", **VERSION),
            service.metric("seqserve_items_total", task="actuals", outcome="rejected", **VERSION),
            service.metric("seqserve_requests_total", task="forecast"),
        ]

    before = state()
    send(service, ITEM, ITEM, None)
    send(service, ITEM, version="client's own words")
    assert [after - one for after, one in zip(state(), before, strict=True)] == [1, 1, 2, 1, 0]
    assert "own words" not in service.client.get("/metrics").text


def test_two_workers_measure_together_and_begin_with_zero(tmp_path: Path) -> None:
    tiny.publish(tmp_path / "models")
    with running(tmp_path / "models", tmp_path, WORKERS="2", SEQSERVE_MAX_ITEMS="50") as service:
        assert set(measured(service).values()) == {0}
        assert len(service.samples("seqserve_interval_hits_total", **VERSION)) == 4
        for _ in range(20):
            body = {**VERSION, "items": [ITEM] * 50}
            answer = service.client.post("/forecast/actuals", json=body, headers={"Connection": "close"})
            assert answer.json() == {"accepted": 50}
        assert measured(service)["count"] == 2000
        assert measured(service)["80 no"] == 1000
        assert send(service, *[ITEM] * 51).status_code == 413
