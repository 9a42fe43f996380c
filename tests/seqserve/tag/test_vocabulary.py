from __future__ import annotations

import pytest

from seqserve.tag import vocabulary
from seqserve.tag.vocabulary import CHARACTERS, PADDING, UNKNOWN, Vocabulary


def test_words_and_letters_have_numbers_and_others_are_unknown() -> None:
    known = vocabulary.fit([["Ann", "met", "Ann"], ["Bob", "met"]], most=10, fewest=2)
    assert known.words == ["ann", "met"]
    words, shapes, characters = known.encode(["ANN", "Bob", "met"])
    assert words.tolist() == [2, UNKNOWN, 3]
    assert len(set(shapes.tolist())) == 3
    assert characters.shape == (3, CHARACTERS)
    assert characters[1, 3:].tolist() == [PADDING] * (CHARACTERS - 3)


def test_an_accent_that_is_not_known_is_left_out() -> None:
    known = Vocabulary(["jose"], ["J", "o", "s", "e"])
    assert known.encode(["José"]).words.tolist() == known.encode(["Jose"]).words.tolist()
    assert known.encode(["José"]).characters.tolist() == known.encode(["Jose"]).characters.tolist()


def test_of_a_long_word_head_and_tail_are_read() -> None:
    known = Vocabulary([], list("abcdefghijklmnopqrstuvwxyz"))
    long = known.encode(["abcdefghijklmnopqrstuvwxyz" * 1000]).characters[0]
    assert long.tolist() == known.encode(["abcdefghi" + "tuvwxyz"]).characters[0].tolist()


def test_it_is_stored_without_loss() -> None:
    known = Vocabulary(["zoë", "<url>"], ["Z", "ë"])
    again = Vocabulary.from_json(known.to_json())
    assert (again.words, again.characters) == (known.words, known.characters)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"words": [1], "characters": "a"}', b'{"words": ["a", "a"], "characters": ""}']
)
def test_what_is_no_vocabulary_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no vocabulary|listed twice"):
        Vocabulary.from_json(content)
