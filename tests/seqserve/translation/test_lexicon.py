from __future__ import annotations

import pytest

from seqserve.translation.lexicon import Lexicon, words

LEXICON = Lexicon.of(["pantalon", "l", "école", "les", "sont", "mes"])


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("Les pantalon sont à l'École.", "", []),
        ("Ce sont mes pantaleurs, pantaleurs.", "", ["pantaleurs"]),
        ("Sont NASA et Pantaleurs", "", ["Pantaleurs"]),
        ("Irene et Tom sont Toms.", "Irene, Tom!", ["Toms"]),
        ("", "", []),
        ("12 / 3", "", []),
    ],
)
def test_what_is_no_word(text: str, known: str, unknown: list[str]) -> None:
    assert LEXICON.unknown(text, known) == unknown


def test_stored_and_read_they_are_alike() -> None:
    again = Lexicon.from_bytes(LEXICON.to_bytes())
    assert again.to_bytes() == LEXICON.to_bytes()
    assert len(again) == len(LEXICON) == 6
    assert again.unknown("Les pantaleurs") == ["pantaleurs"]


@pytest.mark.parametrize("content", [b"", b"abc", b"\0" * 8, LEXICON.to_bytes()[4:] + LEXICON.to_bytes()[:4]])
def test_what_is_no_lexicon_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"hashes|buffer"):
        Lexicon.from_bytes(content)


def test_hardly_any_other_word_passes() -> None:
    lexicon = Lexicon.of(f"word{number}x" for number in range(20_000))
    others = " ".join(f"{first}zz{second}" for first in "abcdefghij" for second in "klmnopqrst")
    assert len(lexicon.unknown(others)) >= 99


def test_the_words_of_a_text_are_in_lower_case() -> None:
    assert words("L'École (2) est_là") == ["l", "école", "est", "là"]
