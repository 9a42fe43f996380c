from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from testing import tiny
from testing.service_process import Running, running
from testing.tiny import sentiment as tiny_sentiment

README = ["When it rains, look for rainbows. When it's dark, look for stars.", "Dull and far too long."]


def results(service: Running, texts: list[Any], **asked: Any) -> list[dict[str, Any]]:
    answer = service.sentiment(texts, **asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    assert len(found) == len(texts)
    return found


def near(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["label"] == other["label"] and one["scores"] == pytest.approx(other["scores"], abs=1e-5))


def test_answers_in_the_shape_of_the_contract(service: Running) -> None:
    answer = service.sentiment(README)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    found = body.pop("results")
    assert body == {"model": "tiny-reviews", "version": "1"}
    for result in found:
        assert set(result) == {"label", "score", "scores", "warnings"}
        assert set(result["scores"]) == {"negative", "positive"}
        assert result["score"] == result["scores"][result["label"]] == max(result["scores"].values())
        assert sum(result["scores"].values()) == pytest.approx(1, abs=1e-9)
        assert result["warnings"] == []
    assert found[0]["scores"] != found[1]["scores"]


def test_a_model_of_other_labels_beside_the_default(service: Running) -> None:
    answer = service.sentiment(["good film"], model="topics", version="stable").json()
    assert (answer["model"], answer["version"]) == ("topics", "1")
    assert list(answer["results"][0]["scores"]) == ["food", "music", "film"]


def test_the_signature_says_what_a_caller_must_know(service: Running) -> None:
    signature = service.client.get("/models/sentiment/topics").json()["signature"]
    assert signature == {"labels": ["food", "music", "film"], "max_tokens": 32, "max_characters": 1000}


def test_explained_word_by_word(service: Running) -> None:
    text = "<p>Great 😀 film, it&#39;s 20!"
    plain, (result,) = results(service, [text], explain=False), results(service, [text], explain=True)
    assert set(plain[0]) == {"label", "score", "scores", "warnings"}
    assert near(plain[0], result)
    assert set(result) == {"label", "score", "scores", "warnings", "base_value", "explanation"}
    assert [part["text"] for part in result["explanation"]] == ["Great", "😀", "film", ",", "it", "&#39;s", "20", "!"]
    for part in result["explanation"]:
        assert set(part) == {"text", "start", "end", "contribution"}
        assert text[part["start"] : part["end"]] == part["text"]
        assert isinstance(part["contribution"], float)


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("<br/><p></p>", "empty"),
        ("\x00\x1f\u200b", "empty"),
        ("a" * 200_001, "too_long"),
        (3, "wrong_shape"),
        (1.5, "wrong_shape"),
        (True, "wrong_shape"),
        (None, "wrong_shape"),
        ([], "wrong_shape"),
        (["good"], "wrong_shape"),
        ({"text": "good"}, "wrong_shape"),
    ],
)
@pytest.mark.parametrize("explain", [False, True])
def test_bad_item_fails_alone(service: Running, item: Any, code: str, explain: bool) -> None:
    first, second = results(service, ["good film", item], explain=explain)
    assert near(first, results(service, ["good film"])[0])
    assert set(second) == {"error"}
    assert second["error"].keys() == {"code", "message", "field"}
    assert (second["error"]["code"], second["error"]["field"]) == (code, "text")
    assert 10 < len(second["error"]["message"]) < 200

    alone = service.sentiment([item])
    assert alone.status_code == 422
    assert alone.headers["content-type"] == "application/json"
    assert alone.json()["results"] == [second]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "😀👍🏽",
            "👩‍👧❤️",
            "很好的电影",
            "فيلم جيد",
            "отлично",
            "ﷺ",
            "[UNK]",
            "!",
            "good\x00film",
            "\U0010ffff a",
            "½",
        ),
        *("good film, " * 9_000, "a" * 100_000, "<" * 100_000, "a@" * 50_000, "1," * 50_000, "&amp;" * 20_000),
    ],
)
def test_any_other_text_is_labelled(service: Running, text: str) -> None:
    (result,) = results(service, [text], explain=True)
    assert sum(result["scores"].values()) == pytest.approx(1, abs=1e-9)
    assert result["explanation"]


def test_a_long_text_is_cut_and_says_so(service: Running) -> None:
    (result,) = results(service, ["great " * 10_000])
    assert result["warnings"] == ["text of 10000 tokens cut to the first 8 and the last 24"]


def test_one_bad_among_64(service: Running) -> None:
    texts: list[Any] = [f"{'great ' * index}film" for index in range(64)]
    texts[11] = ""
    found = results(service, texts)
    assert [index for index, result in enumerate(found) if "error" in result] == [11]


