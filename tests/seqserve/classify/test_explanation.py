from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from seqserve.classify import explanation


@pytest.mark.parametrize("length", [1, 2, 181, 182, 1000, 32_768, 100_000])
def test_runs_cover_every_step_once_within_the_bound(length: int) -> None:
    runs = explanation.runs(length)
    assert runs[0][0] == 0
    assert runs[-1][1] == length
    assert all(before[1] == after[0] for before, after in pairwise(runs))
    assert len(runs) * length <= max(explanation.MOST_STEPS, length)
    assert (len(runs) == length) == (length <= 181)


def test_a_run_is_hidden_and_the_sequence_stays_as_it_was() -> None:
    steps = np.arange(6, dtype=np.float32).reshape(3, 2)
    first, second = explanation.hidden(steps, [(0, 2), (2, 3)], np.array([-1, -2], dtype=np.float32))
    assert first.tolist() == [[-1, -2], [-1, -2], [4, 5]]
    assert second.tolist() == [[0, 1], [2, 3], [-1, -2]]
    assert steps.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_log_odds_are_those_of_the_probability() -> None:
    outputs = np.array([[1.0, 2.0, 0.5]])
    share = np.exp(2) / np.exp(outputs).sum()
    assert explanation.log_odds(outputs, 1) == pytest.approx(np.log(share / (1 - share)))
