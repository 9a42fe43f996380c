"""Clients of LibreTranslate, DeepL and Hugging Face as they are installed, against a running service."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

MILK, FRENCH = "I like milk.", "J'aime le lait."


@pytest.fixture
def deepl(base: str) -> Any:
    module = pytest.importorskip("deepl", reason="needs the extra 'clients'")
    module.http_client.max_network_retries = 0
    return module.DeepLClient("any key", server_url=base)


def test_libretranslatepy(base: str) -> None:
    module = pytest.importorskip("libretranslatepy", reason="needs the extra 'clients'")
    for client in (module.LibreTranslateAPI(base), module.LibreTranslateAPI(base, api_key="any key")):
        assert client.translate(MILK, "en", "fr") == FRENCH
    assert {"code": "en", "name": "English", "targets": ["fr"]} in client.languages()
    assert client.detect(MILK)[0]["language"] == "en"


def test_deep_translator(base: str) -> None:
    module = pytest.importorskip("deep_translator", reason="needs the extra 'clients'")
    client = module.LibreTranslator(source="en", target="fr", api_key="x", custom_url=f"{base}/")
    assert client.translate_batch([MILK, "Where is the station?"]) == [FRENCH, "Où est la gare ?"]


def test_the_body_of_mastodon(base: str) -> None:
    body = {"q": [f"<p>{MILK}</p>", ""], "source": "auto", "target": "fr", "format": "html", "api_key": None}
    found = httpx.post(f"{base}/translate", json=body).json()
    assert found["translatedText"] == [f"<p>{FRENCH}</p>", ""]
    assert [one["language"] for one in found["detectedLanguage"]] == ["en", "en"]


def test_deepl(deepl: Any) -> None:
    found = deepl.translate_text([MILK, "", "<b>Hello.</b>"], target_lang="FR", tag_handling="html")
    assert [one.text for one in found] == [FRENCH, "", "<b>Bonjour.</b>"]
    assert {one.detected_source_lang for one in found} == {"EN"}
    assert found[0].billed_characters == len(MILK)
    formal = deepl.translate_text(MILK, source_lang="EN", target_lang="fr", formality="prefer_more")
    assert formal.text == FRENCH


def test_deepl_languages_and_usage(deepl: Any) -> None:
    assert [one.code for one in deepl.get_source_languages()] == ["EN"]
    assert [one.code for one in deepl.get_target_languages()] == ["FR"]
    assert not deepl.get_usage().any_limit_reached


def test_deepl_says_what_is_wrong(deepl: Any) -> None:
    module = pytest.importorskip("deepl")
    with pytest.raises(module.DeepLException, match="en to fr"):
        deepl.translate_text(MILK, target_lang="DE")


def test_huggingface(base: str) -> None:
    module = pytest.importorskip("huggingface_hub", reason="needs the extra 'clients'")
    found = module.InferenceClient(model=f"{base}/models/sentiment/reviews").text_classification("I love it.")
    assert found[0].label == "positive"
    assert sum(one.score for one in found) == pytest.approx(1)
    client = module.InferenceClient(model=f"{base}/models/translation/en-fr")
    assert client.translation(MILK).translation_text == FRENCH
    assert client.translation(MILK, src_lang="en", tgt_lang="fr").translation_text == FRENCH