def test_200_texts_singly_together_and_from_16_clients(service: Running) -> None:
    source = random.Random(7)
    words = " ".join(tiny.SENTENCES).split()
    texts = [" ".join(source.choices(words, k=source.randint(1, 60))) for _ in range(200)]
    together = results(service, texts)
    singly = [results(service, [text])[0] for text in texts]
    with ThreadPoolExecutor(16) as pool:
        merged = list(pool.map(lambda text: results(service, [text])[0], texts))
    for one, other, third in zip(together, singly, merged, strict=True):
        assert near(one, other)
        assert near(one, third)
    assert len({round(result["score"], 3) for result in together}) > 50


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ({}, "/texts"),
        ({"texts": []}, "/texts"),
        ({"texts": "good"}, "/texts"),
        ({"texts": ["good"], "explain": "yes"}, "/explain"),
        ({"texts": ["good"], "explain": 1}, "/explain"),
        ({"texts": ["good"], "horizon": 3}, "/horizon"),
        ({"texts": ["good"], "model": 3}, "/model"),
    ],
)
def test_wrong_shape(service: Running, body: Any, pointer: str) -> None:
    answer = service.client.post("/sentiment", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_half_an_emoji_harms_no_neighbour(service: Running) -> None:
    """As a program in JavaScript sends a text that it cut at a number of characters."""
    body = b'{"texts": ["good", "cut \\ud83d", 7, "bad"]}'
    answer = service.client.post("/sentiment", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    codes = [result.get("error", {}).get("code") for result in answer.json()["results"]]
    assert codes == [None, "not_unicode", "wrong_shape", None]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"texts",
        b'{"texts": ["\xff"]}',
        b'{"texts": ["good"], "model": "\\ud83d"}',
        b'{"texts": ["good"], "\\ud83d": 1}',
        b'{"texts": [["\\ud83d"]]}',
        b'{"texts": "\\ud83d"}',
        b'["\\ud83d"]',
        b'{"texts": ["\\ud83d"], "horizon": NaN}',
        b'{"texts": ["\\ud83d"], "horizon": 1e999}',
        b'\xef\xbb\xbf{"texts": ["good"]}',
        b'{"texts": ["\xed\xa0\xbd"]}',
        '{"texts": ["good"]}'.encode("utf-16"),
        b'{"texts": ["\\ud83d"' + b", [" * 100_000,
    ],
)
def test_not_json(service: Running, body: bytes) -> None:
    answer = service.client.post("/sentiment", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_refused_as_a_whole(service: Running) -> None:
    assert service.sentiment(["a"] * 4097).status_code == 413
    assert service.client.post("/sentiment", content=b" " * (17 * 2**20)).status_code == 415
    headers = {"Content-Type": "application/json"}
    assert service.client.post("/sentiment", content=b" " * (17 * 2**20), headers=headers).status_code == 413
    assert service.client.get("/sentiment").status_code == 405
    for asked in ({"model": "tiny"}, {"version": "9"}):
        answer = service.sentiment(["good"], **asked)
        assert answer.status_code == 404
        assert "sentiment" in answer.json()["detail"]


def test_metrics_add_up(service: Running) -> None:
    def state() -> dict[str, float]:
        model = {"task": "sentiment", "model": "tiny-reviews"}
        return {
            "ok": service.metric("seqserve_items_total", outcome="ok", **model),
            "rejected": service.metric("seqserve_items_total", outcome="rejected", **model),
            "200": service.metric("seqserve_requests_total", task="sentiment", status="200"),
            "requests": service.metric("seqserve_request_duration_seconds_count", task="sentiment"),
            "batched": service.metric("seqserve_batch_items_sum", task="sentiment"),
            "texts": service.metric("seqserve_input_tokens_count", **model),
            "tokens": service.metric("seqserve_input_tokens_sum", **model),
            "unknown": service.metric("seqserve_unknown_tokens_total", **model),
            "truncated": service.metric("seqserve_truncated_items_total", **model),
            "forecasts": service.metric("seqserve_requests_total", task="forecast"),
        }

    before = state()
    results(service, ["great actors", "great xyzzy!", "great " * 40, ""])
    after = state()
    assert {name: after[name] - before[name] for name in after} == {
        "ok": 3,
        "rejected": 1,
        "200": 1,
        "requests": 1,
        "batched": 3,
        "texts": 3,
        "tokens": 45,
        "unknown": 1,
        "truncated": 1,
        "forecasts": 0,
    }


def test_no_text_in_the_log(service: Running) -> None:
    answer = service.sentiment(["top-secret-text", None, "<br>"])
    assert service.logged(answer.headers["x-request-id"])["route"] == "/sentiment"
    assert "top-secret-text" not in service.log.read_text()


@pytest.fixture(scope="module")
def forecasts_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory: Path = tmp_path_factory.mktemp("forecasts")
    tiny.publish(directory / "models")
    with running(directory / "models", directory) as found:
        yield found


def test_a_task_without_a_model(forecasts_only: Running) -> None:
    answer = forecasts_only.sentiment(["good"])
    assert answer.status_code == 404
    assert answer.json()["detail"] == "there is no model for sentiment; tasks that have one: forecast"
    assert forecasts_only.sentiment(["good"], model="reviews").status_code == 404
    assert forecasts_only.client.get("/readyz").status_code == 200


def test_fewer_characters_by_a_setting(tmp_path: Path) -> None:
    tiny.publish(tmp_path / "models", tiny_sentiment.release())
    with running(tmp_path / "models", tmp_path, SEQSERVE_MAX_CHARACTERS="20") as service:
        good, bad = results(service, ["a" * 20, "a" * 21])
        assert "label" in good
        assert bad["error"]["code"] == "too_long"
        assert "at most 20" in bad["error"]["message"]
