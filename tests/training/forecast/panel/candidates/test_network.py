"""The network of a panel."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.panel.inputs.network_inputs import Inputs
from training.core.config import Cell
from training.forecast.config import NetworkSection
from training.forecast.panel.candidates import network
from training.onnx.graph import ExportError

RANDOM = np.random.default_rng(0)


def seen(rows: int = 6) -> Inputs:
    shapes = ((5, 12), (4,), (3, 9), (3, 7))
    return Inputs(*(RANDOM.normal(size=(rows, *shape)) for shape in shapes))


def test_it_begins_as_the_mean_of_the_bases() -> None:
    inputs = seen()
    found = network._answer(network.build(NetworkSection(cell="gru"), inputs), inputs)
    assert np.allclose(found, inputs.bases.mean(axis=2), atol=1e-5)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_its_graph_computes_what_keras_does(cell: Cell) -> None:
    inputs = seen()
    built = network.build(NetworkSection(cell=cell, state=5, hidden=7), inputs)
    built.set_weights([RANDOM.normal(0, 0.3, weight.shape) for weight in built.get_weights()])
    exported = network.to_onnx(built)
    assert network.prove(built, exported, inputs) < 1e-4
    built.set_weights([weight * 1.5 for weight in built.get_weights()])
    with pytest.raises(ExportError, match="away from Keras"):
        network.prove(built, exported, inputs)


def test_what_is_not_known_does_not_count_in_the_loss() -> None:
    actual = np.array([[[1.0, 1.0], [99.0, 0.0]]], dtype=np.float32)
    assert float(network.loss(actual, np.array([[3.0, 0.0]], dtype=np.float32))) == pytest.approx(2.0, rel=1e-4)
