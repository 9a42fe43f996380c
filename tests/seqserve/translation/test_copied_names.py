from __future__ import annotations

import pytest

from seqserve.translation.copied_names import Names
from seqserve.translation.markup.placeholders import PLACEHOLDERS
from testing.tiny.translation import subword_coder

CODER = subword_coder()


def test_stored_and_read_they_are_alike() -> None:
    names = Names(CODER, ["öre", "abc"], ["Été"], {"London": ["Londres"], "Mary": ["Mary", "Marie"]})
    assert Names.from_json(names.to_json(), CODER).to_json() == names.to_json()


def test_versions_of_before_do_not_say_how_names_are_rendered() -> None:
    assert Names.from_json(b'{"small": [], "translated": []}', CODER).rendered("London") == {}
    with pytest.raises(ValueError, match="has not the lists"):
        Names.from_json(b'{"small": [], "translated": [], "rendered": ["London"]}', CODER)


@pytest.mark.parametrize("word", ["Giuseppe", "a" * 50_000, "A-" * 20_000, "Aa-" * 10_000, "O'" * 20_000])
def test_long_words_take_no_time(word: str) -> None:
    spans: list[str] = []
    marked = Names(CODER, ["abc"]).hide(f"I know {word}", spans)
    assert marked.startswith("I know ")


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("I do NOT like it", "I do not like it"),
        ("I like IT here", "I like {0} here"),
        ("I like the UN here", "I like the {0} here"),
    ],
)
def test_short_upper_case_words_are_emphasised_if_they_were_learned_in_lower_case(sentence: str, read: str) -> None:
    assert Names(CODER, ["not", "it", "is"]).hide(sentence, []) == read.format(*PLACEHOLDERS)
    assert "not" not in Names(CODER).hide("I do NOT like it", [])
