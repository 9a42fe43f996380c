"""Noise and slow random parts that the generators are made of; rows are series."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from seqserve.core.arrays import Floats


def uniform(rng: np.random.Generator, count: int, low: float, high: float) -> Floats:
    """One number a series, as a column (count, 1)."""
    return rng.uniform(low, high, (count, 1))


def log_uniform(rng: np.random.Generator, count: int, low: float, high: float) -> Floats:
    return np.exp(uniform(rng, count, np.log(low), np.log(high)))


def some(rng: np.random.Generator, count: int, share: float) -> Floats:
    """1 for a share of the series, else 0, as a column."""
    return (rng.random((count, 1)) < share).astype(np.float64)


def white(rng: np.random.Generator, count: int, length: int) -> Floats:
    """Normal noise, for a third of the series with heavy tails, for a third with a changing size."""
    noise = rng.standard_normal((count, length))
    heavy = rng.standard_t(3, (count, length)) / np.sqrt(3)
    kind = rng.random((count, 1))
    noise = np.where(kind < 1 / 3, heavy, noise)
    size = np.exp(0.5 * ar1(rng, count, length, 0.98))
    return np.where(kind > 2 / 3, noise * size, noise)


def ar1(rng: np.random.Generator, count: int, length: int, coefficient: float) -> Floats:
    """A first-order autoregression of variance one, begun in its middle."""
    shocks = rng.standard_normal((count, length)) * np.sqrt(1 - coefficient**2)
    shocks[:, 0] /= np.sqrt(1 - coefficient**2)
    return np.asarray(lfilter([1.0], [1.0, -coefficient], shocks, axis=1))


def walk(rng: np.random.Generator, count: int, length: int) -> Floats:
    """A random walk with steps of one."""
    return np.cumsum(rng.standard_normal((count, length)), axis=1)


def smooth(rng: np.random.Generator, count: int, length: int, scale: Floats) -> Floats:
    """Gaussian processes with a squared-exponential kernel, of variance about one.

    Args:
        scale: (count, 1); the length scale is sqrt(2) of it.
    """
    size = int(2 ** np.ceil(np.log2(2 * length)))
    frequency = np.fft.rfftfreq(size)[None, :]
    spectrum = np.exp(-2 * (np.pi * frequency * scale) ** 2) * np.sqrt(2 * np.sqrt(np.pi) * scale)
    noise = np.fft.rfft(rng.standard_normal((count, size)), axis=1)
    return np.fft.irfft(noise * spectrum, n=size, axis=1)[:, :length]


def standard(series: Floats) -> Floats:
    """Each series less its mean, over its deviation."""
    centred = series - series.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(centred.std(axis=1, keepdims=True), 1e-9))
