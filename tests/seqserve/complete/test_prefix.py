from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.complete import prefix as module
from seqserve.complete.prefix import prefix_of
from seqserve.complete.subwords import END
from seqserve.complete.vocabulary import Vocabulary
from testing.tiny.complete import tokenizer

FOUND = tokenizer()
WORD = re.compile(r"( ?)([^\W\d_](?:[^\W\d_]|')*)$")


@pytest.mark.parametrize(
    ("text", "certain", "typed"),
    [
        ("A great fil", "A great", "▁fil"),
        ("A great ", "A great", "▁"),
        ("A great\n", "A great", "▁"),
        ("A great film!", "A great film!", ""),
        ("it's", "", "▁it's"),
        ("I don'", "I", "▁don'"),
        ("(loo", "(", "loo"),
        ("after 20", "after 20", ""),
        ("after 20mi", "after 20", "mi"),
    ],
)
def test_what_is_certain_and_what_is_typed(text: str, certain: str, typed: str) -> None:
    prefix = prefix_of(text, FOUND, 64)
    assert prefix.typed == typed
    assert prefix.tokens[0] == END
    assert FOUND.decode(prefix.tokens) == certain


@given(st.text(alphabet="aé '1_.²", max_size=12))
def test_what_is_typed_are_the_letters_at_the_end(text: str) -> None:
    typed = prefix_of(f"x {text}", FOUND, 64).typed.strip("▁")
    found = WORD.search(f"x {text}".replace("  ", " "))
    assert typed == (found[2] if found else "")


@pytest.mark.parametrize("text", ["a" * 200_000 + "1", "a'" * 100_000 + "1", "a" * 200_000, "'" * 200_000])
def test_time_does_not_grow_with_the_square_of_a_word(text: str) -> None:
    typed = prefix_of(text, FOUND, 64).typed  # the square of this length would take an hour
    vocabulary = Vocabulary(FOUND)
    assert len(vocabulary.within(typed)) <= max(map(len, FOUND.spellings))
    assert not len(vocabulary.spelling_from(text))


@given(text=st.text(alphabet="ab .,1é\n▁", max_size=60))
def test_a_text_is_encoded_in_parts_as_it_is_at_once(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PART", 5)
        parted = prefix_of(text, FOUND, 64)
    assert parted == prefix_of(text, FOUND, 64)


def test_a_keystroke_does_not_move_where_a_long_text_begins() -> None:
    text = "look for stars " * 20
    starts = []
    for more in range(30):
        prefix = prefix_of(text + "look " * more, FOUND, 32)
        assert len(prefix.tokens) - 1 <= 32
        starts.append(prefix.dropped)
    assert all(dropped % 16 == 0 for dropped in starts)
    assert starts == sorted(starts)
    assert len(set(starts)) < 10
