"""Classical forecasts of many windows at once: what statistics know, for the network to choose from and to correct.

References:
    Assimakopoulos and Nikolopoulos, The theta model, 2000 (half the slope of the line through all).
    Gardner and McKenzie, Forecasting trends in time series, 1985 (damped trends).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.forecast.universal import levels, profile
from seqserve.forecast.universal.levels import WINDOW, Levels
from seqserve.forecast.universal.profile import Profile
from seqserve.forecast.universal.scaling import Scaled

NAMES = (
    "seasonal naive", "last value", "last + season", "SES .5", "SES .2", "SES .04",
    "short line", "long line", "theta", "drift", "seasonal naive + growth", "mean cycle", "long seasonal naive",
    "short damped line", "undamped line", "median level", "log SES .2", "log drift", "log line",
    "two seasons SES .2", "two seasons SES .04", "mean long cycle", "mean",
)  # fmt: skip
COUNT = len(NAMES)
CLIP = 25.0

_AT = {name: number for number, name in enumerate(NAMES)}
_IN_LOGS = [_AT[name] for name in ("log SES .2", "log drift", "log line")]
_OF_LOGS = [_AT[name] for name in ("SES .2", "drift", "long line")]
"""The same not in logarithms."""
_TWO = [_AT[name] for name in ("two seasons SES .2", "two seasons SES .04")]
_LONG_CYCLES = 4  # that the profile of the long season is made of


class Logs(NamedTuple):
    """Windows in logarithms.

    Args:
        positive: (N,), whether a window has nothing but positive values; others have no logarithms.
        levels: of logarithms less `middle`.
        middle, highest: (N,); `highest` is the largest that is forecast.
        place, spread: (N,), of the scaled windows, to go back.
    """

    positive: npt.NDArray[np.bool_]
    levels: Levels
    middle: Floats
    highest: Floats
    place: Floats
    spread: Floats


class Windows(NamedTuple):
    """What classical forecasts are made from.

    Args:
        x, known: (N, T), as far back as they look.
        above: the profile of the long season, of what the short one leaves.
        two: (N, 2), means of what both leave, by simple exponential smoothing.
        growth: (N,), the mean of the last season less that of the one before.
        middle: (N,), the median level.
        overall: (N,), the mean of all.
    """

    x: Floats
    known: Floats
    levels: Levels
    above: Profile
    two: Floats
    growth: Floats
    middle: Floats
    overall: Floats
    logs: Logs


def windows(values: Floats, scaled: Scaled, season: int, long: int, short_of: int) -> tuple[Windows, Windows]:
    """Windows whole, and the same without their last `short_of` steps: to see how far forecasts were off.

    Both go through all arithmetic together.

    Args:
        values: (N, T), in the units of the series, NaN where nothing is known.
        season, long: steps in the season and in the long one above it, 1 and 0 for none.
    """
    count = len(values)
    width = min(max(WINDOW, profile.CYCLES * season, _LONG_CYCLES * long), values.shape[1])

    def both(columns: Floats) -> Floats:
        return np.concatenate([columns[:, -width:], profile.widened(columns[:, :-short_of], width)])

    x, known = both(scaled.x), both(scaled.known)
    z, middle, highest, positive = _logarithms(values, scaled.known, short_of)
    everything = np.concatenate([x, both(z) - middle[:, None] * known]), np.concatenate([known, known])
    found = levels.of(*everything, profile.of(*everything, season))
    main, in_logs = levels.rows(found, slice(2 * count)), levels.rows(found, slice(2 * count, None))
    above = _above(x, known, season, long, main.season)
    two = levels.smoothed(levels.less(main.rest, main.known, above), main.known) if long else main.means
    sums, counts = (
        np.concatenate([whole, whole - columns[:, -short_of:].sum(axis=1)])
        for columns in (scaled.x, scaled.known)
        for whole in [columns.sum(axis=1)]
    )
    back = (np.concatenate([part, part]) for part in (scaled.place, scaled.spread))
    made = Windows(
        x,
        known,
        main,
        above,
        two[:, 1:],
        _growth(x, known, season),
        levels.median(main, min(max(season, 7), WINDOW)),
        sums / np.maximum(counts, 1),
        Logs(positive, in_logs, middle, highest, *back),
    )
    return levels.rows(made, slice(count)), levels.rows(made, slice(count, None))


class Back(NamedTuple):
    """The values whole cycles before the steps ahead, (N, cycles, H)."""

    values: Floats
    known: Floats


def back(x: Floats, known: Floats, season: int, steps: npt.NDArray[np.int_], shifts: tuple[int, ...] = ()) -> Back:
    """The values one, two and three seasons back, and those `shifts` steps off the first of these.

    Args:
        x, known: (N, T), values and 1 where one is known.
        steps: (H,) ahead, from 1 on.

    Returns:
        Values and what is known, each (N, 3 + S, H) for S shifts; before the window both are 0.
    """
    last = x.shape[1] - 1 + steps - season * -(-steps // season)
    index = last + np.array([0, -season, -2 * season, *shifts])[:, None]
    there = (index >= 0) & (index < x.shape[1])
    index = np.where(there, index, 0)
    return Back(x[:, index] * there, known[:, index] * there)


def forecasts(
    of: Windows, season: int, long: int, steps: npt.NDArray[np.int_], cycles: Back, far: Back | None
) -> Floats:
    """All of `NAMES` at steps (H,) ahead, (N, H, COUNT).

    Args:
        cycles, far: `back` for the season, and for the long one if there is one.
    """
    main = of.levels
    season_ahead = main.season.along(steps)
    made = np.empty((*season_ahead.shape, COUNT))
    straight, strong, medium, weak = (_reach(damping, steps) for damping in (1.0, 0.97, 0.9, 0.8))
    half, fifth, slow = main.means.T
    short, long_line, _ = zip(main.starts.T, main.slopes.T, strict=True)
    continued = {
        "last + season": (main.last,),
        "SES .5": (half,),
        "SES .2": (fifth,),
        "SES .04": (slow,),
        "short line": (*short, medium),
        "long line": (*long_line, strong),
        "theta": (half, 0.5 * main.slopes[:, 2], straight),
        "drift": (main.last, main.drift, straight),
        "short damped line": (main.last, 0.9 * short[1], weak),
        "undamped line": (*long_line, straight),
        "median level": (of.middle,),
        "two seasons SES .2": (of.two[:, 0],),
        "two seasons SES .04": (of.two[:, 1],),
    }
    for name, line in continued.items():
        made[:, :, _AT[name]] = _continued(season_ahead, *line)
    if long:
        made[:, :, _TWO] += of.above.along(steps)[:, :, None]
    naive = np.where(cycles.known[:, 0] > 0, cycles.values[:, 0], main.last[:, None] + season_ahead)
    others = {
        "seasonal naive": naive,
        "last value": (main.last + main.season.shape[:, -1])[:, None],
        "seasonal naive + growth": naive + 0.7 * of.growth[:, None] * np.ceil(steps / season),
        "mean cycle": _mean_cycle(cycles, naive),
        "long seasonal naive": naive if far is None else np.where(far.known[:, 0] > 0, far.values[:, 0], naive),
        "mean long cycle": naive if far is None else _mean_cycle(far, naive),
        "mean": of.overall[:, None],
    }
    for name, forecast in others.items():
        made[:, :, _AT[name]] = forecast
    made[:, :, _IN_LOGS] = made[:, :, _OF_LOGS]
    rows = np.flatnonzero(of.logs.positive)
    if len(rows):
        made[np.ix_(rows, np.arange(len(steps)), np.array(_IN_LOGS))] = _in_logs(levels.rows(of.logs, rows), steps)
    return np.clip(made, -CLIP, CLIP, out=made)


def _continued(ahead: Floats, start: Floats, slope: Floats | None = None, reach: Floats | None = None) -> Floats:
    """A level (N,) continued by a slope (N,), as far as its reach (H,) says, with a season (N, H) on top."""
    moved = ahead + start[:, None]
    return moved if slope is None or reach is None else moved + slope[:, None] * reach


def _reach(damping: float, steps: npt.NDArray[np.int_]) -> Floats:
    """How far a slope reaches of which each step has `damping` times what the one before had, (H,)."""
    return np.asarray(steps if damping == 1 else damping * (1 - damping**steps) / (1 - damping), np.float64)


def _mean_cycle(cycles: Back, otherwise: Floats) -> Floats:
    """The mean of what is known of three cycles, (N, H)."""
    seen = cycles.known[:, :3].sum(axis=1)
    return np.where(seen > 0, cycles.values[:, :3].sum(axis=1) / np.maximum(seen, 1), otherwise)


def _logarithms(values: Floats, known: Floats, short_of: int) -> tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]:
    """The logarithms of windows (N, T), 0 where there is none; and of these whole and cut, one after the other, their
    means, the largest that is forecast above them, and whether there is one for every value: (2 N,).
    """
    with np.errstate(invalid="ignore"):
        above = values > 0
    z = np.log(values, out=np.zeros_like(values), where=above)
    middles, highest, positive = [], [], []
    for end in (values.shape[1], values.shape[1] - short_of):
        count = known[:, :end].sum(axis=1)
        all_above = (count > 0) & (above[:, :end].sum(axis=1) == count)
        middle = np.where(all_above, z[:, :end].sum(axis=1) / np.maximum(count, 1), 0.0)
        largest = np.where(above[:, :end], z[:, :end], -np.inf).max(axis=1)
        middles.append(middle)
        highest.append(np.where(all_above, largest, 0.0) - middle + 2.0)
        positive.append(all_above)
    return z, np.concatenate(middles), np.concatenate(highest), np.concatenate(positive)


def _in_logs(of: Logs, steps: npt.NDArray[np.int_]) -> Floats:
    """The forecasts made in logarithms, (N, H, 3), of windows that are positive."""
    main, ahead = of.levels, of.levels.season.along(steps)
    lines = (
        (main.means[:, 1],),
        (main.last, main.drift, _reach(1.0, steps)),
        (main.starts[:, 1], main.slopes[:, 1], _reach(0.97, steps)),
    )
    made = np.stack([_continued(ahead, *line) for line in lines], axis=2)
    value = np.exp(np.minimum(made, of.highest[:, None, None]) + of.middle[:, None, None])
    return np.asarray((value - of.place[:, None, None]) / of.spread[:, None, None])


def _above(x: Floats, known: Floats, season: int, long: int, shape: Profile) -> Profile:
    """The profile of the long season, of what the short one leaves."""
    if not long:
        return Profile(np.zeros((len(x), 1)), np.zeros(len(x)))
    columns = min(x.shape[1], _LONG_CYCLES * long)
    x, known = x[:, -columns:], known[:, -columns:]
    rest = (x - shape.along(1 - np.arange(1, columns + 1)[::-1])) * known
    return profile.of(rest, known, long, cycles=_LONG_CYCLES, smooth=15 if season in (5, 7) else 1)


def _growth(x: Floats, known: Floats, season: int) -> Floats:
    """The mean of the last season less that of the one before, (N,); 0 where one is not known."""
    if x.shape[1] < 2 * season:
        return np.zeros(len(x))
    one, two = (slice(-season, None), slice(-2 * season, -season))
    counts = known[:, one].sum(axis=1), known[:, two].sum(axis=1)
    sums = (x * known)[:, one].sum(axis=1), (x * known)[:, two].sum(axis=1)
    enough = (counts[0] > 0.5 * season) & (counts[1] > 0.5 * season)
    return np.where(enough, sums[0] / np.maximum(counts[0], 1) - sums[1] / np.maximum(counts[1], 1), 0.0)
