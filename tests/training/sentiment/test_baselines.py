"""The baselines that a classifier must beat."""

from __future__ import annotations

import numpy as np
import pytest

from training.sentiment import baselines


@pytest.mark.parametrize("classes", [2, 3])
def test_a_bag_of_bigrams_learns_pairs_that_single_words_do_not_tell(classes: int) -> None:
    texts = [["not good", "not bad", "so good", "so bad"][number % 4] for number in range(80)]
    actual = np.array([[0, 1, 1, 0][number % 4] for number in range(80)], dtype=np.int32)
    if classes == 3:
        texts += ["plain fare"] * 20
        actual = np.append(actual, np.full(20, 2, dtype=np.int32))
    probabilities = baselines.bag_of_bigrams(texts, actual, texts)
    assert probabilities.shape == (len(texts), classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities.argmax(axis=1) == actual).all()


def test_the_majority_class_is_its_share() -> None:
    probabilities = baselines.majority(np.array([0, 0, 0, 2], dtype=np.int32), rows=2, classes=3)
    assert probabilities.tolist() == [[0.75, 0, 0.25]] * 2
