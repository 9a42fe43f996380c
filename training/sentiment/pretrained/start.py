"""Start of a fit from a published version: what it knows of words, and of the labels that both have."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import keras
import numpy as np
from tokenizers import Tokenizer

from seqserve.errors import NotFoundError
from seqserve.registry.artifact import CONFIG
from seqserve.registry.store import Store
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.predictor import TOKENIZER
from seqserve.sentiment.word_tokenizer import UNKNOWN
from training.core.download import DataError
from training.sentiment import network as sentiment_network  # noqa: F401 - registers the layers that are loaded

WEIGHTS = "weights.keras"


def start(network: keras.Model, tokenizer: Tokenizer, labels: list[str], name: str) -> None:
    """Give a network what a version of the models tree has learned.

    Words that only the new vocabulary has begin as the unknown word of the version. Labels that only the network has
    begin at nothing.

    Args:
        network: a `sentiment_network.reader`.
        name: such as `sentiment/general` or `sentiment/general/1`, in `SEQSERVE_MODELS`, or `models`.

    Raises:
        DataError: there is no such version, or its layers have other sizes.
    """
    task, _, rest = name.partition("/")
    model, _, version = rest.partition("/")
    store = Store(Path(os.environ.get("SEQSERVE_MODELS") or "models"))
    try:
        artifact = store.read(store.resolve(task, model, version or None))
    except NotFoundError as error:
        raise DataError(f"--start {name}: {error}") from None
    config = ClassifierConfig.model_validate_json(artifact.file(CONFIG))
    vocabulary = Tokenizer.from_str(artifact.file(TOKENIZER).decode()).get_vocab()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / WEIGHTS
        path.write_bytes(artifact.file(WEIGHTS))
        known = keras.saving.load_model(path, compile=False)

    mine, others = _recurrent(network), _recurrent(known)
    shapes = [[weight.shape for layer in layers for weight in layer.weights] for layers in (mine, others)]
    if shapes[0] != shapes[1] or network.layers[-1].kernel.shape[0] > known.layers[-1].kernel.shape[0]:
        units = ",".join(str(_units(layer)) for layer in others)
        raise DataError(
            f"--start {name}: its layers have other sizes; give --units {units} and the --dimension, --cell and "
            f"--pooling of its recipe.yaml"
        )
    for layer, other in zip(mine, others, strict=True):
        layer.set_weights(other.get_weights())

    (table,) = _embedding(network).get_weights()
    (words,) = _embedding(known).get_weights()
    table[:] = words[vocabulary[UNKNOWN]]
    for token, number in tokenizer.get_vocab().items():
        if token in vocabulary:
            table[number] = words[vocabulary[token]]
    _embedding(network).set_weights([table])

    kernel, bias = network.layers[-1].get_weights()
    learned, offset = known.layers[-1].get_weights()
    kernel[:], bias[:] = 0, 0
    for number, label in enumerate(labels):
        if label in config.labels:
            kernel[:, number] = learned[: len(kernel), config.labels.index(label)]
            bias[number] = offset[config.labels.index(label)]
    if not np.any(kernel):  # no label in common: chance tells the new ones apart
        kernel = keras.initializers.GlorotUniform(seed=0)(kernel.shape)
    network.layers[-1].set_weights([kernel, bias])


def _embedding(network: keras.Model) -> keras.layers.Layer:
    return next(layer for layer in network.layers if isinstance(layer, keras.layers.Embedding))


def _recurrent(network: keras.Model) -> list[keras.layers.Layer]:
    return [layer for layer in network.layers if isinstance(layer, (keras.layers.Bidirectional, keras.layers.RNN))]


def _units(layer: keras.layers.Layer) -> int:
    inner = layer.forward_layer if isinstance(layer, keras.layers.Bidirectional) else layer
    return int(inner.units)
