from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seqserve.core.length_batching import OVERHEAD, Tally, packed

LENGTHS = st.lists(st.integers(1, 300), max_size=60)


@given(LENGTHS, st.integers(1, 3000))
def test_every_row_is_in_one_run_of_bounded_size(lengths: list[int], most: int) -> None:
    runs = list(packed(lengths, most))
    assert sorted(index for run in runs for index in run) == list(range(len(lengths)))
    for run in runs:
        assert len(run) == 1 or len(run) * max(lengths[index] for index in run) <= most
    assert [lengths[index] for run in runs for index in run] == sorted(lengths, reverse=True)


@given(LENGTHS)
def test_padding_costs_no_more_than_runs_of_their_own_would(lengths: list[int]) -> None:
    for run in packed(lengths, 10**9):
        found = [lengths[index] for index in run]
        assert sum(found[0] - length for length in found) <= OVERHEAD * found[-1]


def test_rows_of_the_same_length_are_run_together() -> None:
    assert list(packed([7, 7, 7, 7], 10**9)) == [[0, 1, 2, 3]]
    assert list(packed([7, 500, 8, 490], 10**9)) == [[1, 3], [2, 0]]


def test_a_tally_counts_padding_once() -> None:
    tally = Tally()
    tally.add([4, 3, 1])
    tally.add([2])
    assert tally.take() == Tally(steps=14, padding=4)
    assert tally.take() == Tally()
