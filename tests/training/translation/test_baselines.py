"""The phrase table translates toy languages exactly, and writes what it finds as people do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.translation import baselines
from training.translation.baselines import PhraseTable
from training.translation.corpus.pairs import Pairs

PAIRS = {
    "The cat sleeps.": "Le chat dort.",
    "The dog sleeps!": "Le chien dort !",
    "The cat eats.": "Le chat mange.",
    "The dog eats?": "Le chien mange ?",
    "A white cat eats.": "Un chat blanc mange.",
    "A dog eats.": "Un chien mange.",
    "A dog, a cat.": "Un chien, un chat.",
    "I see the white dog.": "Je vois le chien blanc.",
    "I see the cat.": "Je vois le chat.",
}
ENGLISH, FRENCH = list(PAIRS), list(PAIRS.values())


@pytest.fixture(scope="module")
def french() -> PhraseTable:
    return baselines.fit(ENGLISH * 3, FRENCH * 3)


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("The cat sleeps!", "Le chat dort !"),
        ("A dog sleeps?", "Un chien dort ?"),
        ("The white cat, the dog.", "Le chat blanc, le chien."),
        ("the cat eats", "le chat mange"),
        ("Tom eats a 42.", "Tom mange un 42."),
        ("", ""),
    ],
)
def test_new_sentences_of_known_phrases(french: PhraseTable, english: str, expected: str) -> None:
    assert french.translate([english]) == [expected]


def test_word_for_word_keeps_the_order_of_the_source(french: PhraseTable) -> None:
    assert french.translate(["A white cat eats."], longest=1) == ["Un blanc chat mange."]


def test_apostrophes_and_opening_signs_are_written_as_they_were_learned() -> None:
    english = ["I'm the man.", "The man sleeps.", "I don't sleep.", "Does the man sleep?"]
    french = ["Je suis l'homme.", "L'homme dort.", "Je ne dors pas.", "L'homme dort-il ?"]
    assert baselines.fit(english * 3, french * 3).translate(["I'm the man.", "I don’t sleep."]) == [
        "Je suis l'homme.",
        "Je ne dors pas.",
    ]
    spanish = baselines.fit(["Who?", "Who is he?", "He is."] * 3, ["¿Quién?", "¿Quién es él?", "Él es."] * 3)
    assert spanish.translate(["Who is?"]) == ["¿Quién es?"]


def test_names_and_german_nouns_keep_their_capitals_and_other_words_do_not() -> None:
    english = ["The dog barks.", "Dogs bark.", "I see the dog.", "I see dogs.", "Tom sees the dog.", "I see Tom."]
    german = ["Der Hund bellt.", "Hunde bellen.", "Ich sehe der Hund.", "Ich sehe Hunde.", "Tom sieht der Hund."]
    table = baselines.fit(english * 3, [*german, "Ich sehe Tom."] * 3)
    assert table.translate(["Tom sees dogs.", "Dogs see the dog."])[0] == "Tom sieht Hunde."
    assert ("der",) in table.phrases.values()
    assert ("Der",) not in table.phrases.values()


def test_a_phrase_of_several_words_that_was_seen_once_is_not_trusted() -> None:
    table = baselines.fit(ENGLISH, FRENCH)
    assert ("the", "cat") in table.phrases
    assert ("the", "cat", "sleeps") not in table.phrases
    assert ("sleeps",) in table.phrases


WORDS = st.lists(st.integers(0, 11), min_size=1, max_size=9)


@given(st.lists(WORDS, min_size=1, max_size=10))
def test_a_language_of_other_words_is_translated_exactly(asked: list[list[int]]) -> None:
    for sentence, answer in zip(asked, ENCIPHERED.translate([said(row, "w") for row in asked]), strict=True):
        assert answer == said(sentence, "m")


def said(row: list[int], letter: str) -> str:
    return " ".join(f"{letter}{number}" for number in row)


def enciphered() -> PhraseTable:
    random = np.random.default_rng(0)
    rows = [random.permutation(12)[: random.integers(2, 6)].tolist() for _ in range(200)]
    return baselines.fit([said(row, "w") for row in rows], [said(row, "m") for row in rows])


ENCIPHERED = enciphered()


def test_very_many_words_are_learned_from_as_far_as_memory_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "_MOST_LINKS", 2)
    assert baselines.fit(["a", "b", "c"], ["x", "y", "z"]).phrases == {("a",): ("x",), ("b",): ("y",)}


def test_texts_without_words_teach_nothing() -> None:
    assert baselines.fit(["", "a"], ["b", " "]).translate(["a b"]) == ["a b"]


def test_fitting_again_gives_the_same() -> None:
    assert baselines.fit(ENGLISH, FRENCH) == baselines.fit(ENGLISH, FRENCH)


def test_the_baselines_are_what_their_names_say() -> None:
    found = baselines.baselines(Pairs(ENGLISH * 3, FRENCH * 3), ["A white cat eats."])
    assert found == {
        "copying the source": ["A white cat eats."],
        "word for word": ["Un blanc chat mange."],
        "phrase table": ["Un chat blanc mange."],
    }
