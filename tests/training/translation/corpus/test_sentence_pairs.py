"""Texts are parted into pairs of sentences only where both sides have as many."""

from __future__ import annotations

from training.translation.corpus.sentence_pairs import sentence_pairs, sentences_of


def test_sentences_are_paired_in_order() -> None:
    found = sentence_pairs("Click here. Then wait.", "Cliquez ici. Puis attendez.", "en", "fr")
    assert found == [("Click here.", "Cliquez ici."), ("Then wait.", "Puis attendez.")]


def test_texts_of_other_numbers_of_sentences_stay_whole() -> None:
    texts = "Click here. Then wait.", "Cliquez ici, puis attendez."
    assert sentence_pairs(*texts, "en", "fr") == [texts]


def test_what_stands_between_sentences_is_no_part_of_them() -> None:
    assert list(sentences_of("- One.\n\n  Two!  ", "en")) == ["One.", "Two!"]
    assert list(sentences_of(" \n ", "en")) == []
