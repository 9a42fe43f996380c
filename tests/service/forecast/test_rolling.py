from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from seqserve.forecast.predictor import ForecastQuery
from service.forecast import rolling
from service.forecast.rolling import Origin
from testing import tiny
from testing.in_process import Factory, InProcess

VALUES: Any = tiny.values(30)
STATED = {"model": "tiny", "version": "1"}


def asked(app: InProcess, path: str, *series: Any, status: int = 200, **options: Any) -> list[dict[str, Any]]:
    items = [one if isinstance(one, dict) else {"values": one} for one in series]
    answer = app.post(f"/forecast{path}", {**STATED, **options, "series": items})
    assert answer.status_code == status, answer.text
    (found,) = (value for value in answer.json().values() if isinstance(value, list))
    return found


def test_each_window_is_the_forecast_of_what_was_known(app: InProcess) -> None:
    (found,) = asked(app, "/backtest", VALUES, horizon=2, windows=3, step=4, levels=[80])
    assert [window["first"] for window in found["windows"]] == [20, 24, 28]
    for window in found["windows"]:
        first = window["first"]
        (plain,) = asked(app, "", VALUES[:first], horizon=2, levels=[80])
        assert window["mean"] == pytest.approx(plain["mean"])
        assert window["intervals"]["80"]["lower"] == pytest.approx(plain["intervals"]["80"]["lower"])
        assert window["actual"] == VALUES[first : first + 2]


def test_scores_are_those_of_all_windows(app: InProcess) -> None:
    gap = [*VALUES[:-1], None]
    (found,) = asked(app, "/backtest", gap, horizon=2, windows=2, levels=[80, 95])
    mean = np.concatenate([window["mean"] for window in found["windows"]])[:-1]
    actual = np.array(VALUES[-4:-1])
    assert found["windows"][-1]["actual"] == [VALUES[-2], None]
    assert found["scores"]["mae"] == pytest.approx(np.abs(mean - actual).mean())
    assert found["scores"]["rmse"] == pytest.approx(np.sqrt(((mean - actual) ** 2).mean()))
    lower = np.concatenate([window["intervals"]["80"]["lower"] for window in found["windows"]])[:-1]
    upper = np.concatenate([window["intervals"]["80"]["upper"] for window in found["windows"]])[:-1]
    assert found["scores"]["coverage"]["80"] == pytest.approx(((lower <= actual) & (actual <= upper)).mean())
    (unknown,) = asked(app, "/backtest", [*VALUES, None], horizon=1, levels=[80])
    assert unknown["scores"] == {"mae": None, "rmse": None, "coverage": {"80": None}}


@pytest.mark.parametrize(
    "when",
    [
        {"start": "2024-01-01", "frequency": "B"},
        {"end": "2024-02-09", "frequency": "B"},
        {"timestamps": [f"2024-01-{day:02}" for day in range(1, 31)]},
    ],
)
def test_windows_have_the_dates_of_their_values(app: InProcess, when: dict[str, Any]) -> None:
    (found,) = asked(app, "/backtest", {"values": VALUES, "id": 7, **when}, horizon=2, windows=2)
    wanted = ["2024-02-08", "2024-02-09"] if "frequency" in when else ["2024-01-29", "2024-01-30"]
    assert (found["id"], found["windows"][-1]["timestamps"]) == (7, wanted)


def test_a_model_of_several_features_is_compared_by_its_target(app: InProcess) -> None:
    values: Any = tiny.values(14, features=2)
    (found,) = asked(app, "/backtest", values, model="duo", horizon=3, windows=1)
    assert found["windows"][0]["actual"] == [step[0] for step in values[-3:]]


def test_a_jump_is_an_anomaly_and_a_gap_is_none(app: InProcess) -> None:
    jumped = list(VALUES)
    jumped[20], jumped[25] = 1000, None
    (found,) = asked(app, "/anomalies", {"values": jumped, "start": "2024-01-01", "frequency": "D"}, level=95)
    assert found["first"] == 8
    assert found["anomaly"][12] is True
    assert found["anomaly"][17] is False
    assert len(found["timestamps"]) == len(found["mean"]) == len(found["upper"]) == 22
    (plain,) = asked(app, "", VALUES[:15], horizon=1, levels=[95])
    assert found["mean"][7] == pytest.approx(plain["mean"][0])
    assert found["lower"][7] == pytest.approx(plain["intervals"]["95"]["lower"][0])
    (last,) = asked(app, "/anomalies", jumped, level=95, last=11)
    assert (last["first"], last["anomaly"]) == (19, found["anomaly"][11:])


