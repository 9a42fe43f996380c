"""Encoder-decoder networks: what the graphs compute is what Keras computes, and the loss is what it says."""

from __future__ import annotations

import warnings
from typing import Literal

import keras
import numpy as np
import pytest

from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.subword_tokenizer import PADDING
from training.onnx.graph import ExportError
from training.translation import network as translation_network
from training.translation import onnx_export

pytestmark = pytest.mark.slow


def network(cell: Literal["lstm", "gru"] = "lstm", attention: bool = True, seed: int = 0) -> keras.Model:
    """Weights, biases too, that would show any gate or layer in the wrong place."""
    made = translation_network.translator(cell, 30, 8, [5, 6], 7, attention=attention, dropout=0.3)
    random = np.random.default_rng(seed)
    made.set_weights([random.normal(scale=0.4, size=weight.shape) for weight in made.get_weights()])
    return made


@pytest.mark.parametrize("attention", [True, False])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_both_graphs_compute_what_keras_computes_rounded_or_not(cell: Literal["lstm", "gru"], attention: bool) -> None:
    made = network(cell, attention)
    precise = onnx_export.to_onnx(made)
    assert onnx_export.prove(made, precise) <= onnx_export.TOLERANCE
    before = made.get_weights()
    onnx_export.quantise(made)
    small = onnx_export.to_onnx(made)
    assert onnx_export.prove(made, small) <= onnx_export.TOLERANCE
    assert sum(map(len, small)) < 0.7 * sum(map(len, precise))
    in_eight_bits = onnx_export.to_onnx(made, eight_bits=True)
    assert onnx_export.prove(made, in_eight_bits, onnx_export.ROUNDED_TOLERANCE) > onnx_export.TOLERANCE
    for old, new in zip(before, made.get_weights(), strict=True):
        assert np.abs(old - new).max() <= np.abs(old).max() / 64
    again = made.get_weights()
    onnx_export.quantise(made)
    assert all(np.array_equal(one, other) for one, other in zip(again, made.get_weights(), strict=True))


def test_in_eight_bits_a_sentence_has_the_answers_that_it_has_alone() -> None:
    made = network()
    onnx_export.quantise(made)
    served = Seq2Seq(*onnx_export.to_onnx(made, eight_bits=True))
    sentences = [np.arange(4, 4 + size, dtype=np.int32) for size in (3, 9, 1, 5)]
    together, alone = (
        [served.search(rows, [12] * len(rows), 2, 1.0) for rows in batches]
        for batches in ([sentences], [[sentence] for sentence in sentences])
    )
    assert [[one.tokens for one in found] for found in together[0]] == [
        [one.tokens for one in found] for (found,) in alone
    ]


def test_graphs_of_another_network_are_refused() -> None:
    with pytest.raises(ExportError, match="away from Keras"):
        onnx_export.prove(network(seed=1), onnx_export.to_onnx(network(seed=0)))


@pytest.mark.parametrize("attention", [True, False])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("rounded", [True, False])
def test_a_network_has_its_weights_back_from_its_graphs(
    cell: Literal["lstm", "gru"], attention: bool, rounded: bool
) -> None:
    made, other = network(cell, attention, seed=0), network(cell, attention, seed=1)
    if rounded:
        onnx_export.quantise(made)
    onnx_export.restore(other, onnx_export.to_onnx(made, eight_bits=rounded))
    assert all(np.array_equal(a, b) for a, b in zip(made.get_weights(), other.get_weights(), strict=True))


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(ExportError, match="another network"):
        onnx_export.restore(network("gru"), onnx_export.to_onnx(network("lstm")))


def test_padding_of_the_source_does_not_count() -> None:
    made = network()
    tokens = np.random.default_rng(0).integers(4, 30, size=(3, 9), dtype=np.int32)
    lengths, before = np.array([9, 2, 5], dtype=np.int32), tokens[:, :4]
    found = keras.ops.convert_to_numpy(made([tokens, lengths, before]))
    for row, length in enumerate(lengths):
        cut = [tokens[row : row + 1, :length], lengths[row : row + 1], before[row : row + 1]]
        assert keras.ops.convert_to_numpy(made(cut))[0] == pytest.approx(found[row], abs=1e-5)


def test_a_step_does_not_see_the_steps_behind_it() -> None:
    made = network()
    tokens = np.random.default_rng(0).integers(4, 30, size=(1, 6), dtype=np.int32)
    lengths = np.array([6], dtype=np.int32)
    other = tokens.copy()
    other[0, 3:] = 5
    found, changed = (keras.ops.convert_to_numpy(made([tokens, lengths, before]))[0] for before in (tokens, other))
    assert found[:3] == pytest.approx(changed[:3], abs=1e-6)
    assert np.abs(found[3:] - changed[3:]).max() > 1e-3


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_is_the_smoothed_cross_entropy_of_the_tokens_that_count(smoothing: float) -> None:
    random = np.random.default_rng(0)
    outputs = random.normal(size=(2, 3, 5)).astype(np.float32)
    targets = np.array([[4, 2, PADDING], [3, PADDING, PADDING]], dtype=np.int32)
    logs = outputs - np.log(np.exp(outputs).sum(axis=-1, keepdims=True))
    wanted = (1 - smoothing) * np.eye(5)[targets] + smoothing / 5
    expected = -(wanted * logs).sum(axis=-1)[targets != PADDING].mean()
    assert float(translation_network.smoothed(smoothing)(targets, outputs)) == pytest.approx(expected, abs=1e-5)


def test_a_network_that_attends_learns_to_turn_a_sentence_around() -> None:
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    made = translation_network.translator("gru", 12, 24, [24], 32, attention=True)
    made.compile(keras.optimizers.Adam(0.01), translation_network.smoothed(0.0))
    tokens = random.integers(4, 12, size=(512, 5), dtype=np.int32)
    targets = tokens[:, ::-1].copy()
    before = np.concatenate([np.ones((512, 1), dtype=np.int32), targets[:, :-1]], axis=1)
    lengths = np.full(512, 5, dtype=np.int32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        history = made.fit([tokens, lengths, before], targets, batch_size=64, epochs=12, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
