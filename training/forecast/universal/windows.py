"""Windows to learn from: histories of real and synthetic series, with the steps that came after them.

A chunk holds windows of one season and is drawn from its number alone, so that a training that resumes sees the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.forecast.universal import features, seasons
from seqserve.forecast.universal.features import Float32, Inputs
from training.forecast.universal import augment, generators
from training.forecast.universal.sources import SeriesSet

WINDOWS = 512
AHEAD = 24
"""Steps of a window that are learned from, drawn from a block: each is forecast by itself, so that none is missed."""
BLOCK = 48
"""Steps of which these are drawn: the first, or some further ahead."""
MOST_AHEAD = 1024

_SEASONS = {1: 0.14, 4: 0.1, 12: 0.16, 7: 0.18, 5: 0.05, 52: 0.1, 24: 0.13, 48: 0.05, 96: 0.03, 288: 0.015,
            6: 0.02, 13: 0.01, 26: 0.01, 30: 0.01, 10: 0.01, 60: 0.01, 168: 0.01}  # fmt: skip
_COARSER = {12: (3, 12), 24: (2, 4, 24), 48: (2, 48), 96: (4, 96), 288: (3, 12, 288), 7: (7,), 4: (4,)}
_NEAR = {1: 8, 4: 12, 12: 24, 7: 28, 5: 20, 52: 26}
"""Steps ahead that are asked most of series with such a season; others count less in the loss."""


class Chunk(NamedTuple):
    """Windows of one season.

    Args:
        targets: (N, AHEAD), in spreads, NaN where nothing is known.
        weights: (N, AHEAD), what a spread is in the scale of MASE; 0 where nothing is known.
    """

    inputs: Inputs
    targets: Float32
    weights: Float32


@dataclass(frozen=True)
class Recipe:
    """How chunks are drawn.

    Args:
        sets: of real series; none for synthetic ones alone.
        synthetic: the share of chunks that are.
    """

    sets: list[SeriesSet]
    synthetic: float = 0.5

    def chunk(self, seed: int, number: int) -> Chunk:
        """The chunk of a number, the same at every call."""
        rng = np.random.default_rng((seed, number))
        if not self.sets or rng.random() < self.synthetic:
            values, season, offset = self._drawn(rng)
        else:
            values, season, offset = self._real(rng)
        if rng.random() < 0.04:  # a hint may be wrong, or missing
            season = int(rng.choice([1, 1, 7, 12, 24, 10]))
        return _chunk(rng, values, season, offset)

    def _drawn(self, rng: np.random.Generator) -> tuple[Floats, int, int]:
        season = int(rng.choice(list(_SEASONS), p=np.array(list(_SEASONS.values())) / sum(_SEASONS.values())))
        offset = _offset(rng, MOST_AHEAD - BLOCK)
        longest = _longest(season)
        length = int(np.exp(rng.uniform(np.log(max(24, 2 * season)), np.log(longest))))
        values = generators.sample(rng, WINDOWS, length + offset + BLOCK, season)
        if rng.random() < 0.1:
            values = values[:, ::-1]
        shortest = 3 if rng.random() < 0.3 else min(2 * season + 4, length)
        kept = np.exp(rng.uniform(np.log(shortest), np.log(length), WINDOWS)).astype(int)
        kept = np.where(rng.random(WINDOWS) < 0.4, length, kept)
        values[np.arange(values.shape[1])[None, :] < length - kept[:, None]] = np.nan
        return augment.changed(rng, values, offset + BLOCK, mix=0.0), season, offset

    def _real(self, rng: np.random.Generator) -> tuple[Floats, int, int]:
        sizes = np.array([_weight(one) for one in self.sets])
        one = self.sets[int(rng.choice(len(self.sets), p=sizes / sizes.sum()))]
        season, series = one.season, one.series
        if season in _COARSER and rng.random() < 0.2:
            steps = int(rng.choice(_COARSER[season]))
            series = [mean for values in series if len(mean := augment.averaged(values, steps)) >= 8]
            season = {24: 7, 48: 7, 96: 7, 288: 7, 7: 52}.get(steps, max(season // steps, 1)) if series else season
            series = series or one.series
        lengths = np.array([len(values) for values in series], dtype=float)
        offset = min(_offset(rng, MOST_AHEAD - BLOCK), int(max(np.median(lengths) - BLOCK, 0)) // 3)
        longest = _longest(season)
        width = int(min(longest, lengths.max()))
        values = np.full((WINDOWS, width + offset + BLOCK), np.nan)
        picks = rng.choice(len(series), WINDOWS, p=np.sqrt(lengths) / np.sqrt(lengths).sum())
        for row, pick in zip(values, picks, strict=True):
            _cut(rng, row, series[pick], width, offset)
        return augment.changed(rng, values, offset + BLOCK, mix=0.4), season, offset


def _cut(rng: np.random.Generator, row: Floats, series: Floats, width: int, offset: int) -> None:
    """Put a history of a series and what came after it into a row, in place."""
    length = len(series)
    first = min(length - 1, max(3, int(0.3 * length)) if rng.random() < 0.8 else 3)
    origin = int(rng.integers(first, max(length - offset, first + 1)))
    kept = origin if rng.random() < 0.7 else int(np.exp(rng.uniform(np.log(3), np.log(max(origin, 4)))))
    kept = min(kept, width, origin)
    row[width - kept : width] = series[origin - kept : origin]
    after = series[origin : origin + len(row) - width]
    row[width : width + len(after)] = after


def _weight(one: SeriesSet) -> float:
    """How often a set is drawn: by the square root of its windows, so that no large one drowns the small."""
    return float(np.sqrt(sum(min(len(values), 2000) for values in one.series)))


def _offset(rng: np.random.Generator, most: int) -> int:
    """How many steps lie between the history and what is forecast: mostly none."""
    return 0 if rng.random() < 0.85 else int(np.exp(rng.uniform(np.log(8), np.log(most))))


def _longest(season: int) -> int:
    return int(min(seasons.LONGEST, max(600, 10 * season, 1.6 * seasons.above(season, seasons.LONGEST) + 200)))


def _chunk(rng: np.random.Generator, values: Floats, season: int, offset: int) -> Chunk:
    near = _NEAR.get(season, BLOCK)
    steps = _steps(rng, near) + offset
    past = values.shape[1] - offset - BLOCK
    history, future = values[:, :past], values[:, past + steps - 1]
    usable = np.any(np.isfinite(history), axis=1) & np.any(np.isfinite(future), axis=1)
    if not usable.all():  # a batch has always as many: those that can't be used are replaced by some that can
        chosen = np.where(usable, np.arange(len(usable)), np.resize(np.flatnonzero(usable), len(usable)))
        history, future = history[chosen], future[chosen]
    return learned(history, future, season, steps, np.where(steps <= near, 1.0, 0.3))


def learned(
    history: Floats, future: Floats, season: int, steps: npt.NDArray[np.int_], weights: Floats | float = 1.0
) -> Chunk:
    """Windows to learn from.

    Args:
        history: (N, T), right-aligned, NaN where nothing is known.
        future: (N, H), the values at steps (H,) behind it.
        weights: (H,), how much each step counts.
    """
    inputs, place, spread = features.inputs(history, season, seasons.above(season, history.shape[1]), steps)
    targets = np.clip((future - place[:, None]) / spread[:, None], -40, 40)
    scales = np.clip(spread / _naive_scale(history, season), 0.2, 8)[:, None]
    return Chunk(inputs, targets.astype(np.float32), (np.isfinite(targets) * scales * weights).astype(np.float32))


def _steps(rng: np.random.Generator, near: int) -> npt.NDArray[np.int_]:
    """The steps of a block that are learned from, most of them near ones where those are what is asked."""
    chances = np.where(np.arange(1, BLOCK + 1) <= near, 1.0, 0.3 * near / BLOCK)
    return np.sort(rng.choice(BLOCK, AHEAD, replace=False, p=chances / chances.sum())) + 1


def _naive_scale(history: Floats, season: int) -> Floats:
    """The mean error of the seasonal naive forecast in each history, or of the last value where it is short."""
    lag = season if history.shape[1] > season else 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing known: NaN, replaced below
        seasonal: Floats = np.nanmean(np.abs(history[:, lag:] - history[:, :-lag]), axis=1)
        last: Floats = np.nanmean(np.abs(np.diff(history, axis=1)), axis=1)
    scale = np.where(np.isfinite(seasonal) & (seasonal > 0), seasonal, last)
    return np.where(np.isfinite(scale) & (scale > 0), scale, np.inf)


def batch(parts: Iterable[tuple[Chunk, npt.NDArray[np.int_]]]) -> tuple[dict[str, Float32], Float32]:
    """Rows of chunks as the network's inputs, and its targets (N, H, 2): value and weight."""
    parts = list(parts)
    x = {name: np.concatenate([getattr(chunk.inputs, name)[rows] for chunk, rows in parts]) for name in Inputs._fields}
    y = [np.stack([np.nan_to_num(chunk.targets[rows]), chunk.weights[rows]], axis=2) for chunk, rows in parts]
    return x, np.concatenate(y)


def batch_shapes() -> dict[str, tuple[int | None, ...]]:
    """The shapes of one window's inputs; any number of steps."""
    return {
        "patches": (features.PATCHES, features.PATCH * features.CHANNELS),
        "blocks": (features.BLOCKS, 3),
        "scalars": (features.SCALARS,),
        "steps": (None, features.STEP),
        "width": (),
    }
