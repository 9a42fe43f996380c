from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from testing import tiny
from testing.service_process import Running

GOOD = tiny.values(8)


def test_answers_in_the_shape_of_the_contract(service: Running) -> None:
    series = [{"id": "GOOG", "values": [*GOOD[:3], None, *GOOD[4:]], "start": "2016-12-28", "frequency": "B"}]
    answer = service.forecast(series, model="tiny", version="stable", horizon=5, levels=[80, 95])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    (forecast,) = body.pop("forecasts")
    assert body == {"model": "tiny", "version": "1"}
    assert set(forecast) == {"id", "mean", "timestamps", "intervals", "warnings"}
    assert (forecast["id"], forecast["warnings"]) == ("GOOG", ["1 gap filled"])
    assert forecast["timestamps"] == ["2017-01-09", "2017-01-10", "2017-01-11", "2017-01-12", "2017-01-13"]
    assert set(forecast["intervals"]) == {"80", "95"}
    for interval in forecast["intervals"].values():
        assert set(interval) == {"lower", "upper"}
        assert all(map(lambda *v: v[0] < v[1] < v[2], interval["lower"], forecast["mean"], interval["upper"]))


def test_least_request_has_least_answer(service: Running) -> None:
    (forecast,) = service.forecast([{"values": GOOD}]).json()["forecasts"]
    assert set(forecast) == {"id", "mean", "intervals", "warnings"}
    assert (forecast["id"], len(forecast["mean"]), forecast["intervals"], forecast["warnings"]) == (None, 2, {}, [])


def test_labels_and_versions_choose_the_model(service: Running) -> None:
    chosen = {
        asked: service.forecast([{"values": GOOD}], version=asked).json() for asked in ("stable", "1", "canary", "2")
    }
    assert {asked: answer["version"] for asked, answer in chosen.items()} == {
        "stable": "1",
        "1": "1",
        "canary": "2",
        "2": "2",
    }
    assert chosen["1"]["forecasts"] != chosen["2"]["forecasts"]


def test_several_features(service: Running) -> None:
    answer = service.forecast([{"values": tiny.values(9, features=2)}], model="duo")
    assert len(answer.json()["forecasts"][0]["mean"]) == 3


def test_whole_numbers_are_integers_however_they_are_written(service: Running) -> None:
    answer = service.forecast([{"id": 7.0, "values": GOOD}], horizon=5.0, levels=[80.0])
    assert answer.status_code == 200
    (forecast,) = answer.json()["forecasts"]
    assert (forecast["id"], len(forecast["mean"]), list(forecast["intervals"])) == (7, 5, ["80"])
    large = service.forecast([{"id": 1e29, "values": GOOD}])  # a client could not tell it from its neighbours
    assert large.json()["forecasts"][0]["error"]["field"] == "id"


def test_integer_ids_come_back_as_sent(service: Running) -> None:
    answer = service.forecast([{"id": 7, "values": GOOD}, {"id": 8, "values": []}]).json()
    assert [forecast["id"] for forecast in answer["forecasts"]] == [7, 8]


def test_an_end_or_timestamps_instead_of_a_start(service: Running) -> None:
    days = [f"2017-01-{day:02d}T00:00:00+01:00" for day in range(1, 9)]
    series = [
        {"values": GOOD, "start": "2017-01-01", "frequency": "D"},
        {"values": GOOD, "end": "2017-01-08", "frequency": "D"},
        {"values": GOOD, "timestamps": days},
    ]
    answers = service.forecast(series, quantiles=[0.1, 0.5]).json()["forecasts"]
    expected = ["2017-01-09", "2017-01-10"]
    assert [answer["timestamps"] for answer in answers] == [
        expected,
        expected,
        [f"{day}T00:00:00+01:00" for day in expected],
    ]
    assert [list(answer["quantiles"]) for answer in answers] == [["0.1", "0.5"]] * 3
    assert answers[0]["quantiles"]["0.5"] == answers[0]["mean"]


def test_half_dated_series_says_why_it_has_no_timestamps(service: Running) -> None:
    (forecast,) = service.forecast([{"values": GOOD, "start": "2020-01-01"}]).json()["forecasts"]
    assert "timestamps" not in forecast
    assert "frequency beside start" in forecast["warnings"][0]


