"""Requests as clients of DeepL send them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from testing.in_process import Factory, InProcess

MILK, RAIN = "I like milk.", "It was raining, so we stayed at home."
FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
KEYS = {hashlib.sha256(b"secret").hexdigest(): "anna"}


def own(app: InProcess, text: str, **asked: Any) -> str:
    (found,) = app.post("/translate", {"texts": [text], "source": "en", "target": "fr", **asked}).json()["translations"]
    return str(found["text"])


def translated(app: InProcess, **body: Any) -> list[dict[str, Any]]:
    answer = app.post("/v2/translate", body)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["translations"]
    return found


def test_json_of_the_python_client(app: InProcess) -> None:
    more = {"formality": "prefer_more", "show_billed_characters": True, "split_sentences": "0", "unheard_of": [1]}
    found = translated(app, target_lang="FR", source_lang="EN", text=[MILK, "", RAIN], **more)
    assert [one["text"] for one in found] == [own(app, MILK), "", own(app, RAIN)]
    assert {one["detected_source_language"] for one in found} == {"EN"}
    assert [one["billed_characters"] for one in found] == [len(MILK), 0, len(RAIN)]
    assert "model_type_used" not in found[0]


def test_the_form_of_other_clients(app: InProcess) -> None:
    form = "target_lang=fr&source_lang=en&show_billed_characters=1&text=I+like+milk.&text%5B%5D=Hello."
    answer = app.post("/v2/translate", content=form, headers=FORM).json()["translations"]
    assert [one["text"] for one in answer] == [own(app, MILK), own(app, "Hello.")]


def test_a_source_that_is_not_said_is_found(app: InProcess) -> None:
    for source in ({}, {"source_lang": None}, {"source_lang": ""}):
        (one,) = translated(app, target_lang="FR", text=[RAIN], **source)
        assert (one["detected_source_language"], one["text"]) == ("EN", own(app, RAIN))


@pytest.mark.parametrize("handling", ["html", "xml"])
def test_tags_are_handled(app: InProcess, handling: str) -> None:
    html = "<p>Hello &amp; you.</p>"
    (one,) = translated(app, target_lang="FR", source_lang="EN", text=[html], tag_handling=handling)
    assert one["text"] == own(app, html, format="html")


def test_targets_may_have_a_region_and_a_model_type_is_answered(app: InProcess) -> None:
    (one,) = translated(app, target_lang="EN-GB", source_lang="FR", text=["Bonjour."], model_type="quality_optimized")
    assert one["model_type_used"] == "latency_optimized"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"text": MILK}, "list"),
        ({"text": []}, "list"),
        ({"text": [1]}, "list"),
        ({"target_lang": None}, "target_lang"),
        ({"target_lang": "TLH"}, "en to fr"),
        ({"source_lang": 5}, "source_lang"),
        ({"text": [MILK, "\x00"]}, "item 1: "),
        ({"glossary_id": "g"}, "glossary"),
    ],
)
def test_what_is_wrong_is_told(app: InProcess, asked: dict[str, Any], told: str) -> None:
    answer = app.post("/v2/translate", {"text": [MILK], "target_lang": "FR", "source_lang": "EN", **asked})
    assert answer.status_code == 400
    assert told in answer.json()["message"]


def test_no_json_is_400_whatever_its_type(app: InProcess) -> None:
    for content in (b"{", b"[]", b"7"):
        assert app.post("/v2/translate", content=content).status_code == 400


def test_languages_by_query_and_by_form_of_a_get(app: InProcess) -> None:
    assert app.get("/v2/languages").json() == [
        {"language": "EN", "name": "English"},
        {"language": "FR", "name": "French"},
    ]
    targets = app.get("/v2/languages?type=target").json()
    assert [one["language"] for one in targets] == ["DE", "EN-GB", "EN-US", "FR"]
    assert targets[0] == {"language": "DE", "name": "German", "supports_formality": False}
    for method in ("GET", "POST"):
        assert app.request(method, "/v2/languages", content="type=target", headers=FORM).json() == targets
    assert app.get("/v2/languages?type=both").status_code == 400


def test_nothing_is_counted_or_stored(app: InProcess) -> None:
    assert app.get("/v2/usage").json() == app.post("/v2/usage").json()
    assert app.get("/v2/glossaries").json() == {"glossaries": []}
    assert app.get("/v2/glossary-language-pairs").json() == {"supported_languages": []}


def test_a_wrong_key_is_403(apps: Factory) -> None:
    app = apps(api_keys=KEYS)
    body = {"text": [MILK], "target_lang": "FR"}
    statuses = [
        app.post("/v2/translate", body, headers={"Authorization": f"DeepL-Auth-Key {key}"}).status_code
        for key in ("secret", "guess")
    ]
    assert statuses == [200, 403]
