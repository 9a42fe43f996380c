"""A real forecast release that is built in milliseconds: a GRU of four units with random weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from seqserve import artifact, scaling
from seqserve.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source
from seqserve.forecast_config import ForecastConfig
from seqserve.forecaster import MODEL, SCALER, Forecaster
from seqserve.network import Network
from seqserve.scaling import ScalerKind
from seqserve.store import STABLE, Key, Store
from seqserve.windows import Floats

UNITS = 4


def series(steps: int, features: int = 1, seed: int = 0) -> Floats:
    """A random walk around 100, (T, D)."""
    return 100 + np.random.default_rng(seed).normal(size=(steps, features)).cumsum(axis=0)


def values(steps: int, features: int = 1, seed: int = 0) -> list[float] | list[list[float]]:
    """The same as a client sends it."""
    walk = series(steps, features, seed)
    found: list[float] | list[list[float]] = (walk[:, 0] if features == 1 else walk).tolist()
    return found


def network(horizon: int, features: int = 1, seed: int = 0) -> bytes:
    """The graph that a `Network` loads: `x` (N, T, D) and `lengths` (N,) to `y` (N, H)."""
    random = np.random.default_rng(seed)
    weights = {
        "w": random.normal(size=(1, 3 * UNITS, features)),
        "r": random.normal(size=(1, 3 * UNITS, UNITS)),
        "b": random.normal(size=(1, 6 * UNITS)),
        "out": random.normal(size=(UNITS, horizon)) / 4,
        "bias": random.normal(size=horizon) / 4,
    }
    initializers = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()]
    nodes = [
        helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2]),
        helper.make_node(
            "GRU", ["steps", "w", "r", "b", "lengths"], ["", "state"], hidden_size=UNITS, linear_before_reset=1
        ),
        helper.make_node("Reshape", ["state", "shape"], ["last"]),
        helper.make_node("Gemm", ["last", "out", "bias"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", "T", features]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["N"]),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", horizon])],
        [*initializers, numpy_helper.from_array(np.array([-1, UNITS], dtype=np.int64), "shape")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
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
    fitted = scaling.fit(scaler, series(200, len(features), seed))
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
            SCALER: scaling.to_json(fitted),
            MODEL: model,
            EXAMPLES: json.dumps([{"input": example, "output": answer}]).encode(),
            METRICS: json.dumps(metrics).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def publish(root: Path, wanted: Release | None = None, label: str | None = STABLE) -> Key:
    """Publish a release, point a label at it, and say where it is."""
    manifest = artifact.publish(root, wanted or release()).manifest
    key = Key(manifest.task, manifest.name, manifest.version)
    if label is not None:
        Store(root).label(key, label, even_if_worse=True)
    return key
