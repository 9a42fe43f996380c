from __future__ import annotations

import keras
import numpy as np
import pytest

from seqserve.forecast.universal import features
from training.forecast.universal import export, network
from training.forecast.universal.network import LEVELS, MIDDLE, Member, MinGRU, Pinball
from training.onnx.graph import ExportError

MEMBERS = (Member(units=6, width=5, decoder=7), Member("gru", units=4, width=5, decoder=6, coarse=False))


def windows(count: int = 5, steps: int = 24) -> features.Inputs:
    random = np.random.default_rng(0)
    values = 30 + np.cumsum(random.standard_normal((count, 200)), axis=1)
    values[0, :150] = np.nan
    return features.inputs(values, 12, 0, np.arange(1, steps + 1))[0]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """With weights as after training: none of them 0."""
    keras.utils.set_random_seed(1)
    built = network.build(MEMBERS)
    random = np.random.default_rng(0)
    built.set_weights([0.3 * random.standard_normal(weight.shape) for weight in built.weights])
    return built


def answers(model: keras.Model, inputs: features.Inputs) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(inputs._asdict()))


def test_each_member_states_quantiles_in_order(model: keras.Model) -> None:
    found = answers(model, windows())
    assert found.shape == (5, 24, len(MEMBERS), len(LEVELS))
    assert (np.diff(found, axis=3) >= 0).all()
    assert LEVELS[MIDDLE] == 0.5
    assert list(LEVELS) == sorted(LEVELS)
    np.testing.assert_allclose(np.array(LEVELS) + np.array(LEVELS[::-1]), 1)


def test_before_training_the_median_is_the_mean_of_all_classical_forecasts() -> None:
    inputs = windows()
    found = answers(network.build(MEMBERS), inputs)
    expected = inputs.steps[:, :, features.LAGS :].mean(axis=2)
    for member in range(len(MEMBERS)):
        np.testing.assert_allclose(found[:, :, member, MIDDLE], expected, atol=1e-5)


@pytest.mark.parametrize("steps", [24, 48, 1])
def test_the_graph_answers_as_keras_does(model: keras.Model, steps: int) -> None:
    graph = export.to_onnx(model, MEMBERS)
    assert export.prove(model, graph, windows(5, steps)) < export.TOLERANCE


def test_another_networks_graph_is_refused(model: keras.Model) -> None:
    graph = export.to_onnx(model, MEMBERS)
    weights = model.get_weights()
    other = network.build(MEMBERS)
    other.set_weights([weight * 1.01 for weight in weights])
    with pytest.raises(ExportError, match="away from Keras"):
        export.prove(other, graph, windows())


def test_a_mingru_is_a_loop_over_its_steps() -> None:
    layer = MinGRU(3)
    x = np.random.default_rng(0).standard_normal((2, 5, 4)).astype(np.float32)
    found = keras.ops.convert_to_numpy(layer(x))
    kernel, bias = (keras.ops.convert_to_numpy(weight) for weight in layer.project.weights)
    gate, candidate = np.split(x @ kernel + bias, 2, axis=2)
    z = 1 / (1 + np.exp(-gate))
    state = np.zeros((2, 3))
    for step in range(5):
        state = (1 - z[:, step]) * state + z[:, step] * np.tanh(candidate[:, step])
        np.testing.assert_allclose(found[:, step], state, atol=1e-5)


def test_weights_come_back_in_their_order() -> None:
    keras.utils.set_random_seed(2)
    model = network.build()
    again = network.restored(network.saved(model))
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_loss_is_the_pinball_loss_of_what_counts() -> None:
    random = np.random.default_rng(0)
    forecast = np.sort(random.standard_normal((2, 3, 2, len(LEVELS))), axis=3).astype(np.float32)
    actual = random.standard_normal((2, 3)).astype(np.float32)
    weights = np.array([[1, 2, 0], [0, 0.5, 0]], np.float32)
    found = keras.ops.convert_to_numpy(Pinball(reduction="none")(np.stack([actual, weights], axis=2), forecast))
    error = actual[:, :, None, None] - forecast
    loss = 2 * np.maximum(np.array(LEVELS) * error, (np.array(LEVELS) - 1) * error).mean(axis=(2, 3))
    expected = [(loss[0] * weights[0]).sum() / 2, loss[1, 1] * 0.5]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_window_of_which_nothing_is_known_ahead_costs_nothing() -> None:
    targets, forecast = np.zeros((1, 3, 2), np.float32), np.ones((1, 3, 1, len(LEVELS)), np.float32)
    assert float(Pinball()(targets, forecast)) == 0
