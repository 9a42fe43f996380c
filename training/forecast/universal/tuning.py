"""Learning on from a pretrained forecaster, on a panel of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import keras
import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.universal import seasons
from training.forecast.universal import network, windows
from training.forecast.universal.windows import Chunk

Layers = Literal["last", "all"]
"""Which layers learn: those behind the recurrent state, or all."""

_LAST = ("hidden", "out", "gate", "known", "ahead")
_BATCH, _WINDOWS = 64, 256
_CHUNKS = 12  # of windows, drawn once: a panel is small
_EVERY = 50  # steps between two looks at the validation part
_PATIENCE = 6  # looks without a better one


class Origin(NamedTuple):
    """The number of a series, and its first step that is forecast."""

    series: int
    step: int


@dataclass(frozen=True)
class Panel:
    """Series of one's own.

    Args:
        series: (T,) each, NaN for a gap.
        ends: the step of each behind which it may not be learned from.
        season, horizon: steps.
    """

    series: Sequence[Floats]
    ends: Sequence[int]
    season: int
    horizon: int

    def drawn(self, random: np.random.Generator) -> list[Origin]:
        """Origins of which all that is forecast may be learned from, long series more often than short ones."""
        last = np.array(self.ends) - self.horizon
        fewest = np.minimum(np.maximum(2 * self.season, 8), np.maximum(last, 1))
        room = np.maximum(last - fewest + 1, 0)
        if not room.any():
            raise ValueError(f"no series is longer than a horizon of {self.horizon} and a few steps more")
        chosen = random.choice(len(room), _WINDOWS, p=np.sqrt(room) / np.sqrt(room).sum())
        return [Origin(int(one), int(fewest[one] + random.integers(room[one]))) for one in chosen]

    def chunk(self, origins: Sequence[Origin]) -> Chunk:
        """The windows before these origins, with all steps of the horizon behind them."""
        histories = [self.series[number][max(0, step - seasons.LONGEST) : step] for number, step in origins]
        future = np.full((len(origins), self.horizon), np.nan)
        for row, (number, step) in zip(future, origins, strict=True):
            ahead = self.series[number][step : step + self.horizon]
            row[: len(ahead)] = ahead
        history = seasons.right_aligned(histories, max(map(len, histories)))
        return windows.learned(history, future, self.season, np.arange(1, self.horizon + 1))


@dataclass(frozen=True)
class Tuned:
    """A network that learned on.

    Args:
        model: with the weights of the best step; as it was if none was better.
        losses: on the validation part, before the first step and every so many steps.
        steps: of the best.
    """

    model: keras.Model
    losses: list[float]
    steps: int


def tune(
    start: bytes, panel: Panel, validation: Sequence[Origin], steps: int, layers: Layers, rate: float, seed: int
) -> Tuned:
    """Fit a pretrained network to series; the validation part decides how long.

    Args:
        start: the weights, a file of the version.
        validation: what is forecast in the validation part; no window of before reaches behind its first origin.
        steps: at most.
    """
    keras.utils.set_random_seed(seed)
    model = network.restored(start)
    for layer in model.layers:
        layer.trainable = layers == "all" or layer.name.endswith(_LAST)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-4, global_clipnorm=1.0)
    model.compile(optimizer, network.Pinball(), jit_compile=False)
    random = np.random.default_rng(seed)
    chunks = [panel.chunk(panel.drawn(random)) for _ in range(_CHUNKS)]
    judged = windows.batch([(panel.chunk(validation), np.arange(len(validation)))])
    losses, best, kept = [_loss(model, judged)], 0, model.get_weights()
    for step in range(1, steps + 1):
        rows = random.integers(0, _WINDOWS, _BATCH)
        model.train_on_batch(*windows.batch([(chunks[int(random.integers(_CHUNKS))], rows)]))
        if step % _EVERY and step < steps:
            continue
        losses.append(_loss(model, judged))
        if losses[-1] < min(losses[:-1]):
            best, kept = step, model.get_weights()
        elif len(losses) - 1 - int(np.argmin(losses)) >= _PATIENCE:
            break
    model.set_weights(kept)
    return Tuned(model, losses, best)


def _loss(model: keras.Model, judged: Any) -> float:
    return float(model.evaluate(*judged, batch_size=256, verbose=0))
