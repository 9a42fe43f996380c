"""Ridge regressions."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.panel.inputs.features import Features
from training.forecast.panel.candidates import ridge
from training.forecast.panel.candidates.ridge import Ridge
from training.onnx.graph import ExportError


def made(rows: int = 400) -> tuple[Features, np.ndarray]:
    """Features, and targets of two steps that are linear in them."""
    random = np.random.default_rng(0)
    shared, steps = random.normal(size=(rows, 2)), random.normal(size=(rows, 2, 1))
    first = 2 * shared[:, 0] + steps[:, 0, 0] + 0.5
    second = -shared[:, 1] + 3 * steps[:, 1, 0] - 1
    return Features(shared, steps), np.stack([first, second], axis=1) + random.normal(0, 0.01, (rows, 2))


def test_it_finds_what_is_linear() -> None:
    features, targets = made()
    (model,) = ridge.fit(features, targets, np.ones(len(targets)), (0.01,))
    assert model.shared == pytest.approx(np.array([[2, 0], [0, -1]]), abs=0.02)
    assert model.steps[:, 0] == pytest.approx([1, 3], abs=0.02)
    assert model(features) == pytest.approx(targets, abs=0.1)


def test_a_large_penalty_leaves_little() -> None:
    features, targets = made()
    weak, strong = ridge.fit(features, targets, np.ones(len(targets)), (0.1, 1e8))
    assert np.abs(strong.shared).max() < 0.01 < np.abs(weak.shared).max()


def test_wild_windows_do_not_sway_it_and_gaps_do_not_count() -> None:
    features, targets = made()
    targets[:8] = 500.0
    targets[50:90, 0] = np.nan
    (model,) = ridge.fit(features, targets, np.ones(len(targets)), (0.1,))
    assert model.shared == pytest.approx(np.array([[2, 0], [0, -1]]), abs=0.4)


@pytest.mark.parametrize("columns", [0, 3])
def test_a_graph_computes_what_numpy_does(columns: int) -> None:
    random = np.random.default_rng(0)
    model = Ridge(random.normal(size=(5, 4)), random.normal(size=(4, columns)), random.normal(size=4))
    features = Features(random.normal(size=(7, 5)), random.normal(size=(7, 4, columns)))
    exported = ridge.to_onnx(model)
    assert ridge.prove(model, exported, features) < 1e-4
    other = Ridge(model.shared + 1, model.steps, model.constant)
    with pytest.raises(ExportError, match="away from NumPy"):
        ridge.prove(other, exported, features)
