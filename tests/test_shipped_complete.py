"""The completer that ships: what it is, and what it suggests."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqserve import tasks
from seqserve.complete.predictor import Completer
from seqserve.complete.query import CompletionQuery
from seqserve.registry.store import STABLE, Store

STORE = Store(Path(__file__).parents[1] / "models")
KEY = STORE.resolve("complete", "english", STABLE)


@pytest.fixture(scope="module")
def completer() -> Completer:
    found = tasks.load(STORE.read(KEY))
    assert isinstance(found, Completer)
    return found


def test_it_is_the_default_and_small() -> None:
    assert STORE.default("complete") == "english"
    assert sum(map(len, STORE.read(KEY).files.values())) < 6 * 10**6


def test_it_beats_the_n_grams_and_the_frequent_words() -> None:
    metrics = STORE.read(KEY).json("metrics.json")
    assert metrics["worse_than"] == []
    assert metrics["baselines"].keys() == {"Kneser-Ney, 3-grams", "Kneser-Ney, 5-grams"}
    saved = metrics["keystrokes"]["saved"]
    assert saved["three suggestions"] > saved["three of the most frequent words"]


def test_the_card_names_the_sources_and_their_licences() -> None:
    card = STORE.read(KEY).file("MODEL_CARD.md").decode()
    for told in ("tatoeba.org", "CC BY 2.0 FR", "Google Research", "CC BY 4.0", "Bing Liu", "MPL-2.0"):
        assert told in card


@pytest.mark.parametrize(
    ("text", "word"),
    [("Thank yo", "you"), ("I would like t", "to"), ("Where is the train sta", "station"), ("I don't kn", "know")],
)
def test_common_words_are_suggested(completer: Completer, text: str, word: str) -> None:
    (answer,) = completer.predict([CompletionQuery(text)])
    assert word in [suggestion.word for suggestion in answer.suggestions]


@pytest.mark.parametrize("text", ["My name is ", "Call me at ", "My e-mail address is ", "I hate all "])
def test_no_placeholder_is_suggested(completer: Completer, text: str) -> None:
    (answer,) = completer.predict([CompletionQuery(text, count=8)])
    words = {suggestion.word for suggestion in answer.suggestions}
    assert words
    assert not words & {"NAME", "RELIGION"}
    assert all(word.replace("'", "").isalpha() for word in words)
