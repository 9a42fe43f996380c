"""Start of a fit from a published version: what it knows of words, and of the labels that both have."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
from tokenizers import Tokenizer

from seqserve.errors import NotFoundError
from seqserve.registry.artifact import CONFIG, Artifact
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
    artifact = _version(name)
    config = ClassifierConfig.model_validate_json(artifact.file(CONFIG))
    vocabulary = Tokenizer.from_str(artifact.file(TOKENIZER).decode()).get_vocab()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / WEIGHTS
        path.write_bytes(artifact.file(WEIGHTS))
        known = keras.saving.load_model(path, compile=False)
    _copy_reading(network, known, name)
    _copy_words(network, tokenizer.get_vocab(), known, vocabulary)
    _copy_labels(network, labels, known, config.labels)


def _version(name: str) -> Artifact:
    task, _, rest = name.partition("/")
    model, _, version = rest.partition("/")
    store = Store(Path(os.environ.get("SEQSERVE_MODELS") or "models"))
    try:
        return store.read(store.resolve(task, model, version or None))
    except NotFoundError as error:
        raise DataError(f"--start {name}: {error}") from None


def _copy_reading(network: keras.Model, known: keras.Model, name: str) -> None:
    """Take over the recurrent layers, which must have the same sizes."""
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


def _copy_words(
    network: keras.Model, tokens: Mapping[str, int], known: keras.Model, vocabulary: Mapping[str, int]
) -> None:
    """Take over the embeddings of tokens that both vocabularies have; others begin as the unknown word."""
    (table,) = _embedding(network).get_weights()
    (words,) = _embedding(known).get_weights()
    table[:] = words[vocabulary[UNKNOWN]]
    for token, number in tokens.items():
        if token in vocabulary:
            table[number] = words[vocabulary[token]]
    _embedding(network).set_weights([table])


def _copy_labels(network: keras.Model, labels: list[str], known: keras.Model, others: list[str]) -> None:
    """Take over the last layer's weights of labels that both have; others begin at nothing."""
    kernel, bias = network.layers[-1].get_weights()
    learned, offset = known.layers[-1].get_weights()
    kernel[:], bias[:] = 0, 0
    for number, label in enumerate(labels):
        if label in others:
            kernel[:, number] = learned[: len(kernel), others.index(label)]
            bias[number] = offset[others.index(label)]
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
