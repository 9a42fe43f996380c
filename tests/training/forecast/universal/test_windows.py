from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.universal import features
from training.forecast.universal import augment, windows
from training.forecast.universal.sources import SeriesSet
from training.forecast.universal.windows import AHEAD, BLOCK, MOST_AHEAD, Recipe

WINDOWS = 24


def recipe(synthetic: float = 0.0, length: int = 300, season: int = 12) -> Recipe:
    random = np.random.default_rng(0)
    series = [
        50 + 10 * np.sin(2 * np.pi * np.arange(length) / season) + random.standard_normal(length) for _ in range(6)
    ]
    return Recipe([SeriesSet("made", "M", season, 18, "made here", "none", series)], synthetic)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of few windows, so that many are drawn quickly."""
    monkeypatch.setattr(windows, "WINDOWS", WINDOWS)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows as they were cut, without augmentation."""
    monkeypatch.setattr(augment, "changed", lambda rng, values, ahead, mix: values)


@pytest.mark.parametrize("synthetic", [0.0, 1.0])
def test_a_chunk_is_the_same_at_every_call(synthetic: float) -> None:
    first, again = recipe(synthetic).chunk(3, 7), recipe(synthetic).chunk(3, 7)
    for one, other in zip((*first.inputs, *first[1:]), (*again.inputs, *again[1:]), strict=True):
        np.testing.assert_array_equal(one, other)
    other = recipe(synthetic).chunk(3, 8)
    assert not np.array_equal(first.targets, other.targets)


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("synthetic", [0.0, 1.0])
def test_chunks_are_whole_and_finite(synthetic: float, number: int) -> None:
    chunk = recipe(synthetic).chunk(0, number)
    assert chunk.targets.shape == chunk.weights.shape == (WINDOWS, AHEAD)
    assert chunk.inputs.steps.shape == (WINDOWS, AHEAD, features.STEP)
    for array in (*chunk.inputs, chunk.weights):
        assert np.isfinite(array).all()
    assert (chunk.weights >= 0).all()
    np.testing.assert_array_equal(chunk.weights == 0, np.isnan(chunk.targets))
    assert (np.isfinite(chunk.targets).any(axis=1)).all(), "each window has something to learn from"


def rising(length: int = 400) -> Recipe:
    """A series that says where each value stands."""
    return Recipe([SeriesSet("made", "Y", 1, 6, "made here", "none", [1000 + np.arange(float(length))])], 0.0)


def drawn(monkeypatch: pytest.MonkeyPatch, number: int) -> tuple[np.ndarray, np.ndarray, windows.Chunk]:
    """The histories and steps that the features of a chunk were made of, and the chunk."""
    seen = {}
    original = features.inputs

    def watched(values: np.ndarray, season: int, long: int, steps: np.ndarray) -> object:
        found = original(values, season, long, steps)
        seen["all"] = values, steps, found[1], found[2]
        return found

    monkeypatch.setattr(features, "inputs", watched)
    chunk = rising().chunk(0, number)
    values, steps, place, spread = seen["all"]
    units = chunk.targets * spread[:, None] + place[:, None]
    return values, steps, chunk._replace(targets=units)


@pytest.mark.parametrize("number", range(12))
@pytest.mark.usefixtures("plain")
def test_targets_are_the_values_that_came_after_the_history(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    values, steps, chunk = drawn(monkeypatch, number)
    last = values[:, -1]
    known = np.isfinite(chunk.targets) & (np.abs(chunk.targets - last[:, None]) < 30)  # further ones may be clipped
    assert np.isfinite(last).all()
    assert known.any()
    expected = last[:, None] + steps
    np.testing.assert_allclose(chunk.targets[known], expected[known], atol=0.05)
    assert (np.nanmax(values, axis=1) == last).all(), "no step ahead is in the history"


@pytest.mark.parametrize("number", range(20))
@pytest.mark.usefixtures("plain")
def test_steps_are_of_one_block(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    _, steps, _ = drawn(monkeypatch, number)
    assert len(set(steps.tolist())) == AHEAD
    assert steps.min() >= 1
    assert steps.max() <= MOST_AHEAD
    assert steps.max() - steps.min() < BLOCK


def test_near_steps_are_drawn_more_often() -> None:
    rng = np.random.default_rng(0)
    steps = np.concatenate([windows._steps(rng, 26) for _ in range(200)])
    assert (steps <= 26).mean() > 0.65
    assert set(steps.tolist()) == set(range(1, BLOCK + 1))


def test_weights_bring_spreads_to_the_scale_of_mase() -> None:
    random = np.random.default_rng(0)
    history = 20 + random.standard_normal((4, 240)) + np.tile(np.arange(12.0), 20)
    found = windows.learned(history, random.standard_normal((4, 3)), 12, np.arange(1, 4))
    _, _, spread = features.inputs(history, 12, 0, np.arange(1, 4))
    mase_scale = np.abs(history[:, 12:] - history[:, :-12]).mean(axis=1)
    np.testing.assert_allclose(found.weights, (spread / mase_scale)[:, None] * np.ones(3), rtol=1e-5)


def test_gaps_ahead_count_nothing() -> None:
    history, future = np.random.default_rng(0).standard_normal((2, 60)), np.array([[1.0, np.nan], [np.nan, 2.0]])
    weights = windows.learned(history, future, 1, np.arange(1, 3)).weights
    np.testing.assert_array_equal(weights > 0, [[True, False], [False, True]])


def test_a_batch_has_the_rows_it_was_asked_for() -> None:
    chunk = recipe().chunk(0, 0)
    x, y = windows.batch([(chunk, np.array([3, 5])), (chunk, np.array([0]))])
    np.testing.assert_array_equal(x["scalars"], chunk.inputs.scalars[[3, 5, 0]])
    np.testing.assert_array_equal(y[:, :, 1], chunk.weights[[3, 5, 0]])
    assert np.isfinite(y).all()
