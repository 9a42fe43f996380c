from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from seqserve.translation import languages
from seqserve.translation.languages.language import Language


def test_every_module_of_a_language_is_in_the_list() -> None:
    files = Path(str(languages.__file__)).parent.glob("*.py")
    assert {file.stem for file in files} - {"__init__", "language"} == set(languages.LANGUAGES)


@pytest.mark.parametrize("code", languages.LANGUAGES)
def test_a_module_is_called_by_the_code_of_its_language(code: str) -> None:
    module = import_module(f"seqserve.translation.languages.{code}")
    (found,) = [value for value in vars(module).values() if isinstance(value, Language)]
    assert found is languages.of(code)
    assert found.code == code


def test_an_unknown_language_has_no_rules_of_its_own() -> None:
    assert languages.of("xx") == Language("xx")


def test_rules_that_hold_in_every_text_are_those_of_all_languages() -> None:
    assert {"Mme", "Dr", "No"} <= languages.every("unended")
    assert {"US", "WHO"} <= languages.every("abbreviations")
    assert re.fullmatch(languages.alternatives("ordinals"), "\u00e8me")
    assert re.fullmatch(languages.alternatives("ordinals"), "th")
