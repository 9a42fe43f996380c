from __future__ import annotations

import numpy as np
import pytest

from seqserve.complete.subwords import END
from training.complete.stream import Sampler, Stream

DOCUMENTS = [[*range(1, 2 + number % 7)] for number in range(60)]


def test_rows_go_on_from_batch_to_batch() -> None:
    stream = Stream(DOCUMENTS, 3, 5, 9)
    batches = [stream[index] for index in range(len(stream))]
    x = np.concatenate([inputs[0] for inputs, _ in batches], axis=1)
    y = np.concatenate([inputs[2] for inputs, _ in batches], axis=1)
    whole = [token for document in DOCUMENTS for token in (END, *document)]
    assert x.ravel().tolist() == whole[: x.size]
    assert np.array_equal(y[:, :-1], x[:, 1:])
    for index, (inputs, _) in enumerate(batches):
        goes_on = inputs[1][:, 0].astype(bool)
        assert np.array_equal(goes_on, (inputs[0][:, 0] != END) & (index > 0))


def test_documents_come_in_another_order_every_epoch() -> None:
    stream = Stream(DOCUMENTS, 3, 5, 9, shuffle=True)
    before = stream[0][0][0].copy()
    stream.on_epoch_end()
    assert not np.array_equal(before, stream[0][0][0])


def test_a_short_stream_repeats() -> None:
    stream = Stream([[1, 2]], 4, 6, 9)
    assert len(stream) == 1
    assert stream[0][0][0].shape == (4, 6)


@pytest.mark.parametrize("size", [10, 40, 50])
def test_each_token_is_drawn_as_often_as_its_share_says(size: int) -> None:
    tokens = np.repeat(np.arange(50, dtype=np.int32), np.arange(50) ** 2)
    sampler, random = Sampler(tokens, 50, size), np.random.default_rng(0)
    assert sampler.shares.sum() == pytest.approx(size)
    draws = [sampler.draw(random) for _ in range(3000)]
    assert all(len(set(drawn.tolist())) == size for drawn in draws)
    counts = np.bincount(np.concatenate(draws), minlength=50) / 3000
    assert counts == pytest.approx(sampler.shares, abs=0.05)


def test_a_sum_over_samples_is_right_on_average() -> None:
    tokens = np.repeat(np.arange(50, dtype=np.int32), np.arange(50) ** 2)
    sampler, random = Sampler(tokens, 50, 12), np.random.default_rng(0)
    values = np.random.default_rng(1).random(50)
    draws = [sampler.draw(random) for _ in range(4000)]
    sums = [(values[drawn] / sampler.shares[drawn]).sum() for drawn in draws]
    assert np.mean(sums) == pytest.approx(values.sum(), rel=0.03)
