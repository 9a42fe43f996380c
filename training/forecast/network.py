"""The forecasting network: recurrent layers over a window."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from training.core.config import Cell
from training.core.layers import CELLS


def recurrent(
    cell: Cell, units: Sequence[int], features: int, outputs: int, dropout: float = 0.0, sequence: bool = False
) -> keras.Sequential:
    """Recurrent layers over a window, each followed by dropout, and a linear projection.

    Args:
        units: one number a layer.
        sequence: project every step (outputs a step) rather than the last state.

    Shape:
        (N, T, features) to (N, outputs), or to (N, T, outputs) with `sequence`; T may vary.
    """
    network = keras.Sequential([keras.Input((None, features))])
    for number, size in enumerate(units, 1):
        network.add(CELLS[cell](size, return_sequences=sequence or number < len(units)))
        if dropout:
            network.add(keras.layers.Dropout(dropout))
    # On (N, T, U) a Dense layer projects every step; TimeDistributed(Dense) would say the same, but as
    # of Keras 3.15 it answers otherwise in a compiled graph than eagerly when T may vary.
    network.add(keras.layers.Dense(outputs))
    return network
