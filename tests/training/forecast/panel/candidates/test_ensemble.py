"""Weights of candidates."""

from __future__ import annotations

import numpy as np
import pytest

from training.forecast.panel.candidates import ensemble

RANDOM = np.random.default_rng(0)
TARGETS = RANDOM.normal(size=(60, 4))
SCALES = np.ones((60, 1))


def off(size: float) -> np.ndarray:
    return TARGETS + RANDOM.normal(0, size, TARGETS.shape)


def test_errors_that_cancel_are_averaged_and_bad_ones_left_out() -> None:
    weights = ensemble.weights([off(1.0), off(1.0), TARGETS + 9], TARGETS, SCALES)
    assert weights.sum() == 1
    assert weights[2] == 0
    assert min(weights[:2]) > 0.2


def test_the_best_by_far_takes_all() -> None:
    assert ensemble.weights([off(2.0), off(0.01), off(2.0)], TARGETS, SCALES)[1] > 0.6


def test_what_was_not_observed_does_not_count() -> None:
    gaps = TARGETS.copy()
    gaps[::2, 1] = np.nan
    assert np.isfinite(ensemble.weights([off(1.0), off(0.5)], gaps, SCALES)).all()


def test_one_candidate_is_enough() -> None:
    assert ensemble.weights([off(1.0)], TARGETS, SCALES).tolist() == [1.0]


def test_on_few_windows_the_best_of_each_family_counts_by_its_error() -> None:
    weights = ensemble.cautious([1.0, 1.01, 1.0, 1.1, 3.0], ["theta", "theta", "level", "ridge", "last"])
    assert weights.tolist() == [weights[0], 0.0, weights[0], weights[3], 0.0]
    assert weights[3] / weights[0] == pytest.approx(1.1**-8)


def test_a_candidate_that_never_errs_leaves_no_weight_to_others() -> None:
    assert ensemble.cautious([0.0, 1.0], ["seasonal", "theta"]).tolist() == [1.0, 0.0]
