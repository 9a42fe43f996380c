"""Requests as clients of TensorFlow Serving, KServe v1 and Hugging Face send them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from testing import tiny
from testing.in_process import Factory, InProcess

MILK = "I like milk."


def own(app: InProcess, path: str, **body: Any) -> Any:
    (found,) = (value for value in app.post(path, body).json().values() if isinstance(value, list))
    return found


def predictions(app: InProcess, model: str, *instances: Any, **parameters: Any) -> Any:
    answer = app.post(f"/v1/models/{model}:predict", {"instances": instances, "parameters": parameters, "cid": 1})
    assert answer.status_code == 200, answer.text
    return answer.json()["predictions"]


def test_forecasts_of_v1(app: InProcess) -> None:
    values = tiny.values(8)
    (plain,) = own(app, "/forecast", series=[{"values": values}], model="tiny", version="1")
    for model in ("tiny/versions/1", "tiny/labels/stable", "forecast.tiny/versions/1"):
        assert predictions(app, model, values)[0] == pytest.approx(plain["mean"])
    dated = {"values": values, "end": "2024-01-31", "frequency": "D", "unheard_of": 1}
    (found,) = predictions(app, "tiny/versions/1", dated, levels=[80], horizon=2)
    assert (len(found["mean"]), found["intervals"].keys()) == (2, {"80"})


def test_texts_of_v1(app: InProcess) -> None:
    (french,) = own(app, "/translate", texts=[MILK], model="en-fr")
    assert predictions(app, "en-fr", MILK, {"text": MILK}) == [french["text"]] * 2
    assert predictions(app, "en-fr", MILK, alternatives=1)[0].keys() == {"text", "alternatives"}
    (found,) = predictions(app, "topics", MILK)
    assert found.keys() == {"label", "score", "scores"}


def test_the_state_of_a_model(app: InProcess) -> None:
    found = app.get("/v1/models/tiny").json()
    assert (found["ready"], [one["version"] for one in found["model_version_status"]]) == (True, ["2", "1"])
    assert app.get("/v1/models/nosuch").status_code == 404


@pytest.mark.parametrize(
    ("model", "body", "status", "told"),
    [
        ("nosuch", {"instances": [MILK]}, 404, "nosuch"),
        ("tiny", {"instances": []}, 400, "instances"),
        ("tiny", {"instances": [[1.0]], "parameters": 1}, 400, "parameters"),
        ("tiny", {"instances": [tiny.values(8), [1.0]]}, 400, "instance 1: 1 value,"),
        ("tiny", {"instances": ["a"]}, 400, "instance 0: "),
        ("tiny", {"instances": [[1.0]], "parameters": {"horizon": "a"}}, 400, "horizon"),
        ("en-fr", {"instances": [7]}, 400, "instance 0: "),
        ("en-fr", {"instances": [{}]}, 400, "instance 0: "),
    ],
)
def test_what_is_wrong_with_v1_is_told(app: InProcess, model: str, body: Any, status: int, told: str) -> None:
    answer = app.post(f"/v1/models/{model}:predict", body)
    assert answer.status_code == status
    assert told in answer.json()["error"]


def test_labels_for_hugging_face(app: InProcess) -> None:
    (wanted,) = own(app, "/sentiment", texts=[MILK], model="topics")
    answer = app.post("/models/sentiment/topics", {"inputs": MILK, "parameters": {"function_to_apply": "softmax"}})
    (found,) = answer.json()
    assert {one["label"]: one["score"] for one in found} == pytest.approx(wanted["scores"])
    assert [one["score"] for one in found] == sorted(wanted["scores"].values(), reverse=True)
    several = app.post("/models/sentiment/topics/versions/1", {"inputs": [MILK] * 2, "parameters": {"top_k": 1}}).json()
    assert [[one["label"] for one in labels] for labels in several] == [[wanted["label"]]] * 2


def test_translations_for_hugging_face(app: InProcess) -> None:
    (wanted,) = own(app, "/translate", texts=[MILK], model="en-fr")
    for parameters in ({}, {"src_lang": "en_XX", "tgt_lang": "FR"}):
        answer = app.post("/models/translation/en-fr", {"inputs": MILK, "parameters": parameters})
        assert answer.json() == [{"translation_text": wanted["text"]}]


@pytest.mark.parametrize(
    ("model", "body", "status", "told"),
    [
        ("translation/en-fr", {"inputs": MILK, "parameters": {"tgt_lang": "de"}}, 400, "this model has fr"),
        ("translation/en-fr", {"inputs": [MILK, ""]}, 400, "item 1: "),
        ("translation/nosuch", {"inputs": MILK}, 404, "nosuch"),
        ("forecast/tiny", {"inputs": MILK}, 404, "sentiment and translation"),
        ("sentiment/topics", {"inputs": 7}, 400, "inputs"),
        ("sentiment/topics", {"inputs": []}, 400, "inputs"),
        ("sentiment/topics", {"inputs": MILK, "parameters": {"top_k": 0}}, 400, "top_k"),
        ("sentiment/topics", {"inputs": MILK, "parameters": [1]}, 400, "parameters"),
    ],
)
def test_what_is_wrong_with_hugging_face_is_told(app: InProcess, model: str, body: Any, status: int, told: str) -> None:
    answer = app.post(f"/models/{model}", body)
    assert answer.status_code == status
    assert told in answer.json()["error"]


def test_paths_with_parameters_need_a_key_too(apps: Factory) -> None:
    app = apps(api_keys={hashlib.sha256(b"hf_secret").hexdigest(): "anna"})
    body = {"inputs": MILK, "instances": [MILK]}
    paths = ("/models/translation/en-fr", "/v1/models/en-fr:predict", "/v2/models/en-fr/infer", "/models/forecast/tiny")
    for path in paths:
        assert app.post(path, body).status_code == 401
        allowed = app.post(path, body, headers={"Authorization": "Bearer hf_secret"})
        assert allowed.status_code in (200, 400, 404)
