"""Requests as OpenAI's clients send them."""

from __future__ import annotations

from typing import Any

import pytest

from testing.in_process import InProcess
from testing.tiny import SENTENCES

PATH = "/v1/completions"
BODY = {"model": "tiny-words", "prompt": SENTENCES[2], "max_tokens": 5, "seed": 3}


def test_continues_prompts(app: InProcess) -> None:
    prompts = [SENTENCES[2], SENTENCES[3]]
    body = app.post(PATH, {**BODY, "prompt": prompts, "n": 2, "user": "u"}).json()
    assert (body["object"], body["model"]) == ("text_completion", "tiny-words")
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2, 3]
    assert {choice["finish_reason"] for choice in body["choices"]} <= {"stop", "length"}
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert 4 <= usage["completion_tokens"] <= 20
    ours = {"texts": prompts, "mode": "continue", "temperature": 1, "count": 2, "most_tokens": 5, "seed": 3}
    own = app.post("/complete", ours).json()["results"]
    texts = [each["text"] for result in own for each in result["continuations"]]
    assert [choice["text"] for choice in body["choices"]] == texts


def test_options_as_they_have_them(app: InProcess) -> None:
    plain = app.post(PATH, BODY).json()["choices"][0]["text"]
    echoed = app.post(PATH, {**BODY, "echo": True, "model": "tiny-words@1", "stream": False, "logit_bias": None})
    assert echoed.json()["choices"][0]["text"] == SENTENCES[2] + plain
    stopped = app.post(PATH, {**BODY, "stop": plain[1:3]}).json()["choices"][0]
    assert (stopped["text"], stopped["finish_reason"]) == (plain[: plain.index(plain[1:3])], "stop")


def test_lists_the_models(app: InProcess) -> None:
    listed = app.get("/v1/models").json()
    assert listed["object"] == "list"
    assert [model["id"] for model in listed["data"]] == ["tiny-words"]


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"stream": True}, 400, "stream"),
        ({"suffix": "end"}, 400, "suffix"),
        ({"logprobs": 1}, 400, "logprobs"),
        ({"best_of": 3}, 400, "best_of"),
        ({"prompt": [1, 2]}, 400, "prompt"),
        ({"prompt": None}, 400, "prompt"),
        ({"prompt": ["a", ""]}, 400, "prompt 1: the text is empty"),
        ({"model": None}, 400, "model"),
        ({"model": "nosuch"}, 404, "nosuch"),
        ({"max_tokens": 0}, 400, "most_tokens"),
        ({"temperature": 0, "n": 2}, 400, "temperature"),
    ],
)
def test_what_is_not_supported_is_refused(app: InProcess, wrong: dict[str, Any], status: int, told: str) -> None:
    answer = app.post(PATH, {**BODY, **wrong})
    assert answer.status_code == status, answer.text
    assert told in answer.json()["message"]
