"""Tiny classifiers of sequences, and the traffic that tests send them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper

from seqserve.classify.config import ClassifyConfig
from seqserve.classify.predictor import MODEL, SequenceClassifier
from seqserve.core.drift_reference import REFERENCE
from seqserve.core.onnx_session import Network
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source
from testing.task import Counts, Labelled, Metric, Task
from testing.tiny.graphs import UNITS, graph, gru_weights, last_state_graph
from testing.tiny.series import deciles, series

if TYPE_CHECKING:
    from testing.traffic import Traffic

NAME = "tiny-moves"
FEATURES = ("x", "y")
LABELS = ("up", "down", "still")
LONGEST = 40


def network(features: int, labels: int, seed: int = 0) -> bytes:
    """The graph of a classifier: `x` (N, T, D) and `lengths` (N,) to `y` (N, C)."""
    steps = helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2])
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", "T", features])
    return last_state_graph([steps], x, features, labels, {}, np.random.default_rng(seed))


def step_network(features: int, labels: int, seed: int = 0) -> bytes:
    """The graph of a classifier of steps: `x` (N, T, D) and `lengths` (N,) to `y` (N, T, C)."""
    random = np.random.default_rng(seed)
    weights = {
        **gru_weights(features, random),
        "out": random.normal(size=(UNITS, labels)) / 4,
        "bias": random.normal(size=labels) / 4,
    }
    del weights["directions"]
    nodes = [
        helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("GRU", ["steps", "w", "r", "b", "lengths"], ["all"], hidden_size=UNITS, linear_before_reset=1),
        helper.make_node("Squeeze", ["all", "direction"], ["states"]),
        helper.make_node("MatMul", ["states", "out"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["outputs"]),
        helper.make_node("Transpose", ["outputs"], ["y"], perm=[1, 0, 2]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", "T", features])
    lengths = helper.make_tensor_value_info("lengths", TensorProto.INT32, ["N"])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", "T", labels])
    return graph(nodes, [x, lengths], [y], {**weights, "direction": np.array([1])})


def config(
    features: Sequence[str] = FEATURES,
    labels: Sequence[str] = LABELS,
    *,
    per_step: bool = False,
    steps: int | None = None,
) -> ClassifyConfig:
    """The config of a release."""
    width = len(features)
    return ClassifyConfig(
        labels=list(labels),
        features=list(features),
        per_step=per_step,
        steps=steps,
        max_steps=steps or LONGEST,
        seen_steps=(steps or 5, steps or 20),
        mean=[100.0] * width,
        scale=[10.0] * width,
        low=[50.0] * width,
        high=[150.0] * width,
        usual=[100.0] * width,
        bias=[0.0] * len(labels),
        temperature=0.5,
    )


def classifier(
    features: Sequence[str] = FEATURES, *, per_step: bool = False, steps: int | None = None, seed: int = 0
) -> SequenceClassifier:
    """A predictor whose network is not trained."""
    made = (step_network if per_step else network)(len(features), len(LABELS), seed)
    return SequenceClassifier(config(features, per_step=per_step, steps=steps), Network(made))


def release(
    name: str = NAME,
    *,
    features: Sequence[str] = FEATURES,
    labels: Sequence[str] = LABELS,
    per_step: bool = False,
    steps: int | None = None,
    seed: int = 0,
) -> Release:
    """A classifier's release with every file of a version; its network is not trained."""
    described = config(features, labels, per_step=per_step, steps=steps)
    model = (step_network if per_step else network)(len(features), len(labels), seed)
    predictor = SequenceClassifier(described, Network(model))
    training = series(200, len(features), seed)
    example: dict[str, Any] = {"values": training[: steps or 8].tolist(), "explain": not per_step}
    reference = {
        "deciles": dict(zip(features, deciles(training), strict=True)),
        "label_shares": dict.fromkeys(labels, 1 / len(labels)),
    }
    return Release(
        task="classify",
        name=name,
        seed=seed,
        data=Source(name="random walk", url="https://example.org/walk", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: described.model_dump_json().encode(),
            MODEL: model,
            EXAMPLES: json.dumps([{"input": example, "output": predictor.replay(example)}]).encode(),
            METRICS: json.dumps({"test": {"accuracy": 0.9}, "baselines": {}, "worse_than": []}).encode(),
            REFERENCE: json.dumps(reference).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def walk(steps: int, features: int = len(FEATURES), seed: int = 0) -> list[list[float]]:
    """A sequence as JSON values."""
    found: list[list[float]] = series(steps, features, seed).tolist()
    return found


def _usual(traffic: Traffic) -> None:
    for steps in (5, 12, 20):
        traffic.ask("classify", [{"id": "a", "values": walk(steps)}, {"values": walk(steps, seed=1)}], top=2)
    traffic.ask("classify", [{"values": [[100, None], *walk(6)]}, {"values": []}, {"values": [[1000, 1000]] * 6}])
    traffic.ask("classify", [{"values": walk(6)}], model="phases")
    traffic.ask("classify", "no list")


def _troubled(traffic: Traffic) -> None:
    """Values far from the training data, all of which fall into one class."""
    for _ in range(10):
        traffic.ask("classify", [{"values": [[1000 + step, 2000] for step in range(10)]}] * 40)


def _count(counts: Counts, body: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    if "label" in result:
        counts[_CLASSES][(result["label"],)] += 1


_CLASSES = Metric(f'seqserve_predicted_classes_total{{model="{NAME}"}}', ("class",))

TASK = Task(
    path="/classify",
    items="sequences",
    results="results",
    releases=lambda: [Labelled(release()), Labelled(release("phases", per_step=True))],
    others=lambda: [
        Labelled(release("bars", features=("height",), labels=("flat", "steep"))),
        Labelled(release("phases", per_step=True)),
    ],
    good=[
        {"sequences": [{"id": 1, "values": walk(9)}, {"values": [[100, 99], [None, 98], [101, 97]]}], "explain": True},
        {"model": "phases", "sequences": [{"values": walk(9)}], "top": 1},
    ],
    shipped={"sequences": [{"values": [[0] * 12 + [255] * 4 + [0] * 12] * 28}]},
    usual=_usual,
    troubled=_troubled,
    count=_count,
)
