"""Requests as clients of the Open Inference Protocol send them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from testing import tiny
from testing.in_process import Factory, InProcess

WINDOWS = np.array([tiny.values(8), tiny.values(8, seed=1)])


def infer(app: InProcess, model: str, status: int = 200, tail: bytes = b"", **body: Any) -> Any:
    head = json.dumps(body).encode()
    headers = {"Inference-Header-Content-Length": str(len(head))} if tail else {}
    answer = app.request("POST", f"/v2/models/{model}/infer", content=head + tail, headers=headers)
    assert answer.status_code == status, answer.text
    return answer if answer.headers["content-type"] == "application/octet-stream" else answer.json()


def numbers(values: Any, datatype: str = "FP64", **more: Any) -> dict[str, Any]:
    array = np.asarray(values)
    return {"name": "values", "shape": list(array.shape), "datatype": datatype, "data": array.ravel().tolist(), **more}


def texts(*data: Any, shape: list[int] | None = None) -> dict[str, Any]:
    return {"name": "text", "shape": shape or [len(data)], "datatype": "BYTES", "data": list(data)}


def packed(*data: bytes) -> bytes:
    return b"".join(len(one).to_bytes(4, "little") + one for one in data)


def own(app: InProcess, path: str, **body: Any) -> Any:
    (found,) = (value for value in app.post(path, body).json().values() if isinstance(value, list))
    return found


def test_health_and_the_server(app: InProcess) -> None:
    assert app.get("/v2").json() == app.get("/v2/").json()
    assert app.get("/v2").json()["extensions"] == ["binary_tensor_data"]
    assert app.get("/v2/health/live").json() == {"live": True}
    assert app.get("/v2/health/ready").json() == {"ready": True}
    for path in ("tiny", "tiny/versions/1", "tiny/versions/canary", "forecast.tiny"):
        assert app.get(f"/v2/models/{path}/ready").json()["ready"] is True
    for path in ("nosuch", "tiny/versions/9", "translation.tiny"):
        answer = app.get(f"/v2/models/{path}/ready")
        assert (answer.status_code, isinstance(answer.json()["error"], str)) == (404, True)
    assert {"name": "tiny", "version": "1", "state": "READY", "reason": ""} in app.post(
        "/v2/repository/index", {}
    ).json()


def test_a_worker_that_drains_is_not_ready(apps: Factory) -> None:
    app = apps()
    app.phase.draining = True
    assert app.get("/v2/health/ready").status_code == 503
    assert infer(app, "tiny", 503, inputs=[numbers(WINDOWS)])["error"]


def test_metadata_states_the_tensors(app: InProcess) -> None:
    forecast = app.get("/v2/models/tiny").json()
    assert (forecast["name"], forecast["platform"], forecast["versions"]) == ("tiny", "seqserve_forecast", ["1", "2"])
    assert forecast["inputs"] == [{"name": "values", "datatype": "FP64", "shape": [-1, -1]}]
    assert [one["name"] for one in forecast["outputs"]][:3] == ["mean", "lower_80", "upper_80"]
    assert app.get("/v2/models/duo").json()["inputs"][0]["shape"] == [-1, -1, 2]
    topics = app.get("/v2/models/topics/versions/stable").json()
    assert topics["outputs"][2]["parameters"] == {"labels": "food,music,film"}
    assert app.get("/v2/models/en-fr").json()["outputs"][0] == {"name": "text", "datatype": "BYTES", "shape": [-1]}


@pytest.mark.parametrize("datatype", ["FP64", "FP32", "INT16"])
@pytest.mark.parametrize("binary", [True, False])
def test_a_forecast_is_that_of_our_route(app: InProcess, datatype: str, binary: bool) -> None:
    kind = {"FP64": "<f8", "FP32": "<f4", "INT16": "<i2"}[datatype]
    values = WINDOWS.astype(kind)
    tensor, tail = numbers(values, datatype), b""
    if binary:
        tail = values.tobytes()
        tensor = {**tensor, "parameters": {"binary_data_size": len(tail)}}
        del tensor["data"]
    answer = infer(app, "tiny", tail=tail, id="r1", inputs=[tensor], parameters={"horizon": 3, "levels": "80"})
    series = [{"values": row.astype(float).tolist()} for row in values]
    wanted = own(app, "/forecast", series=series, model="tiny", horizon=3, levels=[80])
    assert (answer["model_name"], answer["id"]) == ("tiny", "r1")
    mean, lower, upper = answer["outputs"]
    assert (mean["name"], mean["shape"], mean["datatype"]) == ("mean", [2, 3], "FP64")
    assert mean["data"] == pytest.approx([x for one in wanted for x in one["mean"]])
    assert lower["data"] == pytest.approx([x for one in wanted for x in one["intervals"]["80"]["lower"]])
    assert upper["name"] == "upper_80"


def test_outputs_are_those_that_are_asked_for_and_may_be_binary(app: InProcess) -> None:
    outputs = [{"name": "lower_95", "parameters": {"binary_data": True}}, {"name": "mean"}]
    answer = infer(app, "tiny", inputs=[numbers(WINDOWS)], outputs=outputs)
    size = int(answer.headers["inference-header-content-length"])
    lower, mean = json.loads(answer.content[:size])["outputs"]
    assert lower["parameters"] == {"binary_data_size": 16 * lower["shape"][1]}
    assert np.frombuffer(answer.content[size:], "<f8").size == len(mean["data"])
    everything = infer(app, "tiny", inputs=[numbers(WINDOWS)], parameters={"binary_data_output": True})
    assert everything.headers["content-type"] == "application/octet-stream"


def test_padding_in_front_is_taken_off_and_gaps_are_filled(app: InProcess) -> None:
    padded = [None, None, *tiny.values(8)]
    plain = infer(app, "tiny", inputs=[numbers(WINDOWS[:1])])["outputs"]
    tensor = {"name": "values", "shape": [1, 10], "datatype": "FP64", "data": [padded]}
    assert infer(app, "tiny", inputs=[tensor])["outputs"] == plain
    assert infer(app, "tiny", inputs=[{**tensor, "shape": [10], "data": padded}])["outputs"] == plain
    short = {**tensor, "data": [None] * 5 + list(tiny.values(5))}
    assert "item 0: 5 values" in infer(app, "tiny", 400, inputs=[short])["error"]


def test_several_features_are_a_third_axis(app: InProcess) -> None:
    values = tiny.values(9, features=2)
    answer = infer(app, "duo", inputs=[{"name": "x", "shape": [1, 9, 2], "datatype": "FP64", "data": [values]}])
    (wanted,) = own(app, "/forecast", series=[{"values": values}], model="duo")
    assert answer["outputs"][0]["data"] == pytest.approx(wanted["mean"])


def test_texts_as_json_and_as_bytes(app: InProcess) -> None:
    wanted = own(app, "/sentiment", texts=["I love it.", "Öde."])
    tail = packed(b"I love it.", "Öde.".encode())
    binary = {"name": "text", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": len(tail)}}
    name = app.post("/sentiment", {"texts": ["a"]}).json()["model"]
    for answer in (
        infer(app, name, inputs=[texts("I love it.", "Öde.", shape=[2, 1])]),
        infer(app, name, tail=tail, inputs=[binary]),
    ):
        label, score, scores = answer["outputs"]
        assert label["data"] == [one["label"] for one in wanted]
        assert label["parameters"] == {"content_type": "str"}
        assert score["data"] == pytest.approx([one["score"] for one in wanted])
        assert scores["shape"] == [2, len(scores["parameters"]["labels"].split(","))]
    (french,) = own(app, "/translate", texts=["I like milk."], model="en-fr")
    answer = infer(app, "en-fr/versions/stable", inputs=[texts("I like milk.")], outputs=[{"name": "text"}])
    assert [one["data"] for one in answer["outputs"]] == [[french["text"]]]
    everything = infer(app, "en-fr", inputs=[texts("I like milk.")], parameters={"binary_data_output": True})
    assert packed(french["text"].encode()) in everything.content


GOOD = numbers(WINDOWS)
BYTES = {"name": "text", "shape": [1], "datatype": "BYTES"}


@pytest.mark.parametrize(
    ("model", "status", "body", "told"),
    [
        ("nosuch", 404, {"inputs": [GOOD]}, "nosuch"),
        ("tiny/versions/9", 404, {"inputs": [GOOD]}, "9"),
        ("tiny", 400, {}, "inputs"),
        ("tiny", 400, {"inputs": [7]}, "inputs"),
        ("tiny", 400, {"inputs": [GOOD, GOOD]}, "2 inputs"),
        ("tiny", 400, {"inputs": [{**GOOD, "shape": [2, 9]}]}, "16"),
        ("tiny", 400, {"inputs": [{**GOOD, "shape": [2, -8]}]}, "shape"),
        ("tiny", 400, {"inputs": [{**GOOD, "shape": [2, 2, 2, 2]}]}, "shape"),
        ("tiny", 400, {"inputs": [{**GOOD, "datatype": "BOOL"}]}, "datatype"),
        ("tiny", 400, {"inputs": [{**GOOD, "datatype": []}]}, "datatype"),
        ("tiny", 400, {"inputs": [{**GOOD, "data": ["a"] * 16}]}, "numbers"),
        ("tiny", 400, {"inputs": [{**GOOD, "data": [True] * 16}]}, "numbers"),
        ("tiny", 400, {"inputs": [{**GOOD, "data": [10**400] * 16}]}, "not JSON"),
        ("tiny", 400, {"inputs": [{**GOOD, "data": None}]}, "data"),
        ("tiny", 400, {"inputs": [{**GOOD, "shape": [0, 8], "data": []}]}, "no item"),
        ("tiny", 400, {"inputs": [numbers(WINDOWS[:, :5])]}, "item 0: 5 values"),
        ("tiny", 400, {"inputs": [GOOD], "outputs": [{"name": "median"}]}, "median"),
        ("tiny", 400, {"inputs": [GOOD], "outputs": [{"name": "lower_85"}]}, "level 85"),
        ("tiny", 400, {"inputs": [GOOD], "outputs": 7}, "outputs"),
        ("tiny", 400, {"inputs": [GOOD], "parameters": []}, "parameters"),
        ("tiny", 400, {"inputs": [GOOD], "parameters": {"levels": "a"}}, "levels"),
        ("tiny", 400, {"inputs": [GOOD], "parameters": {"horizon": "a"}}, "horizon"),
        ("tiny", 400, {"inputs": [texts("a")]}, "values are numbers"),
        ("en-fr", 400, {"inputs": [GOOD]}, "BYTES"),
        ("en-fr", 400, {"inputs": [texts(1)]}, "texts"),
        ("en-fr", 400, {"inputs": [texts("a", "b", shape=[1, 2])]}, "shape"),
        ("en-fr", 400, {"inputs": [{**BYTES, "parameters": {"binary_data_size": 1}}]}, "binary_data_size"),
    ],
)
def test_what_is_wrong_is_told(app: InProcess, model: str, status: int, body: dict[str, Any], told: str) -> None:
    assert told in infer(app, model, status, **body)["error"]


@pytest.mark.parametrize(
    ("size", "tail", "told"),
    [
        (5, packed(b"a") + b"x", "belong to no tensor"),
        (4, b"\x09\0\0\0", "cut short"),
        (5, b"\x01\0\0\0\xff", "not UTF-8"),
        (10, packed(b"a", b"b"), "1 elements, and data has 2"),
        (-1, b"", "binary_data_size"),
        (True, b"", "binary_data_size"),
    ],
)
def test_wrong_bytes_are_told(app: InProcess, size: int, tail: bytes, told: str) -> None:
    tensor = {**BYTES, "parameters": {"binary_data_size": size}}
    assert told in infer(app, "en-fr", 400, tail=tail, inputs=[tensor])["error"]


@pytest.mark.parametrize("told", ["x", "-1", "999999", "²", "1" * 99])
def test_a_wrong_size_of_the_head_is_told(app: InProcess, told: str) -> None:
    headers = {"Inference-Header-Content-Length": told.encode()}
    answer = app.request("POST", "/v2/models/tiny/infer", content=b"{}", headers=headers)
    assert answer.status_code == 400
    assert "Inference-Header-Content-Length" in answer.json()["error"]


def test_many_values_are_read_away_from_the_event_loop(app: InProcess) -> None:
    values = np.tile(np.asarray(tiny.values(8)), (1, 2000))
    tail = values.astype("<f4").tobytes()
    tensor = {"name": "values", "shape": [1, 16_000], "datatype": "FP32", "parameters": {"binary_data_size": len(tail)}}
    assert infer(app, "tiny", tail=tail, inputs=[tensor])["outputs"][0]["shape"][0] == 1
