"""Released networks name their layers as they were registered, wherever the classes stand now."""

from __future__ import annotations

from pathlib import Path

import keras
import pytest

from seqserve.registry import artifact
from training.core.layers import LengthMask, Pooling
from training.sentiment.linear.ngrams import Ngrams

VERSIONS = sorted((Path(__file__).parents[4] / "models" / "sentiment").glob("*/[0-9]*"))


@pytest.mark.parametrize("layer", [LengthMask, Ngrams, Pooling])
def test_a_layer_keeps_its_registered_name(layer: type[keras.layers.Layer]) -> None:
    assert keras.saving.get_registered_name(layer) == f"seqserve>{layer.__name__}"


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)
def test_a_released_network_loads(version: Path, tmp_path: Path) -> None:
    (tmp_path / "weights.keras").write_bytes(artifact.read(version).file("weights.keras"))
    network = keras.saving.load_model(tmp_path / "weights.keras")
    assert {LengthMask, Pooling} <= set(map(type, network.layers))
