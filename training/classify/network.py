"""The network that reads a sequence: recurrent layers over its steps, pooled, or with an output for each step."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from training.classify.config import NetworkSection
from training.core.layers import CELLS, LengthMask, Pooling, Unmasked

ROWS, COLUMNS = "rows", "columns"
"""Begin the names of the layers that read a sequence step by step, and of those that read its columns."""


@keras.saving.register_keras_serializable("seqserve")
class Turned(Unmasked):
    """The columns of sequences of one length as steps: (N, T, D) to (N, D, T), and their number (N,)."""

    def call(self, x: Any) -> tuple[Any, Any]:
        turned = ops.transpose(x, (0, 2, 1))
        return turned, ops.full_like(x[:, 0, 0], x.shape[2], dtype="int32")


def build(section: NetworkSection, features: int, outputs: int, *, steps: int | None, per_step: bool) -> keras.Model:
    """A network for sequences (N, T, D) and their lengths (N,), to (N, outputs) or with `per_step` (N, T, outputs).

    What stands behind a sequence's length does not count.

    Args:
        steps: that every sequence has, if the columns are read too.

    Reference:
        Graves et al., Multi-Dimensional Recurrent Neural Networks, 2007, and Visin et al., ReNet, 2015 (rows and
        columns, both ways).
    """
    x = keras.Input((steps, features), name="x")
    lengths = keras.Input((), dtype="int32", name="lengths")
    mask = None if steps else LengthMask()(x, lengths)
    rows = _read(section, ROWS, x, mask)
    if per_step:
        hidden = rows
    else:
        directions = 1 if section.directions == "one" else 2
        hidden = Pooling(section.pooling, directions, name=f"{ROWS}_pooled")(rows, lengths)
        if section.directions == "four":
            turned, count = Turned()(x)
            columns = _read(section, COLUMNS, turned, None)
            pooled = Pooling(section.pooling, directions, name=f"{COLUMNS}_pooled")(columns, count)
            hidden = keras.layers.Concatenate()([hidden, pooled])
    if section.dropout:
        hidden = keras.layers.Dropout(section.dropout)(hidden)
    return keras.Model([x, lengths], keras.layers.Dense(outputs, name="outputs")(hidden))


def _read(section: NetworkSection, name: str, steps: Any, mask: Any) -> Any:
    for number, size in enumerate(section.units, 1):
        layer = CELLS[section.cell](size, return_sequences=True, name=f"{name}_{number}_cell")
        if section.directions != "one":
            layer = keras.layers.Bidirectional(layer, name=f"{name}_{number}")
        steps = layer(steps, mask=mask)
    return steps


def described(section: NetworkSection) -> str:
    """A network in words."""
    way = {"one": "", "two": "bidirectional ", "four": "four-direction "}[section.directions]
    layers = ", ".join(f"{way}{section.cell.upper()}({units})" for units in section.units)
    return f"{layers}, pooled by {' and '.join(section.pooling)}"
