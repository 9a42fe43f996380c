from __future__ import annotations

import json

import pytest

from seqserve.names import Names
from tests.tiny_translation import subword_coder

CODER = subword_coder()


def test_what_is_learned_of_names() -> None:
    sources = [
        *["I go unfortunately to Germany on Friday with Giuseppe."] * 3,
        *["I go to Boston on occasion."] * 2,
        "Yesterday unusually.",
    ]
    targets = [*["Je vais en Allemagne avec Giuseppe vendredi."] * 3, *["Je vais à Boston."] * 2, "Hier."]
    found = json.loads(Names.learned(CODER, sources, targets).to_json())
    assert {"Germany", "Friday"} <= set(found["translated"])
    assert not {"Giuseppe", "Boston", "Yesterday"} & set(found["translated"])
    assert "unfortunately" in found["small"]
    assert "unusually" not in found["small"], "once may be a slip"
    assert not [word for word in found["small"] if len(CODER.encode([word])[0]) == 1]


def test_stored_and_read_they_are_alike() -> None:
    names = Names(CODER, ["öre", "abc"], ["Été"])
    assert Names.from_json(names.to_json(), CODER).to_json() == names.to_json()


@pytest.mark.parametrize("word", ["Giuseppe", "a" * 50_000, "A-" * 20_000, "Aa-" * 10_000, "O'" * 20_000])
def test_long_words_take_no_time(word: str) -> None:
    things: list[str] = []
    marked = Names(CODER, ["abc"]).hide(f"I know {word}", things)
    assert marked.startswith("I know ")
