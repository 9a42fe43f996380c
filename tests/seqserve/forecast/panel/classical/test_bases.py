"""Classical forecasts."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.panel.classical import bases
from testing.tiny.panel import weekly


def test_names_go_with_the_periods() -> None:
    assert "winters" not in bases.names((1,))
    assert bases.names((24, 168))[-1] == "long"
    x = np.random.default_rng(0).normal(size=(2, 40))
    for periods in ((1,), (5,), (5, 10)):
        assert bases.bases(x, periods, 3).shape == (2, 3, len(bases.names(periods)))


def test_a_season_that_repeats_is_continued_by_each_that_knows_seasons() -> None:
    x = np.tile(np.array([2.0, 0.0, -2.0, 1.0]), 10)[np.newaxis]
    found = bases.bases(x, (4,), 6)[0]
    for number, name in enumerate(bases.names((4,))):
        assert found[:, number] == pytest.approx([2, 0, -2, 1, 2, 0], abs=0.5), name


def test_a_line_is_continued() -> None:
    found = dict(zip(bases.names((1,)), bases.bases(np.arange(50.0)[np.newaxis] / 10, (1,), 2)[0].T, strict=True))
    assert found["drift"] == pytest.approx([5.0, 5.1])
    assert found["line"] == pytest.approx([5.0, 5.1], abs=0.05)
    assert found["seasonal"] == pytest.approx([4.9, 4.9])


def test_padded_and_unpadded_are_the_same() -> None:
    x = (weekly(40)[np.newaxis] - 50) / 8
    padded = np.concatenate([np.full((1, 23), np.nan), x], axis=1)
    assert np.allclose(bases.bases(padded, (7,), 5), bases.bases(x, (7,), 5), atol=1e-6)


def test_windows_do_not_see_each_other() -> None:
    x = np.random.default_rng(0).normal(size=(5, 30))
    together = bases.bases(x, (7,), 4)
    assert np.allclose(together[3:4], bases.bases(x[3:4], (7,), 4))


def test_a_lag_that_is_not_there_is_the_last_value() -> None:
    values, there = bases.lagged(np.array([[np.nan, 1.0, 2.0, 3.0]]), 2, 3, back=1)
    assert values.tolist() == [[3.0, 1.0, 3.0]]
    assert there.tolist() == [[False, True, False]]
