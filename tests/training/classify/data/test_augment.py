from __future__ import annotations

import numpy as np
import pytest

from training.classify.data import augment


def test_an_image_is_changed_a_little_and_its_outside_is_background() -> None:
    steps = np.full((28, 28), -1, dtype=np.float32)
    steps[10:18, 10:18] = 1
    changed = augment.image(steps, np.random.default_rng(0), background=-1)
    assert (changed.shape, changed.dtype) == (steps.shape, steps.dtype)
    assert not np.array_equal(changed, steps)
    assert changed[0].tolist() == pytest.approx([-1] * 28)
    assert (changed > 0).sum() == pytest.approx(64, rel=0.5)


def test_a_series_keeps_its_length_and_about_its_values() -> None:
    steps = np.sin(np.linspace(0, 6, 100, dtype=np.float32))[:, np.newaxis]
    changed = augment.series(steps, np.random.default_rng(0))
    assert (changed.shape, changed.dtype) == (steps.shape, np.float32)
    assert np.corrcoef(changed[:, 0], steps[:, 0])[0, 1] > 0.9
    assert augment.series(steps[:1], np.random.default_rng(0)).shape == (1, 1)


def test_nothing_is_changed_unless_it_is_wanted() -> None:
    assert augment.of_kind("none", np.zeros(1, dtype=np.float32)) is None
