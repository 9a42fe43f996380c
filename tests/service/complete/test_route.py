"""POST /complete, as clients ask it."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import REGISTRY

from testing.in_process import InProcess
from testing.tiny import SENTENCES

DRAWN = {"mode": "continue", "temperature": 1.0, "seed": 3, "count": 2, "most_tokens": 6}


def results(app: InProcess, texts: list[Any], **asked: Any) -> list[dict[str, Any]]:
    answer = app.post("/complete", {"texts": texts, **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    assert len(found) == len(texts)
    return found


def test_suggests_words_in_the_shape_of_the_contract(app: InProcess) -> None:
    answer = app.post("/complete", {"texts": ["When it ra", "great "], "count": 2}).json()
    assert (answer["model"], answer["version"]) == ("tiny-words", "1")
    half, whole = answer["results"]
    for result in (half, whole):
        assert result.keys() == {"suggestions", "read", "warnings"}
        assert 1 <= len(result["suggestions"]) <= 2
        assert all(0 <= found["score"] <= 1 for found in result["suggestions"])
    assert all(found["word"] == "ra" + found["text"] for found in half["suggestions"] if found["text"][0] != " ")
    assert not any(found["text"].startswith(" ") for found in whole["suggestions"])  # the space is typed


def test_continues_texts(app: InProcess) -> None:
    (found,) = results(app, [SENTENCES[0]], **DRAWN)
    assert len(found["continuations"]) == 2
    for each in found["continuations"]:
        assert each.keys() == {"text", "finish", "tokens", "score"}
        assert each["text"]
        assert each["tokens"] <= 6


def test_a_batch_and_a_kept_prefix_change_nothing(app: InProcess) -> None:
    for options in ({}, DRAWN):
        together = results(app, SENTENCES, **options)
        assert [results(app, [text], **options)[0] for text in SENTENCES] == together


def test_one_bad_text_does_not_harm_its_neighbours(app: InProcess) -> None:
    good, blank, number = results(app, [SENTENCES[0], " ", 7])
    assert good["suggestions"]
    assert (blank["error"]["code"], number["error"]["code"]) == ("empty", "wrong_shape")
    answer = app.post("/complete", {"texts": [""]})
    assert (answer.status_code, answer.json()["results"][0]["error"]["code"]) == (422, "empty")


def test_a_long_text_is_read_from_its_end_and_says_so(app: InProcess) -> None:
    (found,) = results(app, [" ".join(SENTENCES)])
    assert found["read"] <= 32
    (warning,) = found["warnings"]
    assert warning.startswith(f"only the last {found['read']} of ")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"mode": "guess"}, "/mode"),
        ({"count": 0}, "/count"),
        ({"count": 2, "mode": "continue"}, "set a temperature above 0"),
        ({"temperature": 3}, "/temperature"),
        ({"top_p": 0}, "/top_p"),
        ({"stop": [""]}, "/stop/0"),
        ({"seed": -1}, "/seed"),
        ({"words": 2}, "/words"),
    ],
)
def test_options_out_of_bounds_are_refused(app: InProcess, wrong: dict[str, Any], told: str) -> None:
    answer = app.post("/complete", {"texts": ["a"], **wrong})
    assert answer.status_code == 422
    assert told in answer.text


def test_kept_prefixes_are_counted(app: InProcess) -> None:
    def kept(value: str) -> float:
        labels = {"model": "tiny-words", "version": "1", "kept": value}
        return REGISTRY.get_sample_value("seqserve_completion_prefixes_total", labels) or 0

    before = kept("no"), kept("yes")
    for text in ("for stars: loo", "for stars: look"):
        results(app, [text])
    assert (kept("no") - before[0], kept("yes") - before[1]) == (1, 1)
