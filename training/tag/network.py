"""The network that tags words: recurrent layers in both directions over embedded words, their shapes and letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from seqserve.tag.vocabulary import CHARACTERS, SHAPES
from training.core.config import Cell
from training.core.layers import CELLS, LengthMask, Unmasked
from training.tag.crf import TagLoss

SHAPE_DIMENSION = 8


@keras.saving.register_keras_serializable("seqserve")
class Largest(Unmasked):
    """The largest of each filter over the letters of a word: (N, T, C, F) to (N, T, F)."""

    def call(self, x: Any) -> Any:
        return ops.max(x, axis=2)


def tagger(
    cell: Cell,
    units: Sequence[int],
    words: int,
    characters: int,
    tags: int,
    *,
    dimension: int,
    character_dimension: int,
    filters: int,
    dropout: float = 0.0,
) -> keras.Model:
    """The scores of the tags of each word.

    Args:
        words, characters: how many there are, padding and the unknown one included.

    Shape:
        Words (N, T), shapes (N, T), characters (N, T, C) and lengths (N,), all integers, to (N, T, tags). What stands
        behind a row's length does not count.

    Reference:
        Ma and Hovy, End-to-end Sequence Labeling via Bi-directional LSTM-CNNs-CRF, ACL 2016.
    """
    x = keras.Input((None,), dtype="int32", name="x")
    shapes = keras.Input((None,), dtype="int32", name="shapes")
    spelling = keras.Input((None, CHARACTERS), dtype="int32", name="characters")
    lengths = keras.Input((), dtype="int32", name="lengths")
    mask = LengthMask()(x, lengths)
    letters = keras.layers.Embedding(characters, character_dimension, name="letters")(spelling)
    convolved = keras.layers.Conv2D(filters, (1, 3), padding="same", activation="relu", name="filters")(letters)
    parts = [
        keras.layers.Embedding(words, dimension, name="words")(x),
        keras.layers.Embedding(SHAPES, SHAPE_DIMENSION, name="shape")(shapes),
        Largest()(convolved),
    ]
    steps = keras.layers.Concatenate()(parts)
    if dropout:
        steps = keras.layers.Dropout(dropout)(steps)
    for number, size in enumerate(units):
        layer = CELLS[cell](size, return_sequences=True)
        steps = keras.layers.Bidirectional(layer, name=f"both_{number}")(steps, mask=mask)
    if dropout:
        steps = keras.layers.Dropout(dropout)(steps)
    return keras.Model([x, shapes, spelling, lengths], keras.layers.Dense(tags, name="scores")(steps))


def with_loss(network: keras.Model, tags: list[str]) -> keras.Model:
    """The same network with one more input, the tags (N, T), and the loss of each row (N,) as its output."""
    targets = keras.Input((None,), dtype="int32", name="tags")
    loss = TagLoss(tags, name="loss")(network.output, targets, network.inputs[-1])
    return keras.Model([*network.inputs, targets], loss)
