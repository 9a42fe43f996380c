from __future__ import annotations

from pathlib import Path

import pytest

from seqserve.errors import InputError
from seqserve.translation.predictor import Translation, Translator
from service.http.problems import Problem
from service.model_registry.loaded_models import Loaded
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings
from service.translation.route import TranslationCodec
from service.translation.schemas import TranslationRequest
from testing import tiny
from testing.tiny import translation as tiny_translation


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    root: Path = tmp_path_factory.mktemp("models")
    tiny.publish(root, tiny_translation.release())
    (found,) = LiveRegistry(root, 1).current.loaded.values()
    return found


def codec(loaded: Loaded, settings: Settings | None = None, **options: object) -> TranslationCodec:
    asked = TranslationRequest.model_validate({"texts": [""], **options})
    return TranslationCodec(asked, loaded, settings or Settings())


@pytest.mark.parametrize(("option", "value"), [("beam", 99), ("alternatives", 10)])
def test_what_a_model_does_not_take_is_a_problem_of_the_whole_request(loaded: Loaded, option: str, value: int) -> None:
    with pytest.raises(Problem) as caught:
        codec(loaded, **{option: value})
    assert (caught.value.status, caught.value.errors[0][0]) == (422, f"/{option}")


def test_a_formality_that_no_model_has_is_a_problem(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codec(loaded, formality="formal").decode("I like milk.").query.formality == "formal"
    config = loaded.predictor.config.model_copy(update={"target": "pt"})
    monkeypatch.setattr(loaded.predictor, "config", config)
    with pytest.raises(Problem) as caught:
        codec(loaded, formality="formal")
    assert caught.value.status == 422
    assert caught.value.errors == [
        ("/formality", "this model does not choose between formal and informal pt; those that write fr do")
    ]


def test_the_options_of_a_request_are_checked_once(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = codec(loaded, alternatives=7)

    def fail(*arguments: object) -> int:
        raise AssertionError("checked again")

    monkeypatch.setattr(Translator, "check", fail)
    assert wanted.decode("I like milk.").beam == 8


def test_an_operator_can_raise_the_default_limit_of_a_version(loaded: Loaded) -> None:
    long = "I like milk. " * 800
    with pytest.raises(InputError, match="at most 10000 are taken"):
        codec(loaded).decode(long)
    with pytest.raises(InputError, match="at most 5 are taken"):
        codec(loaded, Settings(max_characters=5)).decode(long)
    assert codec(loaded, Settings(max_characters=20_000)).decode(long).sentences


def test_a_score_that_is_not_finite_is_not_answered(loaded: Loaded) -> None:
    wanted = codec(loaded)
    with pytest.raises(ArithmeticError):
        wanted.encode(wanted.decode("I like milk."), Translation("", float("nan"), [], []))


def test_long_texts_leave_the_event_loop(loaded: Loaded) -> None:
    assert codec(loaded).is_long("a" * 1001)
    assert not codec(loaded).is_long("a" * 1000)
    assert not codec(loaded).is_long(3)
