"""A kind that takes all that the contract has, by the route."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from seqserve.forecast.predictor import KINDS
from service.app import create_app
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings
from testing import tiny
from testing.tiny import naive

NORMAL_90 = 1.6448536269514722


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LiveRegistry:
    monkeypatch.setitem(KINDS, naive.KIND, naive.CLASS)
    tiny.publish(tmp_path, naive.release())
    live = LiveRegistry(tmp_path, threads=1)
    assert [key.name for key in live.current.loaded] == [naive.NAME]
    return live


def ask(registry: LiveRegistry, method: str, path: str, body: Any = None) -> httpx.Response:
    async def main() -> httpx.Response:
        with ThreadPoolExecutor(2) as executor:
            app = create_app(Settings(), registry, executor, executor)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, json=body)

    return asyncio.run(main())


def forecast(registry: LiveRegistry, *series: Any, **options: Any) -> list[dict[str, Any]]:
    answer = ask(registry, "POST", "/forecast", {"series": series, **options})
    assert answer.status_code in (200, 422), answer.text
    found: list[dict[str, Any]] = answer.json()["forecasts"]
    return found


def test_covariates_season_levels_and_quantiles_reach_the_model(registry: LiveRegistry) -> None:
    series = {**naive.series(4), "season": 2, "end": "2020-01-04", "frequency": "D"}
    (found,) = forecast(registry, series, levels=[90], quantiles=[0.05, 0.5])
    low, high = pytest.approx([2 - NORMAL_90, 4 - NORMAL_90]), pytest.approx([2 + NORMAL_90, 4 + NORMAL_90])
    assert found == {
        "id": None,
        "mean": [2.0, 4.0],
        "timestamps": ["2020-01-05", "2020-01-06"],
        "intervals": {"90": {"lower": low, "upper": high}},
        "quantiles": {"0.05": low, "0.5": [2.0, 4.0]},
        "warnings": [],
    }


def test_a_frequency_alone_is_no_half_of_a_date_where_it_says_the_season(registry: LiveRegistry) -> None:
    (found,) = forecast(registry, {**naive.series(), "frequency": "D"})
    assert found["warnings"] == []


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"known": {}}, "wrong_names", "known"),
        ({"known": {"promo": [0] * 4}}, "wrong_length", "known"),
        ({"known": {"promo": ["no"] * 6}}, "not_a_number", "known"),
        ({"past": {"rain": [0] * 6}}, "wrong_length", "past"),
        ({"static": {"shop": 1}}, "wrong_names", "static"),
        ({"static": {"region": [1]}}, "wrong_covariate", "static"),
        ({"known": [1, 2]}, "wrong_shape", "known"),
        ({"season": 0}, "bad_season", "season"),
        ({"values": [1, 2]}, "too_short", "values"),
        ({"values": [1, None, None, None]}, "too_many_gaps", "values"),
        ({"timestamps": ["2020-01-01"]}, "bad_timestamps", "timestamps"),
        ({"timestamps": [1, 2, 3, 4]}, "wrong_shape", "timestamps"),
        ({"end": "2020-01-04", "frequency": "B"}, "bad_end", "end"),
        ({"start": "2020-01-04", "end": "2020-01-07"}, "ambiguous_time", "end"),
    ],
)
def test_a_bad_series_fails_alone(registry: LiveRegistry, changed: dict[str, Any], code: str, field: str) -> None:
    good, bad = forecast(registry, naive.series(), {**naive.series(), **changed})
    assert good["mean"] == [3.0, 4.0]
    assert (bad["error"]["code"], bad["error"]["field"]) == (code, field)


def test_bad_quantiles_are_told_by_pointers(registry: LiveRegistry) -> None:
    body = {"series": [naive.series()], "levels": [99, 100], "quantiles": [0.005, 0.001, 1.0]}
    answer = ask(registry, "POST", "/forecast", body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/levels/1", "/quantiles/1", "/quantiles/2"]
    assert "1 to 99" in answer.json()["errors"][0]["detail"]
    assert "0.005 to 0.995" in answer.json()["errors"][1]["detail"]


def test_the_signature_says_what_it_takes(registry: LiveRegistry) -> None:
    signature = ask(registry, "GET", f"/models/forecast/{naive.NAME}").json()["signature"]
    assert signature == {
        "window": None,
        "min_values": 3,
        "horizon": 2,
        "max_horizon": 100,
        "features": ["value"],
        "target": "value",
        "frequency": None,
        "seasonal": True,
        "known": ["promo"],
        "past": ["rain"],
        "static": ["region"],
        "levels": [80],
        "quantiles": [0.1, 0.5, 0.9],
        "quantile_range": [0.005, 0.995],
    }


def test_its_accuracy_is_measured_without_a_scale(registry: LiveRegistry) -> None:
    (given,) = forecast(registry, naive.series(), levels=[80, 90], quantiles=[0.5])
    item = {**given, "actual": [3.5, None]}
    assert ask(registry, "POST", "/forecast/actuals", {"items": [item]}).json() == {"accepted": 1}
