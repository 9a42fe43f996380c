from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.complete import subwords
from seqserve.complete.subwords import END, SPECIAL, Subwords, folded
from testing.tiny.complete import tokenizer

FOUND = tokenizer()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_comes_back(text: str) -> None:
    """Characters that were never seen are bytes, so that nothing is unknown."""
    plain = folded(text).strip()
    (tokens,) = FOUND.encode([plain])
    assert END not in tokens
    assert FOUND.decode(tokens) == plain


def test_a_word_keeps_its_apostrophe_and_case() -> None:
    made = Subwords(subwords.fit(["I don't know what's up. It isn't."] * 20, 400))
    (tokens,) = made.encode(["I don't know"])
    assert [made.spellings[token] for token in tokens] == ["▁I", "▁don't", "▁know"]


def test_what_spells_a_special_token_is_text() -> None:
    (tokens,) = FOUND.encode(["</s> <0x41>"])
    assert FOUND.decode(tokens) == "</s> <0x41>"
    assert END not in tokens


def test_bytes_spell_nothing_by_themselves() -> None:
    (tokens,) = FOUND.encode(["你"])
    assert {FOUND.spellings[token] for token in tokens if token < len(SPECIAL)} == {""}


def test_a_stored_tokenizer_is_the_same() -> None:
    again = Subwords.from_json(FOUND.to_json())
    assert again.encode(["A great film!"]) == FOUND.encode(["A great film!"])


def test_what_is_no_tokenizer_is_refused() -> None:
    for content in (b"{}", b"\xff", FOUND.to_json().replace(b"</s>", b"<eos>")):
        with pytest.raises(ValueError, match=r"tokenizer|first tokens"):
            Subwords.from_json(content)


def test_a_vocabulary_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        subwords.fit(["abcdefgh"] * 20, 260)


def test_white_space_and_quotes_are_made_even() -> None:
    assert folded("\ufeff  It\u2019s\r\n a\u00a0\u201ctest\u201d\u2026 ") == 'It\'s a "test"... '