@pytest.mark.parametrize(
    ("item", "code", "field"),
    [
        ({"values": []}, "empty", "values"),
        ({"values": GOOD[:7]}, "too_short", "values"),
        ({"values": ["a"] * 8}, "not_a_number", "values"),
        ({"values": [True] * 8}, "not_a_number", "values"),
        ({"values": "12345678"}, "wrong_shape", "values"),
        ({"values": [[[1.0]]] * 8}, "not_a_number", "values"),
        ({"values": [[1.0, 2.0]] * 8}, "wrong_features", "values"),
        ({"values": [1e308] * 8}, "out_of_range", "values"),
        ({"values": [None] * 8}, "all_gaps", "values"),
        ({"values": GOOD, "start": "soon", "frequency": "D"}, "bad_start", "start"),
        ({"values": GOOD, "start": "2020-01-01", "frequency": "x"}, "bad_frequency", "frequency"),
        ({"values": GOOD, "start": "2017-01-02", "frequency": "W"}, "bad_start", "start"),
        ({"values": GOOD, "end": "2017-01-31", "frequency": "MS"}, "bad_end", "end"),
        ({"values": GOOD, "timestamps": ["2017-01-31"]}, "bad_timestamps", "timestamps"),
        ({"values": GOOD, "start": "2017-01-02", "end": "2017-01-09"}, "ambiguous_time", "end"),
        ({"values": GOOD, "known": {"promo": [0] * 10}}, "wrong_names", "known"),
        ({"values": GOOD, "season": 7}, "bad_season", "season"),
        ({"values": [*GOOD, *[None] * 5]}, "too_many_gaps", "values"),
        ({"values": GOOD, "valeus": 1}, "wrong_shape", "valeus"),
        ({"values": GOOD, "id": 1.5}, "wrong_shape", "id"),
        ({}, "wrong_shape", "values"),
        ("GOOG", "wrong_shape", "series"),
        (None, "wrong_shape", "series"),
    ],
)
def test_bad_item_fails_alone(service: Running, item: Any, code: str, field: str) -> None:
    good = {"id": "good", "values": GOOD}
    answer = service.forecast([good, item])
    assert answer.status_code == 200
    first, second = answer.json()["forecasts"]
    assert first == service.forecast([good]).json()["forecasts"][0]
    assert set(second) == {"id", "error"}
    assert (second["error"]["code"], second["error"]["field"]) == (code, field)
    assert len(second["error"]["message"]) > 10
    assert "instance of" not in second["error"]["message"]  # our classes are no business of a client

    alone = service.forecast([item])
    assert alone.status_code == 422
    assert alone.json()["forecasts"] == [second]


def test_one_bad_among_24(service: Running) -> None:
    series: list[Any] = [{"id": str(seed), "values": tiny.values(8, seed=seed)} for seed in range(24)]
    series[11] = {"id": "11", "values": ["x"] * 8}
    answer = service.forecast(series)
    assert answer.status_code == 200
    forecasts = answer.json()["forecasts"]
    assert [forecast["id"] for forecast in forecasts] == [str(seed) for seed in range(24)]
    assert [index for index, forecast in enumerate(forecasts) if "error" in forecast] == [11]


def test_thousand_windows(service: Running) -> None:
    series = [{"id": seed, "values": tiny.values(8, seed=seed)} for seed in range(1000)]
    forecasts = service.forecast(series, levels=[80]).json()["forecasts"]
    assert [forecast["id"] for forecast in forecasts] == list(range(1000))
    assert all(math.isfinite(number) for forecast in forecasts for number in forecast["mean"])


def test_merged_answers_equal_answers_alone(service: Running) -> None:
    asked: list[dict[str, Any]] = [
        {"series": [{"values": tiny.values(8 + seed % 3, seed=seed)}], "horizon": 1 + seed % 6, "levels": [80]}
        for seed in range(40)
    ]
    alone = [service.forecast(**request).json() for request in asked]
    with ThreadPoolExecutor(16) as pool:
        merged = [answer.json() for answer in pool.map(lambda request: service.forecast(**request), asked * 3)]
    for first, second in zip(alone * 3, merged, strict=True):
        assert second["forecasts"][0]["mean"] == pytest.approx(first["forecasts"][0]["mean"], rel=1e-6)
        assert second["forecasts"][0]["intervals"]["80"]["lower"] == pytest.approx(
            first["forecasts"][0]["intervals"]["80"]["lower"], rel=1e-6
        )
