"""Words of another language for English ones, found in sentences and their translations."""

from __future__ import annotations

from itertools import product

import pytest

from training.sentiment.corpora.languages import glossed
from training.translation.corpus.pairs import Pairs, pairs_of

ENGLISH = {"the dog": "der Hund", "the cat": "die Katze", "the house": "das Haus"}
VERBS = {"sleeps": "schläft", "is not old": "ist nicht alt", "isn't big": "ist nicht groß", "sings": "singt"}


@pytest.fixture(autouse=True)
def tatoeba(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"{subject} {verb}.", f"{ENGLISH[subject]} {VERBS[verb]}.") for subject, verb in product(ENGLISH, VERBS)]

    def load(source: str, target: str) -> tuple[Pairs, None]:
        assert (source, target) == ("en", "de")
        return pairs_of(rows, []), None

    monkeypatch.setattr(glossed.pairs, "tatoeba", load)


def test_words_find_their_translations() -> None:
    found = {word: {other for other, _ in choices} for word, choices in glossed.dictionary("de").items()}
    assert {word: found[word] for word in ("sleeps", "sings", ".")} == {
        "sleeps": {"schläft"},
        "sings": {"singt"},
        ".": {"."},
    }
    assert [word for word, other in (("dog", "hund"), ("cat", "katze"), ("house", "haus")) if other in found[word]] == [
        "dog",
        "cat",
        "house",
    ]
    assert "nicht" in found["is"], "the first model cannot tell words apart that always come together"


def test_no_word_becomes_a_sign_and_shares_are_likely() -> None:
    for word, choices in glossed.dictionary("de").items():
        assert all(word[-1].isalpha() == other[-1].isalpha() and share >= 0.08 for other, share in choices)


def test_a_sentence_of_unknown_words_is_left_out_and_names_stay() -> None:
    (named, strange) = glossed.glossed(["Anna sings.", "the blarb blorbs"], "de")
    assert named.split()[0] == "Anna"
    assert "singt" in named
    assert strange == ""


def test_glosses_are_the_same_every_time() -> None:
    assert glossed.glossed(["the dog isn't old"], "de") == glossed.glossed(["the dog isn't old"], "de")
