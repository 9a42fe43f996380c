from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from seqserve.registry.store import Store
from testing import tiny
from testing.service_process import Running, running
from testing.tiny import translation as tiny_translation

pytestmark = pytest.mark.slow

PARAGRAPH = " ".join([*tiny.SENTENCES, "I LIKE MILK!", "It costs 20, or 30 at http://x.org/a."] * 20)[:5000]


def translations(service: Running, texts: list[Any], **asked: Any) -> list[dict[str, Any]]:
    answer = service.translate(texts, **asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["translations"]
    assert len(found) == len(texts)
    return found


def translation(service: Running, text: str, **asked: Any) -> dict[str, Any]:
    (found,) = translations(service, [text], **asked)
    assert found.keys() == {"text", "score", "alternatives", "warnings"}
    assert found["score"] <= 0
    return found


def near(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one == {**other, "score": pytest.approx(other["score"], abs=1e-5)})


def test_answers_in_the_shape_of_the_contract(service: Running) -> None:
    answer = service.translate(["I like milk.", "Why?"], source="en", target="fr", alternatives=2)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    found = body.pop("translations")
    assert body == {"model": "en-fr", "version": "1"}
    for one in found:
        assert one.keys() == {"text", "score", "alternatives", "warnings"}
        assert one["text"]
        assert one["score"] < 0
        assert len({one["text"], *one["alternatives"]}) == 3
        assert one["warnings"] == []


def test_the_signature_says_what_a_caller_must_know(service: Running) -> None:
    signature = service.client.get("/models/translation/french").json()["signature"]
    assert (signature["source"], signature["target"], signature["max_characters"]) == ("fr", "en", 1000)


@pytest.mark.parametrize(
    ("asked", "model"),
    [
        ({}, "en-fr"),
        ({"source": "en"}, "en-fr"),
        ({"target": "fr"}, "en-fr"),
        ({"source": "en", "target": "fr"}, "en-fr"),
        ({"source": "EN", "target": "Fr"}, "en-fr"),
        ({"source": "fr", "target": "en"}, "french"),
        ({"source": "fr"}, "french"),
        ({"target": "de"}, "en-de"),
        ({"source": "en", "target": "de", "version": "stable"}, "en-de"),
        ({"model": "french"}, "french"),
        ({"model": "french", "source": "fr"}, "french"),
        ({"model": "en-de", "source": "en", "target": "de", "version": "1"}, "en-de"),
    ],
)
def test_a_model_is_chosen_by_its_name_or_its_languages(service: Running, asked: dict[str, str], model: str) -> None:
    answer = service.translate(["I like milk."], **asked)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["model"], answer.json()["version"]) == (model, "1")


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({"source": "de", "target": "fr"}, "'de' to 'fr'"),
        ({"source": "en", "target": "en"}, "'en' to 'en'"),
        ({"source": "de"}, "'de' to anything"),
        ({"target": ""}, "anything to ''"),
    ],
)
def test_a_pair_nobody_trained_lists_the_pairs_there_are(service: Running, asked: dict[str, str], missing: str) -> None:
    answer = service.translate(["I like milk."], **asked)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:seqserve:problem:no-such-pair"
    assert (
        answer.json()["detail"] == f"no model translates {missing}; pairs that there are: en to de, en to fr, fr to en"
    )


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"model": "french", "source": "en"}, 422, "french version 1 translates fr to en"),
        ({"model": "french", "source": "fr", "target": "de"}, 422, "french version 1 translates fr to en"),
        ({"model": "nope", "source": "fr"}, 404, "there are: en-de, en-fr, french"),
        ({"source": "fr", "target": "en", "version": "9"}, 404, "versions: 1"),
        ({"model": "tiny-reviews"}, 404, "there are: en-de, en-fr, french"),
    ],
)
def test_a_model_that_does_not_fit_is_said(service: Running, asked: dict[str, str], status: int, said: str) -> None:
    answer = service.translate(["I like milk."], **asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


@pytest.fixture(scope="module")
def undecided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """No default, two models of one pair, one of them without a stable version, and another pair."""
    directory = tmp_path_factory.mktemp("undecided")
    root = directory / "models"
    tiny.publish(root, tiny_translation.release("a"), label="canary")
    tiny.publish(root, tiny_translation.release("c", seed=1))
    tiny.publish(root, tiny_translation.release("b", seed=2))
    tiny.publish(root, tiny_translation.release("de", target="de"))
    (root / "translation" / "labels.json").unlink()  # the first that was stable is the default
    with running(root, directory, ready=False) as found:
        yield found


def test_without_a_default_the_languages_must_leave_one_pair(undecided: Running) -> None:
    for asked in ({"target": "fr"}, {"source": "en", "target": "fr"}):
        answer = undecided.translate(["I like milk."], **asked)
        assert (answer.status_code, answer.json().get("model")) == (200, "b"), answer.text
    assert undecided.translate(["I like milk."], target="fr", version="canary").json()["model"] == "a"
    assert undecided.translate(["I like milk."], target="de").json()["model"] == "de"
    unclear = undecided.translate(["I like milk."], source="en")
    assert unclear.status_code == 422
    assert unclear.json()["errors"] == [{"pointer": "/target", "detail": "say which language; there are: de, fr"}]
    assert undecided.translate(["I like milk."]).status_code == 404


def test_the_default_goes_before_others_of_its_pair(tmp_path: Any) -> None:
    tiny.publish(tmp_path / "models", tiny_translation.release("a"))
    tiny.publish(tmp_path / "models", tiny_translation.release("b", seed=1))
    Store(tmp_path / "models").set_default("translation", "b")
    with running(tmp_path / "models", tmp_path) as service:
        for asked in ({}, {"source": "en"}, {"source": "en", "target": "fr"}):
            assert service.translate(["I like milk."], **asked).json()["model"] == "b"


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("\x00\x1f\u200b", "empty"),
        ("a" * 10_001, "too_long"),
        ("a" * 200_001, "too_long"),
        (3, "wrong_shape"),
        (True, "wrong_shape"),
        (None, "wrong_shape"),
        (["good"], "wrong_shape"),
        ({"text": "good"}, "wrong_shape"),
    ],
)
def test_bad_item_fails_alone(service: Running, item: Any, code: str) -> None:
    first, second = translations(service, ["I like milk.", item])
    assert near(first, translation(service, "I like milk."))
    assert set(second) == {"error"}
    assert second["error"].keys() == {"code", "message", "field"}
    assert (second["error"]["code"], second["error"]["field"]) == (code, "text")
    assert 10 < len(second["error"]["message"]) < 200

    alone = service.translate([item])
    assert alone.status_code == 422
    assert alone.headers["content-type"] == "application/json"
    assert alone.json()["translations"] == [second]


