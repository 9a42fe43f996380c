"""Odd series are always the same, and each has its row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.universal import odd
from seqserve.core.arrays import Floats
from seqserve.errors import InputError
from training.forecast.universal.evaluation.metrics import QUANTILES


class Last:
    def forecast(self, histories: Sequence[Floats], seasons: Sequence[int], horizon: int) -> Floats:
        if len(histories[0]) < 2:
            raise InputError("too_short", "1 value is too few", "values")
        last = np.array([history[~np.isnan(history)][-1] for history in histories])
        return last[:, np.newaxis, np.newaxis] + np.tile(np.array(QUANTILES) - 0.5, (len(last), horizon, 1))


def test_the_cases_are_always_the_same() -> None:
    first, again = list(odd.cases()), list(odd.cases())
    assert len({case.name for case in first}) == len(first) > 25
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.history, other.history)
        assert one.truth.shape == (odd.HORIZON,)


def test_a_truth_goes_on_where_its_history_ends() -> None:
    by_name = {case.name: case for case in odd.cases()}
    line = by_name["a perfect line, 3 a step"]
    assert np.diff(np.r_[line.history, line.truth]).tolist() == [3.0] * (119 + odd.HORIZON)
    growth = by_name["5% growth a step"]
    np.testing.assert_allclose(growth.truth[0] / growth.history[-1], 1.05)


def test_a_row_has_medians_and_intervals() -> None:
    table = odd.probe(Last())
    (line,) = [line for line in table.splitlines() if line.startswith("| constant 7.5 |")]
    assert line == ("| constant 7.5 | 12 | 7.5, 7.5, 7.5 |" + " 7.5 [7.1, 7.9] [7.025, 7.975] |" * 3)
    assert len(table.splitlines()) == 2 + len(list(odd.cases()))
    (line,) = [line for line in table.splitlines() if line.startswith("| plus 1e12 (shown without) |")]
    assert "e+11" not in line
    assert "e+12" not in line
    (line,) = [line for line in table.splitlines() if line.startswith("| 1 value |")]
    assert "refused: 1 value is too few" in line
