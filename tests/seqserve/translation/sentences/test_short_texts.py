from __future__ import annotations

import pytest

from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.predictor import Translation, TranslationQuery
from seqserve.translation.sentences import short_texts
from seqserve.translation.sentences.sentence import Candidate
from testing.tiny import translation as tiny
from testing.tiny.translation import Echo


@pytest.mark.parametrize(
    ("translation", "words", "expected"),
    [
        ("lait", "milk", True),
        ("le lait", "milk", True),
        ("le lait froid", "milk", False),
        ("Annuler annuler", "Cancel", False),
        ("Bonjour, ici", "Hello", False),
        ("Bonjour.", "Hello", False),
        ("Oui, monsieur", "Yes, sir", True),
        ("", "Hello", False),
        ("aujourd'hui", "today", True),
    ],
)
def test_a_plain_translation_adds_and_repeats_nothing(translation: str, words: str, expected: bool) -> None:
    assert short_texts.is_plain(translation, words) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["lait", "le lait", "lait !"], ["lait", "le lait", "lait !"]),
        (["Bonjour, ici", "Bonjour", "Salut"], ["Bonjour", "Bonjour, ici", "Salut"]),
        (["Le lait", "Lait", "Le lait"], ["Lait", "Le lait"]),
        (["a b c", "d d", "e f g"], ["d d", "a b c", "e f g"]),
    ],
)
def test_the_first_shortest_plain_reading_counts_or_else_the_likeliest(texts: list[str], expected: list[str]) -> None:
    scores = {"d d": -0.1}
    readings = [[Candidate(text, Hypothesis([5], scores.get(text, -1.0)), 0)] for text in texts]
    assert [candidate.text for candidate in short_texts.chosen(readings, "milk")] == expected


def said(text: str, answers: dict[str, str], **asked: int) -> Translation:
    """The translation by a network that says this to what it reads."""
    coder = tiny.subword_coder()

    def answer(row: list[int], beam: int) -> list[list[int]]:
        return coder.encode([answers[coder.decode(row)]])

    model = tiny.translator(Echo(answer), readings=["{}:", '"{}"'])
    (found,) = model.predict([TranslationQuery(text, **asked)])
    assert isinstance(found, Translation)
    return found


def test_a_few_words_are_read_in_frames_too() -> None:
    answers = {"Milk": "Du lait, ici", "Milk:": "Lait :", '"Milk"': "« Le lait »"}
    found = said("Milk", answers, alternatives=2)
    assert (found.text, found.alternatives) == ("Lait", ["Du lait, ici", "Le lait"])


def test_the_answer_to_a_few_words_begins_as_they_do() -> None:
    answers = {"the milk": "Le lait", "the milk:": "Lait lait :", '"the milk"': '"Lait, ici"'}
    assert said("the milk", answers).text == "le lait"


def test_sentences_are_read_as_they_are() -> None:
    for text in ("Milk.", "I like the milk", "Milk:", "7", "<b>Milk</b> here"):
        network = Echo()
        tiny.translator(network, readings=["{}:"]).predict([TranslationQuery(text)])
        assert not any(tiny.subword_coder().decode(row).endswith("::") for rows, _ in network.searched for row in rows)
        assert sum(len(rows) for rows, _ in network.searched) <= 2


@pytest.mark.parametrize(
    ("whole", "shown"),
    [("a, b, c, d, e", "a, b, c, d, e"), ("a, b, d, e", "un, un, un, un, un"), ("a, b", "un, un, un, un, un")],
)
def test_a_list_that_lost_something_is_translated_item_by_item(whole: str, shown: str) -> None:
    coder = tiny.subword_coder()

    def answer(row: list[int], beam: int) -> list[list[int]]:
        return coder.encode([whole if "," in coder.decode(row) else "un"])

    (found,) = tiny.translator(Echo(answer)).predict([TranslationQuery("one, two, three, four, five")])
    assert isinstance(found, Translation)
    assert found.text == shown
    assert found.score < 0
