"""A language model learns what word comes before and after another, and hands it on to a reader."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from training.core.config import Cell
from training.sentiment import lm_pretraining
from training.sentiment import network as sentiment_network
from training.sentiment.config import PretrainSection
from training.sentiment.lm_pretraining import Stream

pytestmark = pytest.mark.slow

WORDS = 12
SECTION = PretrainSection(pretrain_epochs=6, pretrain_rate=0.02, pretrain_batch=8, steps=10, samples=8)


def rows(count: int = 300) -> list[np.ndarray]:
    """Texts that count upwards from a random word, so that one word tells the next and the one before."""
    random = np.random.default_rng(0)
    return [
        (1 + (random.integers(WORDS - 1) + np.arange(random.integers(5, 20))) % (WORDS - 1)).astype(np.int32)
        for _ in range(count)
    ]


def reader(cell: Cell = "lstm", bidirectional: bool = True) -> keras.Model:
    keras.utils.set_random_seed(0)
    return sentiment_network.reader(cell, [8, 4], WORDS, 8, 2, bidirectional=bidirectional, pooling=["max"])


@pytest.mark.parametrize(("cell", "bidirectional"), [("lstm", True), ("gru", False)])
def test_it_learns_what_comes_next_and_what_came_before(tmp_path: Path, cell: Cell, bidirectional: bool) -> None:
    network = reader(cell, bidirectional)
    before = network.get_weights()
    losses = lm_pretraining.pretrain(network, rows(), 0, SECTION, 0, tmp_path / "language")
    assert losses[-1] < 0.7 < losses[0]  # only where a text begins or ends is there anything left to guess
    changed = [not np.array_equal(old, new) for old, new in zip(before, network.get_weights(), strict=True)]
    first = 1 + 3 * (1 + bidirectional)
    assert all(changed[:first])
    assert not any(changed[first:])


def test_what_was_learned_is_taken_up_by_the_next_fit(tmp_path: Path) -> None:
    first, second, other = reader(), reader(), reader()
    lm_pretraining.pretrain(first, rows(), 0, SECTION, 0, tmp_path / "language")
    assert lm_pretraining.pretrain(second, [], 0, SECTION, 0, tmp_path / "language") == []
    weights = (network.get_weights()[:7] for network in (first, second, other))
    for learned, taken, fresh in zip(*weights, strict=True):
        np.testing.assert_array_equal(learned, taken)
        assert not np.array_equal(taken, fresh)


def test_the_stream_holds_every_text_and_draws_other_samples_every_batch() -> None:
    stream = Stream(rows(), 0, WORDS, SECTION)
    (tokens, samples), _ = stream[0]
    assert tokens.shape == (8, 10)
    assert samples.shape == (8, 8)
    everything = np.concatenate([part for row in rows() for part in (row, [0])])
    read = np.concatenate([stream[index][0][0].ravel() for index in range(len(stream))])
    np.testing.assert_array_equal(read, everything[: len(read)])
    assert len(everything) - len(read) < tokens.size
    assert samples.min() >= 0
    assert samples.max() < WORDS
    assert not np.array_equal(samples, stream[1][0][1])


def test_few_words_make_one_batch() -> None:
    stream = Stream([np.array([1, 2, 3], dtype=np.int32)], 0, WORDS, SECTION)
    assert len(stream) == 1
    assert stream[0][0][0].shape == (8, 10)