@pytest.mark.parametrize(
    "text", ["20", "3000.50!", "😀👍🏽", "👩\u200d👧❤️", "...", "<br/>", "http://x.org/?a=b", "&amp;", "½"]
)
def test_what_has_nothing_to_translate_comes_back(service: Running, text: str) -> None:
    found = translation(service, text, alternatives=3)
    assert (found["text"], found["score"], found["alternatives"], found["warnings"]) == (text, 0, [], [])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "很好的电影",
            "فيلم جيد",
            "Das ist ein schöner Film, finde ich.",
            "Mieux vaut tard que jamais !",
            "asdf qwer zxcv",
        ),
        *("good\x00film", "\U0010ffff a", "</s> <pad> \ue000 x", "ﷺ", "H" * 500, "I 20 " * 100, "a, " * 3000),
        *("(" * 10_000, "a" * 10_000, "a.a." * 2_500, "<b>x" * 2_500, "\n" * 5_000 + "x"),
    ],
)
def test_any_other_text_is_answered(service: Running, text: str) -> None:
    assert translation(service, text)["text"].strip()


def test_what_is_copied_is_kept(service: Running) -> None:
    text = "<p>I paid <b>20</b> at https://x.org/?a=b&amp;c 😀.</p>\n\n<p>很好 is joe@x.org.</p>"
    found = translation(service, text, alternatives=2)
    for one in [found["text"], *found["alternatives"]]:
        for span in ["<b>", "20", "</b>", "https://x.org/?a=b&amp;c", "😀", "很好", "joe@x.org"]:
            assert one.count(span) == 1, (span, one)
        assert one.startswith("<p>")
        assert one.endswith("</p>")
        assert "</p>\n\n<p>" in one


def test_line_breaks_are_kept(service: Running) -> None:
    text = "\tI like milk.\r\n\r\n  - Why?\n\n\nYes.  No.\u2028So\n"
    pieces = ["I like milk.", "Why?", "Yes.", "No.", "So"]
    expected = text
    for piece in pieces:
        expected = expected.replace(piece, translation(service, piece)["text"])
    assert translation(service, text)["text"] == expected


def test_a_paragraph_of_5000_characters(service: Running) -> None:
    found = translation(service, PARAGRAPH, alternatives=1)
    assert found["text"].count("http://x.org/a") == PARAGRAPH.count("http://x.org/a")
    assert found["alternatives"]


