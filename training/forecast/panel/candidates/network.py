"""The network of a panel: a recurrent encoder, and for each step ahead a learned mean of classical forecasts.

Reference:
    Weighing what statistics say by the shape of the series: Montero-Manso et al., FFORMA, 2020.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.graphs import Graph
from seqserve.forecast.panel.inputs.network_inputs import Inputs, NetworkInputs, inputs
from seqserve.forecast.panel.members import Member
from seqserve.forecast.panel.scaling import Transform
from training.core import fitting
from training.core.callbacks import watching
from training.core.config import FitSection
from training.core.fitting import Examples
from training.core.layers import CELLS
from training.forecast.config import NetworkSection
from training.forecast.panel.candidates.candidate import Candidate, Losses, Part
from training.forecast.panel.data.rolling import Parts
from training.onnx import graph as onnx_graph
from training.onnx.graph import ExportError

_FEWEST = 1_500
"""Training windows; with fewer a network learns nothing that a ridge doesn't."""
_LEAST_WEIGHT = 0.02
_TOLERANCE = 1e-3
"""How far the graph may be from Keras, in spreads."""


def is_worth_it(parts: Parts) -> bool:
    """Whether there are enough windows, of one fold."""
    return len(parts.train) >= _FEWEST and len(np.unique(parts.fold)) == 1


