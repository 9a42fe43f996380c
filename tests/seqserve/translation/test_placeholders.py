from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.translation import placeholders
from seqserve.translation.placeholders import PLACEHOLDERS

COPIED = placeholders.copied(string.ascii_letters + string.digits + string.punctuation)


@pytest.mark.parametrize(
    ("sentence", "copied"),
    [
        ("See www.example.org.", ["www.example.org"]),
        ("Write to a@b.org, please", ["a@b.org"]),
        ("It is -5 \u00b0C on the 3rd", ["-5 \u00b0C", "3"]),
        ("Flight AF447 in the 1990s", ["AF447", "1990"]),
        ("A <b>bold</b> word", ["<b>", "</b>"]),
        ("\u7535\u5f71 is film", ["\u7535\u5f71"]),
        ("Nothing to copy", []),
    ],
)
def test_what_is_copied(sentence: str, copied: list[str]) -> None:
    assert placeholders.hide(sentence, COPIED).spans == copied


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Co"])))
def test_showing_what_was_hidden_gives_the_sentence_back(sentence: str) -> None:
    hidden = placeholders.hide(sentence, COPIED)
    assert placeholders.show(hidden.text, hidden.spans) == sentence


def test_more_parts_than_placeholders_stay_as_they_are() -> None:
    hidden = placeholders.hide(" ".join(f"x{number}" for number in range(10)), COPIED)
    assert len(hidden.spans) == len(PLACEHOLDERS)
    assert hidden.text.endswith("x8 x9")


def test_a_part_has_the_same_placeholder_each_time() -> None:
    spans: list[str] = []
    assert [placeholders.place(part, spans) for part in ("a", "b", "a")] == [*PLACEHOLDERS[:2], PLACEHOLDERS[0]]
    assert spans == ["a", "b"]
