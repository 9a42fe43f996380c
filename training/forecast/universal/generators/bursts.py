"""Rates that swing in logarithms: page views with bursts that die away, outbreaks that change from year to year."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise, seasonal
from training.forecast.universal.generators.noise import log_uniform, some, uniform


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length), positive."""
    rate = some(rng, count, 0.7) * log_uniform(rng, count, 0.003, 0.06) * noise.walk(rng, count, length)
    swing = noise.ar1(rng, count, length, float(rng.uniform(0.7, 0.99)))
    rate = rate + some(rng, count, 0.8) * log_uniform(rng, count, 0.05, 0.8) * swing
    if season > 1:
        shape = seasonal.repeated(rng, seasonal.profiles(rng, count, season), length)
        rate = rate + some(rng, count, 0.8) * log_uniform(rng, count, 0.05, 0.8) * shape
    rate = rate + log_uniform(rng, count, 0.01, 0.4) * noise.white(rng, count, length)
    year = season if season >= 12 else 52 * season
    outbreaks = some(rng, count, 0.4) * log_uniform(rng, count, 0.5, 10) * _outbreaks(rng, count, length, year)
    bursts = some(rng, count, 0.5) * _bursts(rng, count, length)
    return np.asarray(np.exp(np.clip(rate, -6, 6)) * (1 + outbreaks + bursts))


def _bursts(rng: np.random.Generator, count: int, length: int) -> Floats:
    """Sudden rises with a Pareto distribution of sizes, each dying away by the same factor a step."""
    there = rng.random((count, length)) < log_uniform(rng, count, 0.002, 0.05)
    sizes = np.minimum(rng.pareto(uniform(rng, count, 1.2, 3), (count, length)), 30)
    return np.asarray(lfilter([1.0], [1.0, -rng.uniform(0, 0.95)], there * sizes, axis=1))


def _outbreaks(rng: np.random.Generator, count: int, length: int, year: int) -> Floats:
    """One wave a year, of a height and a date that change from year to year."""
    time = np.arange(length)[None, :] / year + rng.random((count, 1))
    number = time.astype(int)
    years = int(length / year) + 2
    shift = uniform(rng, count, 0, 0.12) * rng.standard_normal((count, years))
    height = np.exp(uniform(rng, count, 0.1, 1) * rng.standard_normal((count, years)))
    away = time - number - 0.5 - np.take_along_axis(shift, number, axis=1)
    wave = np.exp(-0.5 * np.square(away / uniform(rng, count, 0.04, 0.15)))
    return np.asarray(np.take_along_axis(height, number, axis=1) * wave)
