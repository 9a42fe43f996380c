"""Quantiles of residuals."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.panel.intervals import PROBABILITIES
from training.forecast.panel import conformal


@pytest.mark.parametrize("rows", [25, 400])
def test_new_residuals_are_held_as_often_as_stated(rows: int) -> None:
    random = np.random.default_rng(0)
    held = {0.1: [], 0.025: []}
    for _ in range(30):
        table = conformal.table(random.normal(size=(rows, 3)) * [1, 2, 4])
        fresh = random.normal(size=(2000, 3)) * [1, 2, 4]
        for tail, shares in held.items():
            low, high = PROBABILITIES.index(tail), PROBABILITIES.index(round(1 - tail, 3))
            shares.append(((fresh >= table[:, low]) & (fresh <= table[:, high])).mean())
    assert np.mean(held[0.1]) == pytest.approx(0.8, abs=0.04)
    assert np.mean(held[0.025]) == pytest.approx(0.95, abs=0.03)


def test_quantiles_ascend_around_0_and_widen_with_the_step() -> None:
    table = conformal.table(np.random.default_rng(0).normal(size=(30, 6)) * np.arange(1, 7))
    assert (np.diff(table, axis=1) >= 0).all()
    assert not table[:, PROBABILITIES.index(0.5)].any()
    assert table[-1, -1] > table[0, -1]


def test_few_residuals_still_have_tails() -> None:
    table = conformal.table(np.array([[1.0], [-1.0], [0.5]]))
    assert table[0, -1] > 1
    assert table[0, 0] < -0.5
    assert np.isfinite(conformal.table(np.full((4, 2), np.nan))).all()


def test_the_same_as_numpy_where_there_are_many() -> None:
    residuals = np.random.default_rng(1).normal(size=(5000, 1))
    expected = np.quantile(residuals, 0.9)
    assert conformal.table(residuals)[0, PROBABILITIES.index(0.9)] == pytest.approx(expected, abs=0.01)
