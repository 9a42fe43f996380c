"""Every exported network computes what Keras computes, padded or not."""

from __future__ import annotations

import keras
import numpy as np
import onnx
import pytest

from seqserve.core.onnx_session import Network
from training.core.config import Cell, Pool
from training.core.layers import CELLS
from training.forecast import network as forecast_network
from training.onnx import export
from training.onnx.graph import ExportError
from training.sentiment import network as sentiment_network

pytestmark = pytest.mark.slow


def randomised(network: keras.Model, seed: int = 0) -> keras.Model:
    """Weights, biases too, that would show any gate in the wrong place."""
    random = np.random.default_rng(seed)
    network.set_weights([random.normal(scale=0.4, size=weight.shape) for weight in network.get_weights()])
    return network


@pytest.mark.parametrize("sequence", [False, True])
@pytest.mark.parametrize("units", [[7], [6, 5, 4]])
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_is_exported_equal(cell: Cell, units: list[int], sequence: bool) -> None:
    network = randomised(forecast_network.recurrent(cell, units, features=3, outputs=2, dropout=0.3, sequence=sequence))
    assert export.prove(network, export.to_onnx(network)) <= export.TOLERANCE


@pytest.mark.parametrize("reset_after", [True, False])
def test_bidirectional_layers_and_both_kinds_of_gru_are_exported_equal(reset_after: bool) -> None:
    gru = keras.layers.GRU(6, return_sequences=True, reset_after=reset_after)
    network = keras.Sequential(
        [
            keras.Input((None, 2)),
            keras.layers.Bidirectional(gru),
            keras.layers.Bidirectional(keras.layers.LSTM(4)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(3),
        ]
    )
    assert export.prove(randomised(network), export.to_onnx(network)) <= export.TOLERANCE


@pytest.mark.parametrize("pooling", [["last"], ["max"], ["mean"], ["last", "max", "mean"]])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_networks_that_read_tokens_are_exported_equal(cell: Cell, bidirectional: bool, pooling: list[Pool]) -> None:
    network = sentiment_network.reader(
        cell, [5, 4], vocabulary=20, dimension=6, outputs=3, bidirectional=bidirectional, pooling=pooling, dropout=0.3
    )
    assert export.prove(randomised(network), export.to_onnx(network)) <= export.TOLERANCE


def test_what_is_behind_a_length_does_not_count_in_keras_either() -> None:
    network = randomised(
        sentiment_network.reader("lstm", [5], 20, 6, 3, bidirectional=True, pooling=["last", "max", "mean"])
    )
    tokens = np.random.default_rng(0).integers(0, 20, size=(4, 9), dtype=np.int32)
    lengths = np.array([9, 1, 5, 3], dtype=np.int32)
    together = network.predict_on_batch([tokens, lengths])
    for row, length in enumerate(lengths):
        alone = network.predict_on_batch([tokens[row : row + 1, :length], lengths[row : row + 1]])
        np.testing.assert_allclose(alone[0], together[row], atol=1e-5)


def test_a_padded_row_answers_as_if_alone_and_as_keras_with_a_mask() -> None:
    layers = [keras.layers.Masking(), keras.layers.LSTM(5, return_sequences=True), keras.layers.GRU(4)]
    masked = randomised(keras.Sequential([keras.Input((None, 2)), *layers, keras.layers.Dense(1)]))
    plain = keras.Sequential([keras.Input((None, 2)), *layers[1:], masked.layers[-1]])
    network = Network(export.to_onnx(plain))
    x = np.random.default_rng(1).normal(size=(4, 9, 2)).astype(np.float32)
    lengths = np.array([9, 1, 5, 3], dtype=np.int32)
    padded = np.where(np.arange(9)[:, np.newaxis] < lengths[:, np.newaxis, np.newaxis], x, 0).astype(np.float32)
    answers = network(x, lengths)
    np.testing.assert_allclose(answers, masked.predict_on_batch(padded), atol=1e-5)
    for row, (length, answer) in enumerate(zip(lengths, answers, strict=True)):
        np.testing.assert_allclose(network(x[row : row + 1, :length]), answer[np.newaxis], atol=1e-5)


def test_layers_become_one_fused_operator_each() -> None:
    network = forecast_network.recurrent("gru", [4, 4], features=1, outputs=1)
    operators = [node.op_type for node in onnx.load_from_string(export.to_onnx(network)).graph.node]
    assert operators.count("GRU") == 2
    assert "Loop" not in operators
    assert "Scan" not in operators


def test_a_graph_that_differs_from_keras_is_refused() -> None:
    network = randomised(forecast_network.recurrent("lstm", [4], features=1, outputs=1))
    model = export.to_onnx(network)
    network.layers[-1].bias.assign(network.layers[-1].bias + 1e-3)
    with pytest.raises(ExportError, match="away from Keras"):
        export.prove(network, model)


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.LSTM(3, activation="relu"),
        keras.layers.LSTM(3, recurrent_activation="hard_sigmoid"),
        keras.layers.GRU(3, use_bias=False),
        keras.layers.SimpleRNN(3, go_backwards=True),
        keras.layers.Bidirectional(keras.layers.LSTM(3), merge_mode="sum"),
    ],
)
def test_what_a_fused_operator_cannot_do_is_refused(layer: keras.layers.Layer) -> None:
    network = keras.Sequential([keras.Input((None, 1)), layer, keras.layers.Dense(1)])
    with pytest.raises(ExportError, match=layer.name):
        export.to_onnx(network)


@pytest.mark.parametrize("position", [0, 1])
def test_a_layer_without_an_export_is_refused(position: int) -> None:
    layers: list[keras.layers.Layer] = [keras.layers.LSTM(3), keras.layers.Dense(1)]
    layers.insert(position, keras.layers.LayerNormalization(name="norm"))
    with pytest.raises(ExportError, match="norm"):
        export.to_onnx(keras.Sequential([keras.Input((None, 1)), *layers]))
