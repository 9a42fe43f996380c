"""The search for words, against all words of a small language."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from seqserve.complete.language_model import log_sum
from seqserve.complete.lockstep import together
from seqserve.complete.query import CompletionQuery
from testing.tiny.complete import predictor

COMPLETER = predictor()


def probability(text: str, word: str) -> float:
    """The log-probability that a text goes on with a word: of every way to spell it in up to four subwords."""
    vocabulary, model = COMPLETER.vocabulary, COMPLETER.model
    letters = np.flatnonzero(vocabulary.words | vocabulary.inner | np.array([s == "▁" for s in vocabulary.spellings]))
    start = COMPLETER.prepare(CompletionQuery(text)).prefix.tokens
    total = -np.inf
    todo = [(start, f"▁{word}", 0.0)]
    while todo:
        tokens, left, score = todo.pop()
        logits, _ = model.step(tokens[-1:], model.read([tokens[:-1]], model.start()))
        scores = (logits - log_sum(logits)[:, None])[0]
        if not left:
            total = np.logaddexp(total, score + np.log(np.exp(scores[~vocabulary.inner]).sum()))
            continue
        todo += [
            ([*tokens, token], left[len(vocabulary.spellings[token]) :], score + scores[token])
            for token in letters.tolist()
            if left.startswith(vocabulary.spellings[token])
        ]
    return float(total)


def test_scores_are_those_of_the_words() -> None:
    text = "See the great "
    (answer,) = COMPLETER.predict([CompletionQuery(text, count=3)])
    for suggestion in answer.suggestions:
        # The search follows the likeliest spellings only.
        assert np.log(suggestion.score) <= probability(text, suggestion.word) + 1e-6 - _typed(text)
        assert np.log(suggestion.score) >= probability(text, suggestion.word) - 1.5 - _typed(text)


def _typed(text: str) -> float:
    """The log-probability of a space."""
    tokens = COMPLETER.prepare(CompletionQuery(text)).prefix.tokens
    logits, _ = COMPLETER.model.step(tokens[-1:], COMPLETER.model.read([tokens[:-1]], COMPLETER.model.start()))
    scores = (logits - log_sum(logits)[:, None])[0]
    return float(np.log(np.exp(scores[COMPLETER.vocabulary.spelling_from("▁")]).sum()))


@pytest.mark.parametrize("text", ["When it ra", "See", "Dull an", "loo", "it", "A great film and (a"])
def test_completes_what_is_typed_with_letters_only(text: str) -> None:
    (answer,) = COMPLETER.predict([CompletionQuery(text, count=5)])
    typed = text.split(" ")[-1].removeprefix("(")
    for suggestion in answer.suggestions:
        assert suggestion.text.strip().replace("'", "a").isalpha()
        assert suggestion.text.lstrip() == suggestion.text or suggestion.text.removeprefix(" ") == suggestion.word
        if not suggestion.text.startswith(" "):
            assert suggestion.word == typed + suggestion.text
    scores = [suggestion.score for suggestion in answer.suggestions]
    assert scores == sorted(scores, reverse=True)


def test_what_no_subword_spells_has_no_suggestion() -> None:
    (answer,) = COMPLETER.predict([CompletionQuery("你好")])
    assert answer.suggestions == []


def test_searches_beside_each_other_find_what_each_finds_alone() -> None:
    texts = [f"{first} {second}" for first, second in product(["When it", "A great", "The plot"], ["", "is", "lo"])]
    prepared = [COMPLETER.prepare(CompletionQuery(text, count=4)) for text in texts]
    alone = [together(COMPLETER.model, COMPLETER._searches(one))[0] for one in prepared]
    assert COMPLETER.infer(prepared) == alone