def test_several_steps_may_be_forecast_at_a_time(app: InProcess) -> None:
    (found,) = asked(app, "/anomalies", VALUES, level=80, last=5, horizon=2)
    (plain,) = asked(app, "", VALUES[:27], horizon=2, levels=[80])
    assert found["mean"][2:4] == pytest.approx(plain["mean"])
    assert len(found["mean"]) == 5


@pytest.mark.parametrize(
    ("path", "series", "options", "told"),
    [
        ("/backtest", VALUES[:9], {"windows": 2}, "7 before the first, this model needs at least 8"),
        ("/backtest", [*VALUES, "a"], {}, "step 30 is not a number"),
        ("/backtest", {"values": VALUES, "known": {"x": [1.0]}}, {}, "x has 1 value, at least 30"),
        ("/backtest", {"values": VALUES, "end": "2024-02-10", "frequency": "B"}, {}, "not on frequency B"),
        ("/backtest", {"values": VALUES, "end": "0001-01-03", "frequency": "D"}, {}, "before the calendar"),
        ("/backtest", {"values": VALUES, "timestamps": ["2024-01-01"]}, {}, "1 timestamp for 30 values"),
        ("/backtest", {"values": [None] * 20 + VALUES[:4]}, {}, "forecast from the first 23 values: "),
        ("/anomalies", VALUES[:8], {}, "8 values, this model needs at least 9"),
        ("/anomalies", VALUES, {"last": 30}, "needs at least 38"),
        ("/anomalies", [], {}, "no values"),
    ],
)
def test_what_is_wrong_with_a_series_is_told(
    app: InProcess, path: str, series: Any, options: dict[str, Any], told: str
) -> None:
    more = {"horizon": 1} if path == "/backtest" else {"level": 80}
    bad, good = asked(app, path, series, tiny.values(60), **more, **options)
    assert told in bad["error"]["message"]
    assert "error" not in good


def test_what_is_wrong_with_a_request_is_told(app: InProcess) -> None:
    for path, name, value in (
        ("/backtest", "windows", 0),
        ("/backtest", "step", 0),
        ("/backtest", "levels", [81]),
        ("/anomalies", "level", 81),
        ("/anomalies", "level", 100),
        ("/anomalies", "levels", [80]),
    ):
        answer = app.post(f"/forecast{path}", {**STATED, name: value, "series": [{"values": VALUES}]})
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] in ([f"/{name}"], [f"/{name}/0"])


def test_forecasts_are_limited_and_counted_for_the_owner_of_a_key(apps: Factory) -> None:
    body = {**STATED, "series": [{"values": VALUES}], "level": 80}
    answer = apps(max_items=5).post("/forecast/anomalies", body)
    assert (answer.status_code, "22 forecasts, at most 20" in answer.json()["detail"]) == (413, True)


def test_parts_are_limited_in_forecasts_and_in_work() -> None:
    def sizes(ends: Sequence[int], longest: int | None = None) -> list[int]:
        origins = [Origin(ForecastQuery([]), end, False) for end in ends]
        parts = list(rolling._parts(origins, longest))
        assert [origin for part in parts for origin in part] == origins
        return [len(part) for part in parts]

    assert sizes([10] * 1200) == [512, 512, 176]
    assert sizes([60_000, 30_000, 20_000, 200_000, 1]) == [2, 1, 1, 1]
    assert sizes([60_000] * 600, longest=100) == [512, 88]
    assert sizes([]) == []


def test_many_forecasts_are_made_in_parts(app: InProcess) -> None:
    values: Any = tiny.values(700)
    (found,) = asked(app, "/anomalies", values, level=80)
    assert len(found["anomaly"]) == 692
    (plain,) = asked(app, "", values[:650], horizon=1, levels=[80])
    assert found["mean"][642] == pytest.approx(plain["mean"][0])
