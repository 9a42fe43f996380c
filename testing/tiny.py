"""Real releases that are built in milliseconds: GRUs of four units with random weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from seqserve.core.arrays import Floats
from seqserve.core.drift_reference import REFERENCE
from seqserve.core.onnx_session import Network
from seqserve.forecast import scalers
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.predictor import MODEL, SCALER, Forecaster
from seqserve.forecast.scalers import ScalerKind
from seqserve.registry import artifact
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source
from seqserve.registry.store import STABLE, Key, Store
from seqserve.sentiment import predictor as sentiment_predictor
from seqserve.sentiment import word_tokenizer
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.predictor import Classifier
from seqserve.sentiment.word_tokenizer import Encoder, TextOptions

UNITS = 4


def series(steps: int, features: int = 1, seed: int = 0) -> Floats:
    """A random walk around 100, (T, D)."""
    return 100 + np.random.default_rng(seed).normal(size=(steps, features)).cumsum(axis=0)


def values(steps: int, features: int = 1, seed: int = 0) -> list[float] | list[list[float]]:
    """The same as a client sends it."""
    walk = series(steps, features, seed)
    found: list[float] | list[list[float]] = (walk[:, 0] if features == 1 else walk).tolist()
    return found


def deciles(values: Floats) -> list[list[float]]:
    """The eleven deciles of each column of (T, D)."""
    found: list[list[float]] = np.quantile(values, np.linspace(0, 1, 11), axis=0).T.tolist()
    return found


def network(horizon: int, features: int = 1, seed: int = 0) -> bytes:
    """The graph that a `Network` loads: `x` (N, T, D) and `lengths` (N,) to `y` (N, H)."""
    steps = helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2])
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", "T", features])
    return _graph([steps], x, features, horizon, {}, np.random.default_rng(seed))


def text_network(vocabulary: int, labels: int, seed: int = 0) -> bytes:
    """The graph of a classifier: tokens `x` (N, T) and `lengths` (N,) to `y` (N, C)."""
    random = np.random.default_rng(seed)
    steps = [
        helper.make_node("Transpose", ["x"], ["tokens"], perm=[1, 0]),
        helper.make_node("Gather", ["embedding", "tokens"], ["steps"]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.INT32, ["N", "T"])
    return _graph(steps, x, UNITS, labels, {"embedding": random.normal(size=(vocabulary, UNITS))}, random)


def _graph(
    before: list[NodeProto],
    x: ValueInfoProto,
    inputs: int,
    outputs: int,
    weights: dict[str, Floats],
    random: np.random.Generator,
) -> bytes:
    """A GRU over the `steps` (T, N, D) that the nodes before it make of `x`, and a dense layer."""
    weights = {
        **weights,
        **gru_weights(inputs, random),
        "out": random.normal(size=(UNITS, outputs)) / 4,
        "bias": random.normal(size=outputs) / 4,
    }
    nodes = [*before, *gru("last"), helper.make_node("Gemm", ["last", "out", "bias"], ["y"])]
    lengths = helper.make_tensor_value_info("lengths", TensorProto.INT32, ["N"])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", outputs])
    return graph(nodes, [x, lengths], [y], weights)


def gru(state: str) -> list[NodeProto]:
    """The nodes of a GRU, from `steps` (T, N, D) and `lengths` (N,) to the last state (N, UNITS)."""
    rest = {"hidden_size": UNITS, "linear_before_reset": 1}
    return [
        helper.make_node("GRU", ["steps", "w", "r", "b", "lengths"], ["", "last_state"], **rest),
        helper.make_node("Squeeze", ["last_state", "directions"], [state]),
    ]


def gru_weights(inputs: int, random: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
    """Random weights of the GRU's nodes."""
    return {
        "w": random.normal(size=(1, 3 * UNITS, inputs)),
        "r": random.normal(size=(1, 3 * UNITS, UNITS)),
        "b": random.normal(size=(1, 6 * UNITS)),
        "directions": np.array([0]),
    }


def graph(
    nodes: list[NodeProto],
    inputs: list[ValueInfoProto],
    outputs: list[ValueInfoProto],
    weights: dict[str, npt.NDArray[Any]],
) -> bytes:
    """The bytes of an ONNX file."""
    initializers = [
        numpy_helper.from_array(value.astype(np.float32) if value.dtype == np.float64 else value, name)
        for name, value in weights.items()
    ]
    made = helper.make_graph(nodes, "tiny", inputs, outputs, initializers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())


