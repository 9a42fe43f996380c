"""Requests as clients of Nixtla send them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import orjson
import pytest
from backports import zstd

from testing import tiny
from testing.in_process import Factory, InProcess

ONE: Any = tiny.values(20)
OTHER: Any = tiny.values(12, seed=1)


def body(*series: list[Any], **options: Any) -> dict[str, Any]:
    values = [value for one in series for value in one]
    stated = {"y": values, "sizes": list(map(len, series)), "X": None, "X_future": None}
    others = {"clean_ex_first": True, "freq": "B", "finetune_steps": 0, "multivariate": False, "unheard_of": 1}
    return {"series": stated, "model": "tiny@1", **others, **options}


def asked(app: InProcess, path: str, *series: list[Any], **options: Any) -> dict[str, Any]:
    answer = app.post(f"/v2/{path}", body(*series, **options))
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["weights_x"] is None
    found: dict[str, Any] = answer.json()["data"]
    return found


def own(app: InProcess, values: list[Any], **options: Any) -> dict[str, Any]:
    answer = app.post("/forecast", {"series": [{"values": values}], "model": "tiny", "version": "1", **options})
    (found,) = answer.json()["forecasts"]
    return dict(found)


def refused(app: InProcess, path: str, sent: Any, status: int = 422) -> str:
    answer = app.post(f"/v2/{path}", sent)
    assert answer.status_code == status, answer.text
    return str(answer.json()["detail"])


def test_forecasts_are_those_of_our_route(app: InProcess) -> None:
    found = asked(app, "forecast", ONE, OTHER, h=2, level=[80, 95.0, 80])
    first, second = (own(app, series, horizon=2, levels=[80, 95]) for series in (ONE, OTHER))
    assert found["mean"] == pytest.approx(first["mean"] + second["mean"])
    assert list(found["intervals"]) == ["lo-80", "hi-80", "lo-95.0", "hi-95.0"]
    wanted = first["intervals"]["95"]["upper"] + second["intervals"]["95"]["upper"]
    assert found["intervals"]["hi-95.0"] == pytest.approx(wanted)
    assert asked(app, "forecast", ONE, h=1, level=None)["intervals"] is None


def test_levels_between_and_below_those_of_the_model(app: InProcess) -> None:
    found = asked(app, "forecast", ONE, h=1, level=[0, 40, 80, 85.5, 95])["intervals"]
    mean = asked(app, "forecast", ONE, h=1)["mean"][0]
    assert found["lo-0"] == found["hi-0"] == [mean]
    uppers = [found[f"hi-{level}"][0] for level in (0, 40, 80, 85.5, 95)]
    assert uppers == sorted(set(uppers))
    z = {80: 1.2816, 85.5: 1.4574, 95: 1.9600}
    share = (z[85.5] - z[80]) / (z[95] - z[80])
    assert uppers[3] == pytest.approx(uppers[2] + share * (uppers[4] - uppers[2]), abs=1e-3)


def test_a_gap_and_a_default_model(app: InProcess) -> None:
    values = [*ONE[:-1], None]
    assert asked(app, "forecast", values, h=1)["mean"] == pytest.approx(own(app, values, horizon=1)["mean"])
    for model in (None, "timegpt-1", "TimeGPT-1-long-horizon", "azureai"):
        assert len(asked(app, "forecast", ONE, h=2, model=model)["mean"]) == 2


def test_columns_are_the_other_features_of_a_model(app: InProcess) -> None:
    values: Any = tiny.values(9, features=2)
    sent = body([step[0] for step in values], h=3, model="duo")
    sent["series"]["X"] = [[step[1] for step in values]]
    found = app.post("/v2/forecast", sent).json()["data"]
    answer = app.post("/forecast", {"series": [{"values": values}], "model": "duo", "horizon": 3}).json()
    assert found["mean"] == pytest.approx(answer["forecasts"][0]["mean"])
    sent["series"]["X"] = [[1.0]]
    assert "9 values" in refused(app, "forecast", sent)
    sent["series"]["X"] = None
    assert "0 exogenous columns, this model takes 1: b" in refused(app, "forecast", sent)


def test_a_large_body_may_be_packed_with_zstd(app: InProcess) -> None:
    many: list[Any] = [list(np.round(tiny.values(20, seed=seed), 6)) for seed in range(400)]
    content = orjson.dumps(body(*many, h=1), option=orjson.OPT_SERIALIZE_NUMPY)
    headers = {"Content-Type": "application/json", "Content-Encoding": "zstd"}
    answer = app.request("POST", "/v2/forecast", content=zstd.compress(content, 1), headers=headers).json()
    assert len(answer["data"]["mean"]) == 400
    assert answer["data"]["mean"][399] == pytest.approx(own(app, list(map(float, many[399])), horizon=1)["mean"][0])
    wrong = content.replace(b'"y":[', b'"y":["a",')
    assert app.request("POST", "/v2/forecast", content=wrong, headers={}).status_code == 422
    broken = content.replace(b'"y":[', b'"y":[1 2,')
    assert app.request("POST", "/v2/forecast", content=broken, headers={}).status_code == 400


def test_cross_validation_forecasts_what_came(app: InProcess) -> None:
    found = asked(app, "cross_validation", ONE, OTHER, h=2, n_windows=2, step_size=1, level=[80])
    assert found["sizes"] == [4, 4]
    assert found["idxs"] == [17, 18, 18, 19, 29, 30, 30, 31]
    assert found["mean"][:2] == pytest.approx(own(app, ONE[:17], horizon=2)["mean"])
    assert found["mean"][6:] == pytest.approx(own(app, OTHER[:10], horizon=2)["mean"])
    assert len(found["intervals"]["lo-80"]) == 8


def test_history_is_forecast_value_by_value(app: InProcess) -> None:
    for path, options in (("historic_forecast", {}), ("cross_validation", {"full_history": True, "h": 1})):
        found = asked(app, path, ONE, OTHER, **options)
        assert found["sizes"] == [12, 4]
        assert found["mean"][2] == pytest.approx(own(app, ONE[:10], horizon=1)["mean"][0])
        assert found["intervals"] is None


def test_anomalies_are_values_outside_their_interval(app: InProcess) -> None:
    jumped = [*ONE[:15], 1000.0, None, *ONE[17:]]
    found = asked(app, "anomaly_detection", jumped, level=95)
    assert (found["sizes"], len(found["anomaly"])) == ([12], 12)
    assert (found["anomaly"][7], found["anomaly"][8]) == (True, False)
    assert found["intervals"].keys() == {"lo-95", "hi-95"}


def test_anomalies_of_the_last_values(app: InProcess) -> None:
    jumped = [*ONE[:-1], 1000.0]
    found = asked(app, "online_anomaly_detection", ONE, jumped, h=2, detection_size=3, level=80, step_size=None)
    assert (found["sizes"], found["idxs"]) == ([3, 3], [17, 18, 19, 37, 38, 39])
    assert found["mean"][:2] == pytest.approx(own(app, ONE[:17], horizon=2)["mean"])
    assert found["anomaly"][-1] is True
    assert found["anomaly_score"][-1] > 100
    low, high = (found["intervals"][f"{side}-80"][0] for side in ("lo", "hi"))
    assert found["anomaly_score"][0] == pytest.approx((ONE[17] - found["mean"][0]) / ((high - low) / 2 / 1.28155), 1e-4)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"h": 0}, "/h"),
        ({"h": None}, "/h"),
        ({"h": 1000}, "horizon 1000"),
        ({"level": [99.9]}, "level 99.9: this model is calibrated up to 95"),
        ({"level": [100]}, "/level"),
        ({"level": "a"}, "/level"),
        ({"finetune_steps": 5}, "python -m training"),
        ({"feature_contributions": True}, "feature_contributions"),
        ({"multivariate": True}, "multivariate"),
        ({"model": 7}, "/model"),
        ({"series": None}, "/series"),
        ({"series": {"y": [1, 2], "sizes": [3]}}, "add up to 3, and y has 2"),
        ({"series": {"y": [1, "a"], "sizes": [2]}}, "/series/y"),
        ({"series": {"y": 1, "sizes": [2]}}, "add up to 2, and y has 1"),
        ({"series": {"y": [1], "sizes": [True]}}, "/series/sizes"),
        ({"series": {"y": [1], "sizes": []}}, "/series/sizes"),
        ({"series": {"y": ONE, "sizes": [20], "X": [ONE]}}, "exogenous"),
        ({"series": {"y": ONE, "sizes": [20], "X_future": [[1]]}}, "exogenous"),
        ({"series": {"y": [*ONE, 1, 2], "sizes": [20, 2]}}, "series 1: 2 values, this model needs at least 8"),
    ],
)
def test_what_is_wrong_is_told(app: InProcess, options: dict[str, Any], told: str) -> None:
    assert told in refused(app, "forecast", body(ONE, **{"h": 1, **options}))


def test_every_series_that_failed_is_listed(app: InProcess) -> None:
    answer = app.post("/v2/cross_validation", body(ONE[:9], ONE, [], h=2, n_windows=1))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/series/0", "/series/2"]


def test_models_are_named_and_others_listed(app: InProcess) -> None:
    assert {"name": "tiny"} in app.get("/v2/models").json()["models"]
    assert app.get("/model_params?model=tiny&freq=B").json()["detail"]["input_size"] == 8
    python = {"User-Agent": "python-httpx/0.28.1"}
    assert app.get("/model_params?model=timegpt-1&freq=B", headers=python).json()["status"] == 200
    assert app.get("/model_params?model=nosuch").status_code == 404
    assert "nosuch" in refused(app, "forecast", body(ONE, h=1, model="nosuch"), 404)
    wrong = body(ONE, h=1, detection_size=2, threshold_method="multivariate")
    assert "univariate" in refused(app, "online_anomaly_detection", wrong)


def test_keys_and_usage(apps: Factory) -> None:
    app = apps(api_keys={hashlib.sha256(b"secret").hexdigest(): "anna"})
    assert apps().get("/validate_api_key").json()["detail"] == "API key is valid"
    statuses = [
        app.get("/validate_api_key", headers={"Authorization": f"Bearer {key}"}).status_code
        for key in ("secret", "guess")
    ]
    assert statuses == [200, 401]
    assert app.post("/v2/forecast", body(ONE, h=1)).status_code == 401
    assert app.get("/usage").json()["minute"]["consumed"] == 0


def test_too_many_series_are_told_what_to_set(apps: Factory) -> None:
    assert "num_partitions" in refused(apps(max_items=1), "forecast", body(ONE, ONE, h=1), 413)
