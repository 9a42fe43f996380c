"""Requests of every protocol, changed at random: each gets an answer, and none is a fault of the service."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import urlencode

import pytest

from benchmarks.mutations import mutated
from testing import tiny
from testing.in_process import InProcess

VALUES: Any = tiny.values(12)
SERIES = {"y": VALUES * 2, "sizes": [12, 12], "X": None, "X_future": None, "start_datetime": ["2024-01-01"] * 2}
NIXTLA = {"series": SERIES, "model": "tiny@1", "h": 2, "freq": "D", "level": [80, 60.5], "finetune_steps": 0}
TENSOR = {"name": "values", "shape": [2, 12], "datatype": "FP64", "data": VALUES * 2}
TEXTS = {"name": "text", "shape": [2], "datatype": "BYTES", "data": ["I like milk.", "Hello."]}
VALID: list[tuple[str, Any]] = [
    ("/translate", {"q": ["<p>I like milk.</p>", ""], "source": "auto", "target": "fr", "format": "html"}),
    ("/translate", {"q": "I like milk.", "source": "en", "target": "fr", "alternatives": 2, "api_key": "k"}),
    ("/detect", {"q": ["I like milk.", "Hello."]}),
    ("/v2/translate", {"text": ["I like milk.", ""], "target_lang": "FR", "source_lang": "EN", "tag_handling": "xml"}),
    ("/v2/forecast", NIXTLA),
    ("/v2/cross_validation", {**NIXTLA, "n_windows": 2, "step_size": 1}),
    ("/v2/historic_forecast", NIXTLA),
    ("/v2/anomaly_detection", {**NIXTLA, "level": 80}),
    ("/v2/online_anomaly_detection", {**NIXTLA, "level": 95, "detection_size": 3}),
    ("/v2/models/tiny/infer", {"inputs": [TENSOR], "parameters": {"horizon": 2}, "outputs": [{"name": "lower_80"}]}),
    ("/v2/models/topics/infer", {"id": "1", "inputs": [TEXTS], "parameters": {"binary_data_output": True}}),
    ("/v2/models/en-fr/versions/1/infer", {"inputs": [TEXTS]}),
    ("/v1/models/tiny:predict", {"instances": [VALUES, {"values": VALUES}], "parameters": {"levels": [80]}}),
    ("/v1/models/en-fr/labels/stable:predict", {"instances": ["I like milk."]}),
    ("/models/sentiment/topics", {"inputs": ["I like milk."], "parameters": {"top_k": 1}}),
    ("/models/translation/en-fr", {"inputs": "I like milk.", "parameters": {"src_lang": "en", "tgt_lang": "fr"}}),
    ("/v1/completions", {"model": "tiny-words", "prompt": ["Dull and", "A gr"], "n": 2, "max_tokens": 3, "seed": 1,
                         "stop": ["."], "echo": True}),
    ("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "forecast", "arguments": {"values": VALUES, "horizon": 2, "levels": [80]}}}),
    ("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25"}}),
    ("/forecast/backtest", {"series": [{"values": VALUES, "end": "2024-01-31", "frequency": "D"}], "horizon": 2,
                            "windows": 2, "levels": [80]}),
    ("/forecast/anomalies", {"series": [{"values": [*VALUES, None], "id": "a"}], "level": 80, "last": 3}),
]  # fmt: skip
FORMS = [
    ("/translate", "q=I+like+milk.&source=en&target=fr&api_key=k"),
    ("/detect", "q=I+like+milk."),
    ("/v2/translate", urlencode([("text", "I like milk."), ("text", "Hello."), ("target_lang", "fr")])),
]


def test_the_requests_are_valid_before_they_are_changed(app: InProcess) -> None:
    answers = [(path, app.post(path, body).status_code) for path, body in VALID]
    assert [answer for answer in answers if answer[1] != 200] == []


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_sent_is_answered(app: InProcess, seed: int) -> None:
    choose = random.Random(seed)
    for _ in range(120):
        path, body, headers = mutated(choose, VALID)
        answer = app.request("POST", path, content=body, headers=headers)
        assert answer.status_code < 500, (path, body[:1000], answer.text)
        if answer.status_code >= 400 and path != "/mcp":
            told = answer.json()
            assert told["error"] == told["message"] == told["detail"]


def test_whatever_form_is_sent_is_answered(app: InProcess) -> None:
    choose = random.Random(0)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(120):
        path, form = choose.choice(FORMS)
        content = bytearray(form.encode())
        for _ in range(choose.choice((1, 2, 5))):
            place = choose.randrange(len(content))
            content[place : place + choose.choice((0, 1, 9))] = choose.choice((b"%", b"&", b"=", b"\xff", b"q=", b""))
        answer = app.request("POST", path, content=bytes(content), headers=headers)
        assert answer.status_code < 500, (path, content, answer.text)
