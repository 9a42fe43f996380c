from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from training.complete import mixing
from training.complete.kneser_ney import KneserNey

VOCABULARY = 15
RANDOM = np.random.default_rng(0)
TEXTS = [RANDOM.zipf(1.5, RANDOM.integers(1, 9)).clip(max=12).tolist() for _ in range(300)]


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_sum_to_one_and_none_is_zero(order: int) -> None:
    model = KneserNey(TEXTS, VOCABULARY, order)
    for before in ([], [1], [3, 4], [14, 14], [1, 2, 3, 1, 2, 1], [9, 14, 2]):
        found = model.distribution(before)
        assert found.sum() == pytest.approx(1, abs=1e-12)
        assert (found > 0).all()


@pytest.mark.parametrize("order", [1, 3, 5])
def test_the_surprisal_of_a_text_is_that_of_its_tokens(order: int) -> None:
    model = KneserNey(TEXTS, VOCABULARY, order)
    for text, found in zip(TEXTS[:9], model.surprisal(TEXTS[:9]), strict=True):
        expected = [-np.log(model.distribution(text[:place])[token]) for place, token in enumerate([*text, 0])]
        assert found == pytest.approx(expected)


def test_bigrams_as_they_are_written_down() -> None:
    """Two texts, so few that each discount is a half: p(b | a) = (c(ab) - d) / c(a) + d N(a.) / c(a) p(b)."""
    model = KneserNey([[1, 2], [1, 3]], 5, 2)
    bigrams = Counter({(0, 1): 2, (1, 2): 1, (1, 3): 1, (2, 0): 1, (3, 0): 1})
    before = Counter(token for _, token in bigrams)  # different tokens before each: 1 once, 2 once, 3 once, 0 twice
    lower = [
        (max(before[token] - 0.5, 0) if before[token] else 0) / 5 + 0.5 * len(before) / 5 / 5 for token in range(5)
    ]
    assert model.distribution([1]) == pytest.approx(
        [(bigrams[1, token] - 0.5 if bigrams[1, token] else 0) / 2 + 0.5 * 2 / 2 * lower[token] for token in range(5)]
    )
    assert model.distribution([4]) == pytest.approx(lower)


def test_a_longer_memory_predicts_what_it_learned_from_better() -> None:
    nats = [np.concatenate(KneserNey(TEXTS, VOCABULARY, order).surprisal(TEXTS)).mean() for order in (1, 2, 3, 4)]
    assert nats == sorted(nats, reverse=True)


def test_what_is_kept_of_it_is_the_same_model_and_less_of_it_a_model_still() -> None:
    model = KneserNey(TEXTS, VOCABULARY, 4)
    whole, few = model.pruned(1), model.pruned(5)
    for before in ([], [1], [3, 1], [1, 1, 2], [9, 14, 2, 1]):
        history = np.array([0, 0, 0, 0, *before])[-4:]
        assert whole.after(history) == pytest.approx(model.distribution(before), abs=2e-3)
        assert few.after(history).sum() == pytest.approx(1, abs=1e-5)
    assert 0 < sum(len(order.tokens) for order in few.orders) < sum(len(order.tokens) for order in whole.orders)


def test_the_share_of_the_network_is_the_best_on_the_texts() -> None:
    good, bad = [np.array([0.1, 0.2])], [np.array([3.0, 4.0])]
    assert mixing.best_share(good, bad)[0] == pytest.approx(0.95)
    assert mixing.best_share(bad, good)[0] == pytest.approx(0.05)
    unlike = [np.array([0.1, 5.0])], [np.array([5.0, 0.1])]
    share, nats = mixing.best_share(*unlike)
    assert share == pytest.approx(0.5)
    assert nats < 1
    found = mixing.ngram_nats(KneserNey(TEXTS, VOCABULARY, 3).pruned(1), TEXTS[:5])
    expected = KneserNey(TEXTS, VOCABULARY, 3).surprisal(TEXTS[:5])
    assert np.concatenate(found) == pytest.approx(np.concatenate(expected), abs=0.02)