def test_a_long_sentence_says_that_it_was_divided(service: Running) -> None:
    warning, *_ = translation(service, "great actors, " * 30)["warnings"]
    assert warning.startswith("1 sentence of more than 40 tokens or 8 copied spans translated in ")


def test_capitals_are_kept(service: Running) -> None:
    plain, shouted = translation(service, "I like milk."), translation(service, "I LIKE MILK.")
    assert shouted["text"] == plain["text"].upper()


def test_a_beam_of_one_is_widened_for_alternatives(service: Running) -> None:
    greedy = translation(service, "I like milk.", beam=1)
    assert greedy["alternatives"] == []
    assert translation(service, "I like milk.", beam=1, alternatives=4)["alternatives"]


def test_one_bad_among_64(service: Running) -> None:
    texts: list[Any] = [f"{'great ' * (index % 20)}film" for index in range(64)]
    texts[11] = ""
    found = translations(service, texts)
    assert [index for index, result in enumerate(found) if "error" in result] == [11]


def test_100_texts_singly_together_and_from_16_clients(service: Running) -> None:
    source = random.Random(7)
    words = " ".join(tiny.SENTENCES).split()
    texts = [" ".join(source.choices(words, k=source.randint(1, 40))) for _ in range(100)]
    together = translations(service, texts, alternatives=1)
    singly = [translation(service, text, alternatives=1) for text in texts]
    with ThreadPoolExecutor(16) as pool:
        merged = list(pool.map(lambda text: translation(service, text, alternatives=1), texts))
    for one, other, third in zip(together, singly, merged, strict=True):
        assert near(one, other)
        assert near(one, third)
    assert len({result["text"] for result in together}) > 50


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ({}, "/texts"),
        ({"texts": []}, "/texts"),
        ({"texts": "good"}, "/texts"),
        ({"texts": ["good"], "alternatives": -1}, "/alternatives"),
        ({"texts": ["good"], "alternatives": 10}, "/alternatives"),
        ({"texts": ["good"], "alternatives": "2"}, "/alternatives"),
        ({"texts": ["good"], "alternatives": True}, "/alternatives"),
        ({"texts": ["good"], "beam": 0}, "/beam"),
        ({"texts": ["good"], "beam": 11}, "/beam"),
        ({"texts": ["good"], "beam": 1.5}, "/beam"),
        ({"texts": ["good"], "source": 3}, "/source"),
        ({"texts": ["good"], "target": ["fr"]}, "/target"),
        ({"texts": ["good"], "source": "x" * 1000}, "/source"),
        ({"texts": ["good"], "model": "french", "source": "en"}, "/source"),
        ({"texts": ["good"], "model": "french", "target": "fr"}, "/target"),
        ({"texts": ["good"], "text": "good"}, "/text"),
    ],
)
def test_wrong_shape(service: Running, body: Any, pointer: str) -> None:
    answer = service.client.post("/translate", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_refused_as_a_whole(service: Running) -> None:
    assert service.translate(["a"] * 4097).status_code == 413
    assert service.client.get("/translate").status_code == 405
    assert (
        service.client.post("/translate", content=b"texts", headers={"Content-Type": "text/plain"}).status_code == 415
    )


def test_openapi_shows_the_route(service: Running) -> None:
    operation = service.client.get("/openapi.json").json()["paths"]["/translate"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    assert service.client.post("/translate", json=example).status_code == 200


def test_metrics_add_up(service: Running) -> None:
    def state() -> dict[str, float]:
        model = {"task": "translation", "model": "en-fr"}
        return {
            "ok": service.metric("seqserve_items_total", outcome="ok", **model),
            "rejected": service.metric("seqserve_items_total", outcome="rejected", **model),
            "requests": service.metric("seqserve_request_duration_seconds_count", task="translation"),
            "no pair": service.metric("seqserve_rejections_total", task="translation", reason="no-such-pair"),
            "texts": service.metric("seqserve_input_tokens_count", **model),
            "tokens": service.metric("seqserve_input_tokens_sum", **model),
            "unknown": service.metric("seqserve_unknown_tokens_total", **model),
            "truncated": service.metric("seqserve_truncated_items_total", **model),
        }

    before = state()
    translations(service, ["I like 20.", "电影 20", "great, " * 40, ""])
    service.translate(["I like milk."], source="client's own words")
    after = state()
    tokens = [len(row) for row in tiny_translation.subword_coder().encode(["I like \ue000."])]
    assert after["tokens"] - before["tokens"] > sum(tokens) + 40
    assert {name: after[name] - before[name] for name in after if name != "tokens"} == {
        "ok": 3,
        "rejected": 1,
        "requests": 2,
        "no pair": 1,
        "texts": 3,
        "unknown": 1,
        "truncated": 1,
    }
    assert "own words" not in service.client.get("/metrics").text


def test_no_text_in_the_log(service: Running) -> None:
    answer = service.translate(["top-secret-text", None], source="en", target="fr")
    assert service.logged(answer.headers["x-request-id"])["route"] == "/translate"
    assert "top-secret-text" not in service.log.read_text()


def test_the_language_of_each_text_is_found(service: Running) -> None:
    texts = [
        "Il pleuvait, alors nous sommes restés à la maison.",
        "It was raining, so we stayed at home.",
        "Menu",
        3,
        "",
    ]
    texts.append("Es regnete, also blieben wir den ganzen Tag zu Hause.")
    answer = service.translate(texts, source="auto")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    first, second, *failed = body["translations"]
    assert (body["model"], first["detected"]["language"]) == ("french", "fr")
    assert "model" not in first
    assert second["detected"]["language"] == "en"
    assert (second["model"], second["version"]) == ("en-fr", "1")
    assert not any("looks like" in warning for warning in first["warnings"] + second["warnings"])
    codes = [item["error"]["code"] for item in failed]
    assert codes == ["unknown_language", "wrong_shape", "empty", "no_such_pair"]
    assert all("en to de, en to fr, fr to en" in item["error"]["message"] for item in (failed[0], failed[3]))
    alone = translation(service, texts[0], source="fr")
    assert near({name: first[name] for name in alone}, alone)


def test_found_languages_go_with_the_target_and_the_model_that_are_asked_for(service: Running) -> None:
    texts = ["It was raining, so we stayed at home."]
    assert service.translate(texts, source="AUTO", target="de").json()["model"] == "en-de"
    for asked in ({"target": "en"}, {"model": "french"}):
        answer = service.translate(texts, source="auto", **asked)
        assert answer.status_code == 422
        assert answer.json()["translations"][0]["error"]["code"] == "no_such_pair"


def test_html_and_a_glossary(service: Running) -> None:
    text = '<p class="a">Hello, <code>ls</code>.</p><p translate=no>Menu</p>'
    found = translation(service, text, format="html", glossary={"hello": "<salut>"})
    assert found["text"].startswith('<p class="a">')
    assert found["text"].endswith("</p><p translate=no>Menu</p>")
    assert "<code>ls</code>" in found["text"]
    assert "alut&gt;" in found["text"]
    for wrong in ({"format": "xml"}, {"glossary": {"": "a"}}, {"glossary": {"a": " "}}, {"glossary": {"a": "b" * 101}}):
        assert service.translate([text], **wrong).status_code == 422


def test_a_foreign_text_is_translated_with_a_warning(service: Running) -> None:
    (warning, *_) = translation(service, "Il pleuvait, alors nous sommes restés à la maison.", source="en")["warnings"]
    assert warning.startswith("the text looks like fr")


def test_languages_are_detected_in_the_shape_of_libretranslate(service: Running) -> None:
    def detect(**asked: Any) -> Any:
        answer = service.client.post("/detect", json=asked)
        return answer.json() if answer.status_code == 200 else answer.status_code

    (first, *_) = detect(q="Il pleuvait, alors nous sommes restés à la maison.", api_key="ignored")
    assert first["language"] == "fr"
    assert 90 < first["confidence"] <= 100
    assert detect(q="12:30") == [{"confidence": 0.0, "language": "en"}]
    assert [
        found[0]["language"] for found in detect(q=["Guten Morgen, wie geht es dir?", "What a good day it is."])
    ] == [
        "de",
        "en",
    ]
    assert [detect(q=""), detect(), detect(q=[])] == [400, 400, 400]


def test_languages_are_found_in_large_bodies_too(service: Running) -> None:
    padding = " " * 70_000  # so that its items are parsed one by one
    texts = ["Il pleuvait, alors nous sommes restés à la maison." + padding[:900]] * 2 + [7]
    answer = service.client.post("/translate", json={"texts": [*texts, padding], "source": "auto"})
    first, second, number, blank = answer.json()["translations"]
    assert first["detected"]["language"] == second["detected"]["language"] == "fr"
    assert number["error"]["code"] == "wrong_shape"
    assert blank["error"]["code"] in ("empty", "too_long")
    found = service.client.post("/detect", json={"q": ["Guten Morgen, wie geht es dir?" + padding] * 3})
    assert [languages[0]["language"] for languages in found.json()] == ["de"] * 3