def release(
    name: str = "tiny",
    *,
    window: int = 8,
    horizon: int = 2,
    max_horizon: int | None = None,
    features: Sequence[str] = ("value",),
    scaler: ScalerKind = "minmax",
    residual: bool = True,
    levels: Sequence[int] = (80, 95),
    seed: int = 0,
    worse_than: Sequence[str] = (),
) -> Release:
    """A release with everything that a version needs; `max_horizon` is three times the horizon, if it may be."""
    limit = max_horizon or (3 * horizon if len(features) == 1 else horizon)
    config = ForecastConfig(
        window=window,
        horizon=horizon,
        max_horizon=limit,
        features=list(features),
        target=features[0],
        residual=residual,
        frequency="D",
        season=1,
        naive_scale=1.0,
        spread_floor=0.01,
        quantiles={str(level): [level / 40 * (step + 1) ** 0.5 for step in range(limit)] for level in levels},
    )
    training = series(200, len(features), seed)
    fitted = scalers.fit(scaler, training)
    reference = {"deciles": dict(zip(features, deciles(training), strict=True))}
    model = network(horizon, len(features), seed)
    example = {"values": values(window + 3, len(features), seed), "levels": list(levels)}
    answer = Forecaster(config, fitted, Network(model)).replay(example)
    metrics = {"test": {"mase": 0.9}, "baselines": {"last value": {"mase": 1.0}}, "worse_than": list(worse_than)}
    return Release(
        task="forecast",
        name=name,
        seed=seed,
        data=Source(name="random walk", url="https://example.org/walk", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: config.model_dump_json().encode(),
            SCALER: scalers.to_json(fitted),
            MODEL: model,
            EXAMPLES: json.dumps([{"input": example, "output": answer}]).encode(),
            METRICS: json.dumps(metrics).encode(),
            REFERENCE: json.dumps(reference).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


SENTENCES = [
    "When it rains, look for rainbows. When it's dark, look for stars.",
    "Dull and far too long: I left after 20 minutes.",
    "A great film, and great actors! I loved it.",
    "The plot is thin, the actors are bad and it's too long.",
    "See http://example.org for more; 10 of 10 stars, great!",
]


def sentiment_release(
    name: str = "tiny-reviews",
    *,
    labels: Sequence[str] = ("negative", "positive"),
    options: TextOptions | None = None,
    max_tokens: int = 32,
    max_characters: int = 200_000,
    temperature: float = 0.25,
    seed: int = 0,
) -> Release:
    """A classifier's release with everything that a version needs; its network has not learned anything."""
    config = ClassifierConfig(
        labels=list(labels), max_tokens=max_tokens, max_characters=max_characters, temperature=temperature
    )
    tokenizer = word_tokenizer.fit(SENTENCES * 2, options or TextOptions(vocabulary=200, fold_numbers=True))
    model = text_network(tokenizer.get_vocab_size(), len(labels), seed)
    predictor = Classifier(config, Encoder(tokenizer, max_tokens), Network(model))
    example = {"text": SENTENCES[0]}
    tokens = np.array([[found.tokens] for found in Encoder(tokenizer, max_tokens).encode(SENTENCES)])
    reference = {
        "deciles": {"tokens": deciles(tokens)[0]},
        "unknown_share": 0.25,
        "label_shares": dict.fromkeys(labels, 1 / len(labels)),
    }
    return Release(
        task="sentiment",
        name=name,
        seed=seed,
        data=Source(name="five sentences", url="https://example.org/five", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: config.model_dump_json().encode(),
            sentiment_predictor.TOKENIZER: tokenizer.to_str().encode(),
            sentiment_predictor.MODEL: model,
            EXAMPLES: json.dumps([{"input": example, "output": predictor.replay(example)}]).encode(),
            METRICS: json.dumps({"test": {"accuracy": 0.9}, "baselines": {}, "worse_than": []}).encode(),
            REFERENCE: json.dumps(reference).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def failing(wanted: Release) -> Release:
    """The same, but for a golden example that it does not answer so."""
    (example,) = json.loads(wanted.files[EXAMPLES])
    example["output"] = {}
    return replace(wanted, files={**wanted.files, EXAMPLES: json.dumps([example]).encode()})


def publish(root: Path, wanted: Release | None = None, label: str | None = STABLE) -> Key:
    """Publish a release, point a label at it, and say where it is."""
    manifest = artifact.publish(root, wanted or release()).manifest
    key = Key(manifest.task, manifest.name, manifest.version)
    if label is not None:
        Store(root).label(key, label, even_if_worse=True)
    return key
