"""A small pretrained transformer that reads English, as plain Keras 3: BERT's encoder with a linear layer behind it.

Reference:
    Devlin et al., BERT, NAACL 2019; Wang et al., MiniLM, NeurIPS 2020, and Reimers and Gurevych, Sentence-BERT, EMNLP
    2019 (the weights).
"""

from __future__ import annotations

from collections.abc import Mapping

import keras
import numpy as np
import numpy.typing as npt
from keras import ops
from safetensors.numpy import load
from tokenizers import Tokenizer, normalizers

from seqserve.sentiment import word_tokenizer
from seqserve.sentiment.word_tokenizer import TextOptions
from training.core.download import PublicFile
from training.core.layers import LengthMask, Pooling

LICENCE = "Apache-2.0"
NAME = "all-MiniLM-L6-v2"
_ADDRESS = f"https://huggingface.co/sentence-transformers/{NAME}/resolve/main"
_HINT = f"{NAME} of huggingface.co/sentence-transformers"
_WEIGHTS = PublicFile(
    f"sentiment/{NAME}/model.safetensors",
    f"{_ADDRESS}/model.safetensors",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    hint=_HINT,
)
_TOKENIZER = PublicFile(
    f"sentiment/{NAME}/tokenizer.json",
    f"{_ADDRESS}/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    hint=_HINT,
)
_HEAD = 32
"""Units of an attention head; all other sizes are those of the weights."""

Weights = Mapping[str, npt.NDArray[np.float32]]


def pretrained(outputs: int, dropout: float = 0.1) -> keras.Model:
    """The transformer as it was published, the mean of its steps, and a linear layer that is still to learn.

    Shape:
        Tokens (N, T) and lengths (N,) to (N, outputs); T up to 512.

    Raises:
        DataError: it cannot be had.
    """
    weights = load(_WEIGHTS.read())
    network = build(weights, outputs, dropout)
    restore(network, weights)
    return network


def tokenizer() -> Tokenizer:
    """Its tokenizer, without markup, which neither cuts nor pads.

    Raises:
        DataError: it cannot be had.
    """
    found = Tokenizer.from_str(_TOKENIZER.read().decode())
    found.no_truncation()
    found.no_padding()
    found.normalizer = normalizers.Sequence(
        [word_tokenizer.normalizer(TextOptions(fold_addresses=False)), found.normalizer]
    )
    return found


def build(weights: Weights, outputs: int, dropout: float) -> keras.Model:
    """The network that such weights are of."""
    vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
    positions = len(weights["embeddings.position_embeddings.weight"])
    tokens, lengths = keras.Input((None,), dtype="int32", name="x"), keras.Input((), dtype="int32", name="lengths")
    mask = ops.expand_dims(LengthMask()(tokens, lengths), 1)
    places = ops.cumsum(ops.ones_like(tokens), axis=1) - 1
    steps = keras.layers.Embedding(vocabulary, width, name="words")(tokens)
    steps = steps + keras.layers.Embedding(positions, width, name="positions")(places)
    steps = keras.layers.Dropout(dropout)(_norm("norm")(steps))
    for number in range(_layers(weights)):
        # No dropout of what is attended to: without it, attention has a fused kernel.
        attention = keras.layers.MultiHeadAttention(width // _HEAD, _HEAD, name=f"attention_{number}")
        seen = keras.layers.Dropout(dropout)(attention(steps, steps, attention_mask=mask))
        steps = _norm(f"attention_norm_{number}")(steps + seen)
        inner = len(weights[f"encoder.layer.{number}.intermediate.dense.bias"])
        found = keras.layers.Dense(inner, "gelu", name=f"inner_{number}")(steps)
        found = keras.layers.Dropout(dropout)(keras.layers.Dense(width, name=f"outer_{number}")(found))
        steps = _norm(f"norm_{number}")(steps + found)
    pooled = keras.layers.Dropout(dropout)(Pooling(["mean"], directions=1)(steps, lengths))
    return keras.Model([tokens, lengths], keras.layers.Dense(outputs, dtype="float32")(pooled))


def restore(network: keras.Model, weights: Weights) -> None:
    """Put weights, by the names that they were published with, into the network that was built for them."""

    def put(layer: str, *names: str) -> None:
        """Kernels and biases, in the shapes that the layer has them in."""
        found = network.get_layer(layer)
        values = [weights[f"{name}.{kind}"].T for name in names for kind in ("weight", "bias")]
        shapes = [weight.shape for weight in found.weights]
        found.set_weights([value.reshape(shape) for value, shape in zip(values, shapes, strict=True)])

    # All texts are of the first type, of two that there are.
    types = weights["embeddings.token_type_embeddings.weight"][0]
    network.get_layer("words").set_weights([weights["embeddings.word_embeddings.weight"]])
    network.get_layer("positions").set_weights([weights["embeddings.position_embeddings.weight"] + types])
    put("norm", "embeddings.LayerNorm")
    for number in range(_layers(weights)):
        layer = f"encoder.layer.{number}"
        inputs = (f"{layer}.attention.self.{part}" for part in ("query", "key", "value"))
        put(f"attention_{number}", *inputs, f"{layer}.attention.output.dense")
        put(f"attention_norm_{number}", f"{layer}.attention.output.LayerNorm")
        put(f"inner_{number}", f"{layer}.intermediate.dense")
        put(f"outer_{number}", f"{layer}.output.dense")
        put(f"norm_{number}", f"{layer}.output.LayerNorm")


def _layers(weights: Weights) -> int:
    return sum(name.endswith(".intermediate.dense.bias") for name in weights)


def _norm(name: str) -> keras.layers.Layer:
    return keras.layers.LayerNormalization(epsilon=1e-12, name=name)
