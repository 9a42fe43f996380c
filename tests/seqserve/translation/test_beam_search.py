"""Beam search on real graphs: what it finds is the likeliest, whoever it is searched with."""

from __future__ import annotations

from itertools import chain, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqserve.translation import beam_search
from seqserve.translation.beam_search import Best, Hypothesis, Model
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.subword_tokenizer import END, START
from testing.tiny import translation as tiny_translation

VOCABULARY = 9
WORDS = range(4, VOCABULARY)


def network(seed: int = 0, vocabulary: int = VOCABULARY) -> Seq2Seq:
    return Seq2Seq(*tiny_translation.networks(vocabulary, seed))


def log_probability(served: Seq2Seq, sentence: list[int], tokens: list[int]) -> float:
    """Of a translation and its end, token by token."""
    state, source = served.encode([np.array(sentence, dtype=np.int32)])
    total, before = 0.0, START
    for token in [*tokens, END]:
        best = served.step(np.array([before]), np.array([0]), state, source, VOCABULARY)
        total += float(best.scores[0, best.tokens[0] == token][0])
        state, before = best.state, token
    return total


@pytest.mark.parametrize("length_penalty", [0.0, 0.7])
@pytest.mark.parametrize("seed", range(4))
def test_a_wide_beam_finds_the_likeliest_of_all_translations(seed: int, length_penalty: float) -> None:
    served = network(seed)
    every = [list(tokens) for tokens in chain.from_iterable(product(WORDS, repeat=size) for size in range(3))]
    totals = {tuple(tokens): log_probability(served, [5, 6], tokens) for tokens in every}
    ranked = sorted(
        every, key=lambda tokens: totals[tuple(tokens)] / ((6 + len(tokens)) / 6) ** length_penalty, reverse=True
    )
    (found,) = served.search([[5, 6]], [3], beam=200, length_penalty=length_penalty)
    short = [one for one in found if len(one.tokens) < 3]
    assert [one.tokens for one in short] == ranked[: len(short)]
    for one in short:
        assert one.log_probability == pytest.approx(totals[tuple(one.tokens)], abs=1e-5)
        assert one.mean == pytest.approx(one.log_probability / (len(one.tokens) + 1))


def test_a_beam_of_one_takes_the_likeliest_token_each_time() -> None:
    served = network(1)
    state, source = served.encode([np.array([7, 4, 8], dtype=np.int32)])
    expected: list[int] = []
    while len(expected) < 12:
        before = np.array(expected[-1:] or [START])
        best = served.step(before, np.array([0]), state, source, 1)
        state = best.state
        if best.tokens[0, 0] == END:
            break
        expected.append(int(best.tokens[0, 0]))
    ((found,),) = served.search([[7, 4, 8]], [12], beam=1, length_penalty=1.0)
    assert found.tokens == expected


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), min_size=1, max_size=20),
    st.integers(1, 5),
)
def test_nobody_changes_what_another_sentence_gets(sentences: list[list[int]], width: int) -> None:
    served = network()
    limits = [2 * len(sentence) + 3 for sentence in sentences]
    together = served.search(sentences, limits, width, 1.0)
    for sentence, limit, found in zip(sentences, limits, together, strict=True):
        (alone,) = served.search([sentence], [limit], width, 1.0)
        assert [one.tokens for one in found] == [one.tokens for one in alone]
        assert [one.log_probability for one in found] == pytest.approx([one.log_probability for one in alone], abs=1e-4)
        assert 1 <= len(found) <= width
        assert len({tuple(one.tokens) for one in found}) == len(found)
        assert all(len(one.tokens) <= limit and min(one.tokens, default=4) >= 4 for one in found)
        assert all(np.isfinite(one.log_probability) for one in found)


def test_many_sentences_are_searched_in_batches_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = [[4 + number % 5] * (1 + number % 9) for number in range(100)]
    served = network()
    expected = served.search(sentences, [20] * 100, 2, 1.0)
    monkeypatch.setattr(beam_search, "_BATCH_STEPS", 12)
    assert served.search(sentences, [20] * 100, 2, 1.0) == [
        [Hypothesis(one.tokens, pytest.approx(one.log_probability, abs=1e-4)) for one in found] for found in expected
    ]


class Parrot(Model):
    """Stands for a network that says one token over and over, and mostly not that it ends."""

    def encode(self, sentences: object) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        return np.zeros((len(list(sentences)), 1), dtype=np.float32), {}  # type: ignore[call-overload]

    def step(self, before: np.ndarray, parents: np.ndarray, state: object, source: object, count: int) -> Best:
        rows = len(before)
        tokens = np.tile(np.array([4, 5, 6, 7, 8, 9, 10, END])[:count], (rows, 1))
        scores = np.tile(np.linspace(-0.1, -9, count, dtype=np.float32), (rows, 1))
        return Best(tokens, scores, np.zeros((rows, 1), dtype=np.float32))


@pytest.mark.parametrize("width", [1, 3])
def test_a_search_that_goes_in_circles_ends(width: int) -> None:
    (found,) = Parrot().search([[4, 5]], [50], width, 1.0)
    assert found
    assert max(len(one.tokens) for one in found) <= 50
    assert all(np.isfinite(one.log_probability) for one in found)
    longest = max(found, key=lambda one: len(one.tokens)).tokens
    assert not any(len(set(longest[start : start + 5])) == 1 for start in range(len(longest) - 4))


def test_what_the_source_says_over_and_over_may_be_said_so() -> None:
    ((found, *_),) = Parrot().search([[7] * 6], [12], 1, 1.0)
    assert found.tokens == [4] * 12


def test_a_sentence_that_repeats_itself_gets_ten_tokens_more_than_it_has() -> None:
    """Its translation goes on in circles until then; a limit of its own would be higher."""
    ((found, *_),) = Parrot().search([[7] * 6], [40], 1, 1.0)
    assert found.tokens == [4] * 16
    assert not found.ended
