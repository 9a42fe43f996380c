"""What counts as guessed in a replayed tutorial."""

from __future__ import annotations

import pytest

from benchmarks.first_hour import Known

pytestmark = pytest.mark.slow  # it asks commands for their help

LOOK = ".venv/bin/python -m seqserve look shops.csv --known promo"
TRANSLATE = """curl -s localhost:3000/translate -d '{"source": "en", "target": "xx",
  "texts": ["Your basket is ready."], "glossary": {"basket": "panier"}}'"""


def guessed(command: str, told: str = "", interface: str = "") -> list[str]:
    known = Known(interface)
    known.add(told)
    return list(known.guessed(command))


def test_a_value_that_nothing_told_is_guessed() -> None:
    assert guessed(LOOK) == ["promo"]
    assert guessed(LOOK, "shop,date,sales,promo") == []


def test_numbers_may_be_told_in_words_and_flags_in_the_help() -> None:
    command = ".venv/bin/python -m training forecast --csv shops.csv --horizon 7 --name mine"
    assert guessed(command) == ["7"]
    assert guessed(command, "a plan for seven days") == []
    assert guessed(".venv/bin/python -m seqserve look shops.csv --wish 7301,24", "24 hours") == ["--wish", "7301"]


def test_fields_are_told_by_the_interface_and_texts_are_the_persons_own() -> None:
    interface = '{"source": {}, "target": {}, "texts": {}, "glossary": {}}'
    assert guessed(TRANSLATE, "from en, and say panier", interface) == ["xx"]
    assert guessed(TRANSLATE, "from en, and say panier") == ["source", "target", "xx", "texts", "glossary"]
