"""What the calendar does: days within weeks, weeks within years, weekends of their own, holidays, closing days."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.universal import seasons
from training.forecast.universal.generators import noise, seasonal
from training.forecast.universal.generators.noise import log_uniform, some, uniform


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length) with a season, and above it the one that goes with it."""
    season = max(season, 2)
    long = seasons.above(season, seasons.LONGEST) or 4 * season
    day = seasonal.repeated(rng, seasonal.profiles(rng, count, season), length)
    if season >= 20 and season != 52:
        series = _week_of_days(rng, day, count, length, season)
    else:
        year = noise.smooth(rng, count, long, np.full((count, 1), long / 12))
        year = seasonal.repeated(rng, noise.standard(year + year[:, ::-1]), length)
        series = day + some(rng, count, 0.8) * log_uniform(rng, count, 0.2, 4) * year
    holiday = rng.random((count, length)) < uniform(rng, count, 0.0, 0.02)
    series = series - holiday * some(rng, count, 0.4) * uniform(rng, count, 0.5, 4)
    slow = some(rng, count, 0.7) * log_uniform(rng, count, 0.002, 0.1) * noise.walk(rng, count, length)
    size = log_uniform(rng, count, 0.03, 0.8)
    return np.asarray(series + slow + size * noise.ar1(rng, count, length, float(rng.uniform(0, 0.9))))


def _week_of_days(rng: np.random.Generator, day: Floats, count: int, length: int, season: int) -> Floats:
    """Days whose size, level and shape depend on the day of the week; two of seven may be days off."""
    weekday = (np.arange(length)[None, :] // season + rng.integers(0, 7, (count, 1))) % 7
    size = 1 + some(rng, count, 0.7) * 0.4 * rng.standard_normal((count, 7))
    level = some(rng, count, 0.7) * uniform(rng, count, 0.1, 1.5) * rng.standard_normal((count, 7))
    other = seasonal.repeated(rng, seasonal.profiles(rng, count, season), length)
    off = (weekday >= 5) * some(rng, count, 0.6)
    series = np.where(off > 0, other * uniform(rng, count, 0, 1) - uniform(rng, count, 0, 1.5), day)
    return series * np.take_along_axis(size, weekday, axis=1) + np.take_along_axis(level, weekday, axis=1)
