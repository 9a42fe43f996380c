from __future__ import annotations

import numpy as np
import pytest

from seqserve.complete.language_model import LanguageModel, log_sum
from seqserve.complete.ngrams import Ngrams, Order
from testing.tiny.complete import network

RANDOM = np.random.default_rng(0)
VOCABULARY = 300


def ngrams() -> Ngrams:
    """Bigrams after 1 and 5, and trigrams after 5 1."""
    single = RANDOM.random(VOCABULARY).astype(np.float32)
    pairs = Order(
        np.array([1, 5]), np.array([2, 1], np.uint16), np.array([7, 9, 1], np.uint16), np.float16([0.5, 0.25, 0.75])
    )
    triples = Order(
        np.array([5 * VOCABULARY + 1]), np.array([1], np.uint16), np.array([9], np.uint16), np.float16([0.5])
    )
    return Ngrams(single / single.sum(), [pairs, triples])


def test_probabilities_sum_to_one_and_a_longer_context_decides() -> None:
    found = ngrams()
    assert found.after(np.array([0, 0, 0, 2])) == pytest.approx(found.single)
    after_one = found.after(np.array([0, 0, 2, 1]))
    assert after_one[7] == pytest.approx(0.5 + 0.25 * found.single[7])
    after_both = found.after(np.array([0, 0, 5, 1]))
    assert after_both[9] == pytest.approx(0.5 + 0.5 * after_one[9])
    for values in (after_one, after_both):
        assert values.sum() == pytest.approx(1, abs=1e-5)


def test_a_stored_model_is_the_same() -> None:
    found = ngrams()
    again = Ngrams.from_bytes(found.to_bytes())
    for before in ([0, 0, 5, 1], [0, 0, 0, 5]):
        assert np.array_equal(found.after(np.array(before)), again.after(np.array(before)))
    for wrong in (b"", b"PK", found.to_bytes()[:-40]):
        with pytest.raises(ValueError, match="n-grams"):
            Ngrams.from_bytes(wrong)


def test_beside_a_network_a_row_does_not_depend_on_its_batch() -> None:
    alone, mixed = LanguageModel(network(VOCABULARY)), LanguageModel(network(VOCABULARY), 1, ngrams(), 0.75)
    state = mixed.read([[0, 5], [0], [0, 2]], mixed.start(3))
    tokens = [1, 1, 9]
    whole = mixed.step(tokens, state)
    for row in range(3):
        for one, other in zip(mixed.step(tokens[row : row + 1], state[row : row + 1]), whole, strict=True):
            assert np.array_equal(one[0], other[row])
    logits, _ = alone.step(tokens, alone.read([[0, 5], [0], [0, 2]], alone.start(3)))
    expected = 0.75 * np.exp(logits - log_sum(logits)[:, None])
    for row, before in enumerate(([0, 0, 5, 1], [0, 0, 0, 1], [0, 0, 2, 9])):
        assert np.exp(whole[0][row]) == pytest.approx(expected[row] + 0.25 * ngrams_after(mixed, before), rel=1e-4)


def ngrams_after(model: LanguageModel, before: list[int]) -> np.ndarray:
    assert model._ngrams is not None
    return model._ngrams.after(np.array(before))
