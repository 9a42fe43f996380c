"""Batches of rows of mixed lengths, all of them or a sample."""

from __future__ import annotations

from itertools import chain

import numpy as np

from training.core.batches import LengthBatches


class Rows(LengthBatches):
    """Batches of the numbers of their rows."""

    def epoch(self) -> list[int]:
        found = sorted(chain.from_iterable(batch.tolist() for batch in self._batches))
        self.on_epoch_end()
        return found


def rows(sample: int | None, groups: list[int] | None = None) -> Rows:
    lengths = np.arange(1, 11, dtype=np.int32)
    return Rows(lengths, 2, shuffle=True, seed=0, sample=sample, groups=None if groups is None else np.array(groups))


def test_every_row_is_drawn_before_any_is_drawn_again() -> None:
    batches = rows(4)
    first, second, third = (batches.epoch() for _ in range(3))
    assert len(first) == len(second) == len(third) == len(set(third)) == 4
    assert not set(first) & set(second)
    assert set(range(10)) - set(first) - set(second) <= set(third)
    assert len(batches) == 2


def test_a_sample_of_more_than_all_rows_is_all_of_them() -> None:
    assert rows(99).epoch() == rows(None).epoch() == list(range(10))


def test_of_a_large_group_a_sample_is_drawn_and_a_small_one_is_in_every_epoch() -> None:
    batches = rows(3, groups=[0, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    first, second = batches.epoch(), batches.epoch()
    assert len(first) == len(second) == 5
    assert set(first) & set(second) == {1, 4}
