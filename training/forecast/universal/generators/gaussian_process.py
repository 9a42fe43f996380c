"""Gaussian processes with kernels put together at random: smooth, rough, periodic, linear, by sums and products.

Reference:
    Ansari et al., Chronos, 2024 (KernelSynth); drawn here by filtered noise, not by Cholesky factors.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise
from training.forecast.universal.generators.noise import log_uniform


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length): two to four parts, each added, or for some multiplied on."""
    series = _part(rng, count, length, season)
    for _ in range(int(rng.integers(1, 4))):
        part = _part(rng, count, length, season) * log_uniform(rng, count, 0.1, 1.5)
        multiplied = rng.random((count, 1)) < 0.25
        series = np.where(multiplied, series * (1 + 0.5 * part), series + part)
    return np.asarray(series + log_uniform(rng, count, 0.005, 0.4) * rng.standard_normal((count, length)))


def _part(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    kernels: list[Callable[[], Floats]] = [
        lambda: noise.smooth(rng, count, length, log_uniform(rng, count, 3, max(length / 2, 6))),
        lambda: noise.standard(noise.walk(rng, count, length)),
        lambda: noise.ar1(rng, count, length, float(rng.uniform(0.3, 0.97))),
        lambda: rng.standard_normal((count, 1)) * np.linspace(-2, 2, length)[None, :],
    ]
    if season > 1:
        kernels += [lambda: _periodic(rng, count, length, season)] * 4
    return kernels[int(rng.integers(len(kernels)))]()


def _periodic(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """A periodic kernel; for half the draws a locally periodic one, whose shape changes slowly."""
    harmonics = max(1, min(season // 2, int(rng.integers(1, 7))))
    time = np.arange(length)[None, :]
    series = np.zeros((count, length))
    local = rng.random() < 0.5
    for harmonic in range(1, harmonics + 1):
        for wave in (np.sin, np.cos):
            size = rng.standard_normal((count, 1)) / harmonic
            if local:
                size = (
                    size + noise.smooth(rng, count, length, log_uniform(rng, count, 3 * season, 20 * season)) / harmonic
                )
            series += size * wave(2 * np.pi * harmonic * time / season)
    return noise.standard(series)
