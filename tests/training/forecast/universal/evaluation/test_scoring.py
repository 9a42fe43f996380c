"""Ratios of methods and their means, by hand and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training.forecast.universal.evaluation import scoring
from training.forecast.universal.evaluation.metrics import QUANTILES, Score
from training.forecast.universal.evaluation.scoring import Ratio, Result
from training.forecast.universal.evaluation.windows import Window


def result(*mases: float, loss: float = 1.0) -> Result:
    return Result([Score(mase, mase / 2, loss, 10.0, 0.8, 0.9) for mase in mases])


def test_the_ratio_is_that_of_the_means() -> None:
    found = scoring.ratio(result(1.0, 3.0), result(2.0, 6.0), "mase")
    assert found.value == pytest.approx(0.5)
    assert found.error == pytest.approx(0)  # half on every window
    assert scoring.ratio(result(1.0, 3.0), result(4.0, 4.0), "sql").value == pytest.approx(0.5)
    assert scoring.ratio(result(1.0, loss=3.0), result(1.0, loss=6.0), "wql").value == pytest.approx(0.5)


def test_the_error_is_that_of_repeated_samples() -> None:
    random = np.random.default_rng(0)
    ours, theirs = random.gamma(4, 1, (2000, 60)), random.gamma(4, 1, (2000, 60))
    ratios = [scoring.ratio(result(*a), result(*b), "mase") for a, b in zip(ours, theirs, strict=True)]
    spread = 2 * np.std([one.value for one in ratios])
    assert np.mean([one.error for one in ratios]) == pytest.approx(spread, rel=0.1)


def test_a_mean_over_sets_is_geometric() -> None:
    found = scoring.geometric_mean([Ratio(math.log(0.5), 0.04), Ratio(math.log(2), 0.04)])
    assert found.value == pytest.approx(1)
    assert found.variance == pytest.approx(0.02)
    with pytest.raises(ValueError, match="no set"):
        scoring.geometric_mean([])


def test_methods_are_compared_on_the_same_windows() -> None:
    with pytest.raises(ValueError, match="2 windows against 1"):
        scoring.ratio(result(1.0, 2.0), result(1.0), "mase")
    with pytest.raises(ValueError, match="is 0 for one of the methods"):
        scoring.ratio(result(1.0), result(0.0), "mase")


def test_an_error_names_the_window() -> None:
    window = Window("some", np.arange(9.0), np.arange(2.0), 1, 1, "digest-2")
    good, bad = np.zeros((2, len(QUANTILES))), np.full((2, len(QUANTILES)), np.nan)
    with pytest.raises(ValueError, match=r"some, window 1: .* not finite"):
        scoring.score([window, window], [good, bad])
