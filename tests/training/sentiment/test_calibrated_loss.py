"""The loss of calibrated outputs as a metric of epochs."""

from __future__ import annotations

import numpy as np
import pytest

from training.sentiment import calibration
from training.sentiment.calibrated_loss import CalibratedLoss


@pytest.mark.parametrize("sure", [0.3, 1.0, 4.0, 30.0])
def test_it_is_the_loss_at_the_best_temperature(sure: float) -> None:
    random = np.random.default_rng(0)
    outputs = random.normal(size=(400, 3))
    classes = np.array([random.choice(3, p=row / row.sum()) for row in np.exp(outputs)], dtype=np.int32)
    metric = CalibratedLoss()
    for some in np.array_split(np.arange(400), 7):
        metric.update_state(np.eye(3, dtype=np.float32)[classes[some]], (sure * outputs[some]).astype(np.float32))
    assert float(metric.result()) == pytest.approx(calibration.calibrated_loss(classes, sure * outputs), abs=0.003)


def test_nothing_seen_is_no_loss() -> None:
    assert float(CalibratedLoss().result()) == 0
