from __future__ import annotations

from pathlib import Path

import pytest

from service.model_registry.loaded_models import Registry
from service.model_registry.reloader import LiveRegistry
from service.translation.language_pairs import LanguagePairs
from testing import tiny
from testing.tiny import translation as tiny_translation


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    tiny.publish(tmp_path, tiny_translation.release())
    tiny.publish(tmp_path, tiny_translation.release("another"))
    tiny.publish(tmp_path, tiny_translation.release("to-german", target="DE"))
    tiny.publish(tmp_path, tiny_translation.release("moving"))
    tiny.publish(tmp_path, tiny_translation.release("moving", target="it", seed=1), label="canary")
    return LiveRegistry(tmp_path, 1).current


def test_models_are_found_by_their_languages(registry: Registry) -> None:
    languages = LanguagePairs(registry, "translation")
    assert languages.names("en", "fr") == ["another", "en-fr", "moving"]
    assert languages.names("EN", "de") == ["to-german"]
    assert languages.names(None, "fr") == ["another", "en-fr", "moving"]
    assert languages.names("en", None) == ["another", "en-fr", "moving", "to-german"]
    assert languages.names("fr", "en") == []
    assert languages.names("", None) == []


def test_a_model_has_the_languages_of_its_stable_version(registry: Registry) -> None:
    languages = LanguagePairs(registry, "translation")
    assert languages.pairs["moving"] == ("en", "fr")
    assert languages.names("en", "it") == []
