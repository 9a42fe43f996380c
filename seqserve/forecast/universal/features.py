"""What the network sees of a series: the last steps, coarse blocks before them, classical forecasts, scalars.

All in NumPy, of many windows of one season at once, so that training and serving compute the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.forecast.universal import bases, levels, profile, scaling
from seqserve.forecast.universal.bases import Back, Windows
from seqserve.forecast.universal.levels import WINDOW, Levels
from seqserve.forecast.universal.scaling import CLIP, Scaled

PATCH = 8
PATCHES = WINDOW // PATCH
CHANNELS = 7
BLOCK = 64
BLOCKS = 30
"""Coarse blocks before the patches: together they reach back 2,048 steps."""
CONTEXT = WINDOW + BLOCK * BLOCKS
STATISTICS = 24
SCALARS = STATISTICS + bases.COUNT + 1
LAGS = 14
STEP = LAGS + bases.COUNT

Float32 = npt.NDArray[np.float32]


class Inputs(NamedTuple):
    """The inputs of the network, float32.

    Shape:
        patches (N, PATCHES, PATCH * CHANNELS), blocks (N, BLOCKS, 3), scalars (N, SCALARS), steps (N, H, STEP),
        width (N,): what a difference of one means, in spreads.
    """

    patches: Float32
    blocks: Float32
    scalars: Float32
    steps: Float32
    width: Float32


def inputs(values: Floats, season: int, long: int, steps: npt.NDArray[np.int_]) -> tuple[Inputs, Floats, Floats]:
    """The inputs for windows of one season, and the place and spread (N,) that bring outputs back to their units.

    Args:
        values: (N, T), right-aligned, NaN where nothing is known.
        season: steps in a season, 1 for none.
        long: steps in the longer season above it, 0 for none.
        steps: (H,), which steps ahead are wanted, 1 is the next.
    """
    values = profile.widened(values, max(values.shape[1], WINDOW), np.nan)
    scaled = scaling.scale(values, season)
    x, known = scaled.x, scaled.known
    tried = min(max(season, 6), 24)
    whole, cut = bases.windows(values, scaled, season, long, short_of=tried)
    cycles, far = _back(whole, season, long, steps, shifts=(-1, 1))
    errors, tested = _backtest(scaled, cut, season, long, np.arange(1, tried + 1))
    ahead = np.empty((len(x), len(steps), STEP), np.float32)
    _lags(ahead, whole, season, steps, cycles, far)
    ahead[:, :, LAGS:] = bases.forecasts(whole, season, long, steps, cycles, far)
    scalars = np.empty((len(x), SCALARS), np.float32)
    scalars[:, :STATISTICS] = _statistics(values, scaled, season, long, whole).T
    scalars[:, STATISTICS:-1] = _logarithm(errors) / 2 * tested[:, None]
    scalars[:, -1] = tested
    patches, blocks = _patches(x, known, season, long, whole.levels), _blocks(x, known)
    width = _width(whole.levels, errors, tested).astype(np.float32)
    return Inputs(patches, blocks, scalars, ahead, width), scaled.place, scaled.spread


def _back(
    of: Windows, season: int, long: int, steps: npt.NDArray[np.int_], shifts: tuple[int, ...] = ()
) -> tuple[Back, Back | None]:
    cycles = bases.back(of.x, of.known, season, steps, shifts)
    return cycles, bases.back(of.x, of.known, long, steps) if long else None


def _patches(x: Floats, known: Floats, season: int, long: int, main: Levels) -> Float32:
    """The last steps with what was one and more cycles before them, in patches."""
    lag = season if season > 1 else 2
    longer = long or 2 * lag
    channels = (
        levels.latest(x),
        _lagged(x, lag),
        _lagged(x, longer),
        levels.latest(known),
        _lagged(known, lag),
        _lagged(known, longer),
        np.clip(main.rest, -CLIP, CLIP),
    )
    stacked = np.empty((len(x), WINDOW, CHANNELS), np.float32)
    for number, channel in enumerate(channels):
        stacked[:, :, number] = channel
    return stacked.reshape(len(x), PATCHES, PATCH * CHANNELS)


def _lagged(columns: Floats, lag: int) -> Floats:
    return levels.latest(columns[:, :-lag]) if columns.shape[1] > lag else np.zeros((len(columns), WINDOW))


def _blocks(x: Floats, known: Floats) -> Float32:
    """The mean, the mean size of differences, and the share known, of each coarse block, oldest first."""
    x, known = (
        profile.widened(columns, CONTEXT)[:, :-WINDOW].reshape(len(columns), BLOCKS, BLOCK) for columns in (x, known)
    )
    share = known.mean(axis=2)
    mean = (x * known).sum(axis=2) / np.maximum(known.sum(axis=2), 1)
    both = known[:, :, 1:] * known[:, :, :-1]
    rough = (np.abs(np.diff(x, axis=2)) * both).sum(axis=2) / np.maximum(both.sum(axis=2), 1)
    return np.stack([mean, rough, share], axis=2).astype(np.float32)


def _backtest(
    scaled: Scaled, cut: Windows, season: int, long: int, steps: npt.NDArray[np.int_]
) -> tuple[Floats, Floats]:
    """How far each classical forecast was off, made some steps earlier: (N, COUNT), and (N,) whether it was tested."""
    made = bases.forecasts(cut, season, long, steps, *_back(cut, season, long, steps))
    actual, there = scaled.x[:, -len(steps) :, None], scaled.known[:, -len(steps) :, None]
    count = there.sum(axis=(1, 2))
    errors = (np.abs(made - actual) * there).sum(axis=1) / np.maximum(count, 1)[:, None]
    tested = (scaled.known.sum(axis=1) - count >= 4) & (count >= 2)
    return np.where(tested[:, None], errors, 1.0), tested.astype(np.float64)


def _width(main: Levels, errors: Floats, tested: Floats) -> Floats:
    """What a difference of one is in spreads: between the mean step of the level and the error of the best forecast."""
    step = _mean_step(main.rest, main.known)
    best = errors.min(axis=1)
    both = np.exp((_logarithm(step) + _logarithm(best)) / 2)
    width = np.where(tested > 0, both, np.where(main.known.sum(axis=1) > 2, step, 1.0))
    return np.asarray(np.clip(2 * width, 1e-3, 10.0))


def _statistics(values: Floats, scaled: Scaled, season: int, long: int, of: Windows) -> Floats:
    """What kind of series it is, (STATISTICS, N)."""
    x, known, place, spread = scaled
    main = of.levels
    n = known.sum(axis=1)
    step = _mean_step(main.rest, main.known)
    near = _mean_step(main.rest[:, -9:], main.known[:, -9:])
    lag = season if season > 1 else 2
    seasonal = np.abs(x[:, lag:] - x[:, :-lag]) * known[:, lag:] * known[:, :-lag]
    pairs = (known[:, lag:] * known[:, :-lag]).sum(axis=1)
    filled = np.where(known > 0, values, 0.0)
    recent, there = levels.latest(filled), main.known
    count = np.maximum(there.sum(axis=1), 1)
    changes = np.diff(main.rest, axis=1) * main.known[:, 1:] * main.known[:, :-1]
    squares = np.square(changes).mean(axis=1) / np.maximum(np.square(np.abs(changes).mean(axis=1)), 1e-12)
    zeros = ((recent == 0) & (there > 0)).sum(axis=1) / count
    repeats = ((np.diff(recent, axis=1) == 0) & (there[:, 1:] * there[:, :-1] > 0)).sum(axis=1) / count
    whole = ((np.rint(recent) == recent) & (there > 0)).sum(axis=1) >= count
    middle = levels.median(main, WINDOW)
    rows = len(x)
    with np.errstate(over="ignore"):  # a place of 0
        relative = spread / np.maximum(np.abs(place), 1e-300)
    return np.stack(
        [
            _logarithm(step) / 2,
            _logarithm(seasonal.sum(axis=1) / np.maximum(pairs, 1)) / 2 * (pairs > 0),
            _logarithm(near) / 2,
            _correlation(changes),
            _correlation((main.rest - (main.rest * there).sum(axis=1, keepdims=True) / count[:, None]) * there),
            zeros,
            repeats,
            np.log(np.clip(squares, 1, 1e3)) / 3,
            (filled.min(axis=1, initial=0.0) >= 0).astype(float),
            whole.astype(float),
            np.clip(_logarithm(relative) / 3, -3, 3),
            main.season.strength,
            of.above.strength,
            np.full(rows, np.log(season) / 6),
            np.full(rows, np.log1p(long) / 8),
            np.log1p(n) / 8,
            np.log1p(n / season) / 4,
            known.mean(axis=1),
            known[:, -8:].mean(axis=1),
            np.clip((main.last - middle) / np.maximum(8 * step, 1e-3), -3, 3),
            main.last / 4,
            np.clip(main.slopes[:, 1] / np.maximum(step, 1e-3), -3, 3),
            np.clip(main.drift / np.maximum(step, 1e-3), -3, 3),
            (n < 3).astype(float),
        ]
    )


def _lags(lags: Float32, of: Windows, season: int, steps: npt.NDArray[np.int_], cycles: Back, far: Back | None) -> None:
    """Write what stands whole cycles before each step ahead into the first LAGS of (N, H, STEP)."""
    lags[:, :, :5] = cycles.values.transpose(0, 2, 1)
    lags[:, :, 5:8] = cycles.known[:, :3].transpose(0, 2, 1)
    lags[:, :, 8] = far.values[:, 0] if far else 0
    lags[:, :, 9] = far.known[:, 0] if far else 0
    lags[:, :, 10] = np.log(steps) / 4
    lags[:, :, 11] = np.minimum((steps - 1) // season / 8, 4)
    lags[:, :, 12] = of.levels.season.along(steps)
    lags[:, :, 13] = of.above.along(steps)


def _mean_step(rest: Floats, known: Floats) -> Floats:
    both = known[:, 1:] * known[:, :-1]
    return np.asarray((np.abs(np.diff(rest, axis=1)) * both).sum(axis=1) / np.maximum(both.sum(axis=1), 1))


def _correlation(columns: Floats) -> Floats:
    """Of neighbours, (N,)."""
    power = np.square(columns).sum(axis=1)
    return np.asarray((columns[:, 1:] * columns[:, :-1]).sum(axis=1) / np.maximum(power, 1e-12))


def _logarithm(values: Floats) -> Floats:
    return np.log(np.clip(values, 1e-4, 1e4))
