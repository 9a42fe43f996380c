"""Requests as clients of LibreTranslate send them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from service.protocols.language_names import NAMES, name
from testing.in_process import Factory, InProcess

MILK, RAIN = "I like milk.", "It was raining, so we stayed at home."
PAIR = {"source": "en", "target": "fr"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KEYS = {hashlib.sha256(b"secret").hexdigest(): "anna"}


def own(app: InProcess, *texts: str, **asked: Any) -> list[str]:
    answer = app.post("/translate", {"texts": texts, **PAIR, **asked})
    assert answer.status_code == 200, answer.text
    return [found["text"] for found in answer.json()["translations"]]


def refused(app: InProcess, **asked: Any) -> str:
    answer = app.post("/translate", {"q": MILK, **PAIR, **asked})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")
    error = answer.json()["error"]
    assert isinstance(error, str)
    return error


def test_a_form_a_query_and_json_are_answered_alike(app: InProcess) -> None:
    wanted = {"translatedText": own(app, MILK)[0]}
    form = "q=I+like+milk.&source=en&target=fr&api_key=kkk"
    assert app.post("/translate", content=form, headers=FORM).json() == wanted
    assert app.post(f"/translate?{form}").json() == wanted  # deep-translator: no body, no type
    assert app.post("/translate", {"q": MILK, **PAIR, "format": "text", "apiKey": ""}).json() == wanted


def test_ends_of_lines_of_a_form_are_told_as_one(app: InProcess) -> None:
    form = "q=I+like+milk.%0D%0AHello.&source=en&target=fr"
    assert "\r" not in app.post("/translate", content=form, headers=FORM).json()["translatedText"]


def test_a_list_is_answered_by_lists_and_blanks_as_they_are(app: InProcess) -> None:
    body = {"q": [f"<p>{RAIN}</p>", " "], "source": "auto", "target": "fr", "format": "html", "api_key": None}
    answer = app.post("/translate", body).json()
    assert answer["translatedText"] == [*own(app, f"<p>{RAIN}</p>", format="html"), " "]
    sure, blank = answer["detectedLanguage"]
    assert sure["language"] == blank["language"] == "en"
    assert sure["confidence"] > 50 > blank["confidence"] == 0


def test_alternatives_are_as_many_as_the_model_finds(app: InProcess) -> None:
    one = app.post("/translate", {"q": MILK, **PAIR, "alternatives": "2"}).json()
    assert one["translatedText"] == own(app, MILK)[0]
    assert len(one["alternatives"]) == 2
    assert len(app.post("/translate", {"q": [MILK], **PAIR, "alternatives": 99}).json()["alternatives"][0]) > 2
    assert "alternatives" not in app.post("/translate", {"q": MILK, **PAIR, "alternatives": -1}).json()


@pytest.mark.parametrize("codes", [("EN", "FR"), ("en-GB", "fr_CA"), ("en_US", "fr-FR")])
def test_codes_are_found_in_any_case_and_with_a_region(app: InProcess, codes: tuple[str, str]) -> None:
    asked = dict(zip(("source", "target"), codes, strict=True))
    assert app.post("/translate", {"q": MILK, **asked}).json() == {"translatedText": own(app, MILK)[0]}


def test_a_text_in_the_target_language_stays(app: InProcess) -> None:
    text = "Il pleuvait, alors nous sommes restés à la maison."
    answer = app.post("/translate", {"q": text, "source": "auto", "target": "fr"}).json()
    assert (answer["translatedText"], answer["detectedLanguage"]["language"]) == (text, "fr")


def test_what_is_too_short_to_be_sure_is_in_a_language_of_the_models(app: InProcess) -> None:
    answer = app.post("/translate", {"q": ["Menu", "12:30"], "source": "auto", "target": "fr"}).json()
    assert {found["language"] for found in answer["detectedLanguage"]} == {"en"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"q": ""}, "missing q"),
        ({"q": []}, "missing q"),
        ({"q": 7}, "string"),
        ({"target": None}, "missing target"),
        ({"source": ""}, "missing source"),
        ({"source": 1}, "string"),
        ({"target": "tlh"}, "en to fr"),
        ({"source": "auto", "target": "tlh"}, "en to fr"),
        ({"source": "auto", "q": "Ich habe keine Ahnung, was du damit meinst."}, "looks like de"),
        ({"source": "fr", "target": "fr"}, "en to fr"),
        ({"format": "xml"}, "format"),
        ({"alternatives": "many"}, "alternatives"),
        ({"alternatives": [1]}, "alternatives"),
        ({"q": [MILK, "\x00"]}, "item 1: "),
        ({"q": [MILK, "a" * 20_000]}, "item 1: "),
        ({"target": "x" * 99}, "64 characters"),
    ],
)
def test_what_is_wrong_is_told(app: InProcess, asked: dict[str, Any], told: str) -> None:
    assert told in refused(app, **asked)


def test_what_is_ours_stays_ours(app: InProcess) -> None:
    assert app.post("/translate", {"texts": [MILK], "q": MILK}).status_code == 422
    assert app.post("/translate", {"source": "en"}).status_code == 422
    for content, status in ((b"{", 400), (b"", 400), (b"[]", 422)):
        answer = app.post("/translate", content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert answer.json()["error"] == answer.json()["detail"]
    assert app.post("/translate", content=b"a", headers={"Content-Type": "text/plain"}).status_code == 415


def test_a_key_may_be_in_the_body_or_the_query(apps: Factory) -> None:
    app = apps(api_keys=KEYS)
    body = {"q": MILK, **PAIR}
    assert app.post("/translate", {**body, "api_key": "secret"}).status_code == 200
    assert app.post("/translate?api_key=secret&q=Hello.&source=en&target=fr").status_code == 200
    assert app.post("/translate", body, headers={"X-API-Key": "secret"}).status_code == 200
    for wrong in ({}, {"api_key": "guess"}, {"api_key": 7}, {"api_key": None}):
        assert app.post("/translate", {**body, **wrong}).status_code == 403
        assert app.post("/detect", {"q": MILK, **wrong}).status_code == 403
    assert app.post("/translate", {"texts": [MILK]}).status_code == 401
    assert app.post("/translate", body, headers={"X-API-Key": "guess"}).status_code == 401
    assert app.get("/languages").status_code == 200


def test_an_owner_of_a_key_in_a_body_has_limits_too(apps: Factory) -> None:
    app = apps(api_keys=KEYS, key_items_per_second=1, key_burst_seconds=2)
    answers = [app.post("/translate", {"q": [MILK] * 2, **PAIR, "api_key": "secret"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]


def test_languages_have_names_and_targets(app: InProcess) -> None:
    wanted = [
        {"code": "de", "name": "German", "targets": []},
        {"code": "en", "name": "English", "targets": ["de", "fr"]},
        {"code": "fr", "name": "French", "targets": ["en"]},
    ]
    assert app.get("/languages").json() == app.post("/languages", content="api_key=k", headers=FORM).json() == wanted


def test_names_of_languages() -> None:
    assert len(NAMES) == 184
    assert [name("fr"), name("pt-BR"), name("tlh")] == ["French", "Portuguese (BR)", "tlh"]


def test_languages_are_detected_from_forms_too(app: InProcess) -> None:
    answer = app.post("/detect", content="q=Il+pleuvait,+alors+nous+sommes+rest%C3%A9s.", headers=FORM).json()
    assert (answer[0]["language"], answer[0]["confidence"] > 90) == ("fr", True)
    assert app.post("/detect", {"q": ["Hello, how are you?"]}).json()[0][0]["language"] == "en"


def test_settings_and_what_is_not_served(app: InProcess) -> None:
    settings = app.get("/frontend/settings").json()
    assert (settings["charLimit"], settings["keyRequired"]) == (1000, False)
    assert app.get("/health").json() == {"status": "ok"}
    for path in ("/translate_file", "/suggest"):
        assert app.post(path).status_code == 403


def test_a_worker_that_drains_says_429(apps: Factory) -> None:
    app = apps()
    app.phase.draining = True
    form = f"q={MILK}&source=en&target=fr"
    assert app.post("/detect", content=form, headers=FORM).status_code == 429
    assert app.get("/health").status_code == 503
