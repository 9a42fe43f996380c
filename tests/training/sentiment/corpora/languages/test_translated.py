"""Texts translated by machine keep their label, and what belongs to no language."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from seqserve.registry.artifact import Source
from training.sentiment.corpora.labelled import Labelled
from training.sentiment.corpora.languages import glossed, translated
from training.translation import teaching

TEXTS = {
    "@Anna I love it :) #sunday http://t.co/x": "positive",
    "It is n't good. Go away!": "negative",
    "Nobody knows the blorb blarb.": "neutral",
}
PROGRAM = f'{sys.executable} -c \'import sys; print(sys.stdin.read().replace("a", "o"), end="")\''


@pytest.fixture(autouse=True)
def translator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A translator that writes small letters in place of capitals, and marks what it does not know as Apertium does."""
    asked: list[str] = []

    def answers(sentences: Sequence[str], folder: Path) -> list[str]:
        asked.extend(sentences)
        return [sentence.lower().replace("bl", "*bl") for sentence in sentences]

    monkeypatch.setattr(translated, "_portuguese", answers)
    monkeypatch.setattr(translated, "ROUTES", {"pt": (), "es": (PROGRAM,)})
    monkeypatch.setenv("SEQSERVE_CACHE", str(tmp_path))
    found = Labelled(list(TEXTS), list(TEXTS.values()))
    where = Source(name="Texts (3)", url=None, licence="mine", sha256="0")
    monkeypatch.setattr(translated, "ORIGINALS", ((lambda: (found, where), 10),))
    return asked


def test_mentions_hashtags_addresses_and_emoticons_are_not_translated(translator: list[str]) -> None:
    (text,) = translated.translations(["@Anna I LOVE it :) #Sunday 😍 http://t.co/X"], "pt")
    assert text == "@Anna i love it :) #Sunday 😍 http://t.co/X"
    assert translator == ["I LOVE it"]


def test_a_text_without_words_stays_as_it_is(translator: list[str]) -> None:
    assert translated.translations(["😍 12 :)"], "pt") == ["😍 12 :)"]
    assert translator == []


def test_split_endings_are_put_together_before_the_translator_sees_them(translator: list[str]) -> None:
    translated.translations(["It is n't good , you 're late ."], "pt")
    assert translator == ["It isn't good, you're late."]


def test_each_translation_has_its_label_and_origin_and_unknown_words_leave_a_text_out() -> None:
    labelled, where = translated.translated("es")
    assert dict(zip(labelled.origins, labelled.labels, strict=True)) == {
        text: label for text, label in TEXTS.items() if label != "neutral"
    }
    assert labelled.texts[0] == "@Anna i love it :) #sunday http://t.co/x"
    assert labelled.texts[1] == "it isn't good. go owoy!"
    assert where.name.startswith("Texts, translated to es by translation/en-pt/1, then ")


def test_what_a_program_wrote_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    first = translated.translations(["A path."], "es")
    monkeypatch.setattr(teaching, "piped", lambda command, lines: pytest.fail("asked again"))
    assert translated.translations(["A path."], "es") == first == ["o poth."]


def test_of_each_label_some_are_drawn() -> None:
    rows = translated._drawn(["a"] * 10 + ["b"] * 3, most=4)
    assert len(rows) == 7
    assert rows == sorted(rows)
    assert {10, 11, 12} < set(rows)


def test_german_is_written_word_by_word(monkeypatch: pytest.MonkeyPatch, translator: list[str]) -> None:
    known = {"good": [("gut", 1.0)], "it": [("es", 1.0)], "is": [("ist", 1.0)], "n't": [("nicht", 1.0)]}
    monkeypatch.setattr(glossed, "dictionary", lambda language: known)
    assert translated.translations(["It is n't good 😍", "Nobody knows"], "de") == ["es ist nicht gut 😍", ""]
    assert translator == []
