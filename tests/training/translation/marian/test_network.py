"""Networks that can be imported, and those that are refused, by the name of what is in the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from testing.tiny import marian
from training.core.download import DataError
from training.translation.marian import model_file
from training.translation.marian.network import MarianNetwork, network

SIZE = len(marian.PIECES)


def built(vocabularies: list[int], settings: dict[str, Any] | None = None, **tensors: Any) -> MarianNetwork:
    every = {name: values for name, values in (marian.tensors(vocabularies) | tensors).items() if values is not None}
    return network(model_file.read(marian.model(every, {**marian.SETTINGS, **(settings or {})})))


def test_sizes_are_those_of_the_settings() -> None:
    found = built([SIZE])
    assert (found.dimension, found.hidden, found.heads) == (marian.DIMENSION, marian.HIDDEN, marian.HEADS)
    assert (found.encoder_layers, found.decoder_layers) == (marian.ENCODER_LAYERS, marian.DECODER_LAYERS)
    assert found.shared
    assert found.version == "v1.9.56"
    assert not built([SIZE, 30]).shared
    assert built([SIZE, 30]).embeddings("decoder").whole.shape == (30, marian.DIMENSION)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("type", "s2s"),
        ("dec-cell", "gru"),
        ("transformer-decoder-autoreg", "self-attention"),
        ("transformer-postprocess", "da"),
        ("transformer-preprocess", "n"),
        ("transformer-postprocess-top", "n"),
        ("transformer-ffn-activation", "swish"),
        ("transformer-ffn-depth", 3),
        ("transformer-train-position-embeddings", True),
        ("transformer-no-projection", True),
        ("transformer-tied-layers", [1, 1]),
        ("transformer-rnn-projection", True),
        ("input-types", ["sequence", "class"]),
        ("dim-emb", 0),
        ("transformer-heads", "eight"),
        ("transformer-heads", 3),
    ],
)
def test_a_setting_that_is_not_supported_is_named(setting: str, value: object) -> None:
    with pytest.raises(DataError, match="heads" if value == 3 and "heads" in setting else setting):
        built([SIZE], {setting: value})


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({"encoder_l1_self_Wq": None}, "no tensor encoder_l1_self_Wq"),
        ({"Wemb": None}, "no tensor encoder_Wemb"),
        ({"decoder_l1_rnn_R": np.ones((4, 4), np.float32)}, "decoder_l1_rnn_R, which no network"),
        ({"encoder_l2_ffn_W1": np.ones((4, 4), np.float32)}, "encoder_l2_ffn_W1 has a shape of"),
        ({"decoder_ff_logit_out_b": np.ones((1, 4), np.float32)}, "decoder_ff_logit_out_b has a shape of"),
    ],
)
def test_a_tensor_that_is_not_right_is_named(tensors: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        built([SIZE], **tensors)
