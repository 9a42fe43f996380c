from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from seqserve.core.onnx_session import Network
from training.classify import network, onnx_export
from training.classify.config import NetworkSection
from training.onnx.graph import ExportError


@pytest.mark.parametrize(
    ("section", "steps", "per_step"),
    [
        ({"cell": "lstm", "directions": "one", "pooling": ["last"]}, None, False),
        ({"directions": "two", "pooling": ["last", "max", "mean"], "units": [5, 4]}, None, False),
        ({"directions": "two"}, None, True),
        ({"directions": "four", "pooling": ["max", "last", "mean"], "units": [5, 4]}, 7, False),
    ],
)
def test_onnx_runtime_computes_what_keras_does(section: dict[str, Any], steps: int | None, per_step: bool) -> None:
    keras.utils.set_random_seed(0)
    built = network.build(NetworkSection(**{"units": [6], **section}), 3, 4, steps=steps, per_step=per_step)
    before = Network(onnx_export.to_onnx(built))
    onnx_export.quantise(built)
    model = onnx_export.to_onnx(built)
    assert onnx_export.prove(built, model) < 1e-5
    x = np.random.default_rng(0).normal(size=(2, steps or 9, 3)).astype(np.float32)
    found = Network(model)(x)
    assert found.shape == ((2, 9, 4) if per_step else (2, 4))
    assert 0 < np.abs(found - before(x)).max() < 0.1


def test_another_network_is_refused() -> None:
    one, other = (network.build(NetworkSection(units=[3]), 2, 2, steps=None, per_step=False) for _ in range(2))
    with pytest.raises(ExportError, match="away from Keras"):
        onnx_export.prove(one, onnx_export.to_onnx(other))