def candidate(
    train: Part, validation: Part, parts: Parts, transform: Transform, section: NetworkSection, how: FitSection
) -> Candidate:
    """A network fitted to the training part; the validation part chooses the epoch."""
    which = _inputs(train)
    seen, asked = inputs(train.view(transform), which), inputs(validation.view(transform), which)
    network = build(section, seen)
    fitted = _examples(train, transform, seen, parts.trained(0))
    held = _examples(validation, transform, asked, validation.rolled.targets)
    batches = -(-len(fitted.y) // how.batch_size)
    network.compile(fitting.adam(how, batches), loss)
    losses = _fit(network, fitted, held, how)
    predicted = validation.view(transform).scaled.invert(_answer(network, asked))
    member = Member(kind="network", transform=transform, weight=1, network=which, file="network.onnx")
    name = f"network ({section.cell.upper()})" + (", logarithmic" if transform == "log" else "")
    return Candidate(name, member, predicted, validation.error(predicted), network=network, losses=losses)


def refitted(found: Candidate, train: Part, section: NetworkSection, how: FitSection) -> Candidate:
    """The network fitted again, to all windows before the test part, for as many epochs."""
    from dataclasses import replace

    transform, which = found.member.transform, found.member.network
    assert which is not None  # a member that is a network has it
    seen = inputs(train.view(transform), which)
    network = build(section, seen)
    examples = _examples(train, transform, seen, train.rolled.targets)
    network.compile(fitting.adam(how, -(-len(examples.y) // how.batch_size)), loss)
    epochs = found.losses.best if found.losses else 1
    network.fit(examples.x, examples.y, epochs=epochs, batch_size=how.batch_size, verbose=0)
    return replace(found, network=network)


def build(section: NetworkSection, shapes: Inputs) -> keras.Model:
    """The network for inputs of these shapes.

    Shape:
        patches (N, P, F), window (N, S), steps (N, H, G), bases (N, H, B) to (N, H).
    """
    given = {
        name: keras.Input(values.shape[1:], name=name, dtype="float32") for name, values in shapes._asdict().items()
    }
    state = CELLS[section.cell](section.state, name="encoder")(given["patches"])
    state = keras.layers.Concatenate(name="state")([state, given["window"]])
    whole = keras.layers.Dense(section.hidden, name="of_window")(state)
    each = keras.layers.Dense(section.hidden, use_bias=False, name="of_step")(given["steps"])
    hidden = keras.layers.Activation("relu", name="first")(
        keras.layers.Add(name="sum")([keras.layers.Reshape((1, section.hidden))(whole), each])
    )
    hidden = keras.layers.Dense(max(section.hidden // 2, 1), activation="relu", name="second")(hidden)
    bases = shapes.bases.shape[2]
    odds = keras.layers.Dense(bases, kernel_initializer="zeros", name="odds")(hidden)
    more = keras.layers.Dense(1, kernel_initializer="zeros", name="more")(hidden)
    mixed = Mixed(name="mixed")([odds, given["bases"], more])
    return keras.Model(given, mixed)


@keras.saving.register_keras_serializable("seqserve")
class Mixed(keras.layers.Layer):
    """The mean of forecasts (N, H, B) weighed by the softmax of odds (N, H, B), and (N, H, 1) on top; (N, H)."""

    def call(self, given: list[object]) -> object:
        odds, bases, more = given
        return ops.sum(ops.softmax(odds, axis=-1) * bases, axis=-1) + ops.squeeze(more, -1)


def loss(actual: Any, predicted: Any) -> Any:
    """The mean absolute error; `actual` has a target and what it counts for each step, (N, H, 2)."""
    return ops.sum(actual[..., 1] * ops.abs(actual[..., 0] - predicted)) / (ops.sum(actual[..., 1]) + 1e-6)


def to_onnx(network: keras.Model) -> bytes:
    """The inputs by name to `y` (N, H)."""
    graph = onnx_graph.Graph()

    def product(x: str, name: str) -> str:
        weights = [graph.weight(values) for values in onnx_graph.arrays(network.get_layer(name))]
        found = graph.node("MatMul", [x, weights[0]])
        return graph.node("Add", [found, weights[1]]) if len(weights) > 1 else found

    steps = graph.node("Transpose", ["patches"], perm=[1, 0, 2])
    state = graph.last(steps, network.get_layer("encoder"))
    whole = product(graph.node("Concat", [state, "window"], axis=1), "of_window")
    whole = graph.node("Unsqueeze", [whole, graph.weight(np.array([1]))])
    hidden = graph.node("Relu", [graph.node("Add", [whole, product("steps", "of_step")])])
    hidden = graph.node("Relu", [product(hidden, "second")])
    odds = graph.node("Softmax", [product(hidden, "odds")], axis=2)
    last = graph.weight(np.array([2]))
    mixed = graph.node("ReduceSum", [graph.node("Mul", [odds, "bases"]), last], keepdims=0)
    more = graph.node("Squeeze", [product(hidden, "more"), last])
    graph.node("Add", [mixed, more], output="y")
    shapes = {one.name: (onnx_graph.FLOAT, ["N", *one.shape[1:]]) for one in network.inputs}
    return graph.model(shapes, {"y": (onnx_graph.FLOAT, ["N", network.output_shape[-1]])})


def prove(network: keras.Model, exported: bytes, seen: Inputs) -> float:
    """The largest difference between the graph and Keras, in spreads.

    Raises:
        ExportError: it is above the tolerance.
    """
    difference = float(np.abs(Graph(exported, "network")(seen) - _answer(network, seen)).max(initial=0.0))
    if not difference <= _TOLERANCE:
        raise ExportError(f"the exported graph is {difference:.1e} away from Keras, more than {_TOLERANCE:.0e}")
    return difference


def _inputs(train: Part) -> NetworkInputs:
    season, longest = train.setting.periods[0], train.rolled.windows.history.shape[1]
    patch = {24: 8, 48: 8, 96: 16}.get(season, 4)
    looked = min(longest, max(3 * season, 64), 192)
    return NetworkInputs(
        patch=patch,
        patches=max(looked // patch, 1),
        calendar=train.setting.calendar,
        covariates=train.setting.covariates,
    )


def _examples(part: Part, transform: Transform, seen: Inputs, targets: Floats) -> Examples:
    """What `fit` takes; a target that is not known counts nothing."""
    scaled = part.view(transform).scaled.apply(targets)
    known = np.isfinite(scaled)
    weight = np.maximum(part.importance(transform), _LEAST_WEIGHT)[:, np.newaxis] * known
    rows = known.any(axis=1)
    y = np.stack([np.where(known, scaled, 0.0), weight], axis=2)[rows].astype(np.float32)
    return Examples({name: values[rows].astype(np.float32) for name, values in seen._asdict().items()}, y)


def _fit(network: keras.Model, train: Examples, held: Examples, how: FitSection) -> Losses:
    """Fit until the validation loss no longer falls."""
    stop = keras.callbacks.EarlyStopping(patience=min(how.patience, 6), restore_best_weights=True)
    slower = keras.callbacks.ReduceLROnPlateau(factor=0.4, patience=2)
    history = network.fit(
        train.x,
        train.y,
        validation_data=tuple(held),
        epochs=how.epochs,
        batch_size=how.batch_size,
        callbacks=[stop, slower, keras.callbacks.TerminateOnNaN(), *watching.callbacks()],
        verbose=0,
    ).history
    return Losses(list(map(float, history["loss"])), list(map(float, history["val_loss"])))


def _answer(network: keras.Model, seen: Inputs) -> Floats:
    feeds = {name: values.astype(np.float32) for name, values in seen._asdict().items()}
    return np.asarray(network.predict(feeds, batch_size=1024, verbose=0), dtype=np.float64)
