"""The tables hold every method: statistics from the cache, forecasters asked anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.universal import accuracy
from benchmarks.universal.cache import Cache
from benchmarks.universal.statistics import STATISTICS
from seqserve.core.arrays import Floats
from training.forecast.universal.evaluation.metrics import QUANTILES


class Set:
    frequency, season, horizon = "Y", 1, 4

    def __init__(self, name: str, count: int, length: int = 30, use: str = "judge") -> None:
        self.name, self.use = name, use
        self.series = [np.random.default_rng(seed).normal(size=length).cumsum() for seed in range(count)]


class Zero:
    def forecast(self, histories: Sequence[Floats], seasons: Sequence[int], horizon: int) -> Floats:
        return np.zeros((len(histories), horizon, len(QUANTILES)))


def test_all_methods_are_scored_on_all_sets(tmp_path: Path) -> None:
    sets = [Set("walks", 15), Set("ours alone", 15, use="neither"), Set("short", 15, length=8)]
    caches = [Cache(tmp_path, name) for name in ("seasonal naive", "AutoETS")]
    found = accuracy.results(sets, caches, {"zero": Zero()})
    assert [one.name for one in found] == ["walks"]
    assert {name: len(result.scores) for name, result in found[0].methods.items()} == {
        "seasonal naive": 15,
        "AutoETS": 15,
        "zero": 15,
    }
    text = accuracy.report(found, ["seasonal naive", "AutoETS"], ["zero"])
    assert "| walks | Y |  | 15 |" in text
    assert "zero over" in text


def test_what_is_not_in_the_cache_is_left_out_where_that_is_wanted(tmp_path: Path) -> None:
    caches = [Cache(tmp_path, name) for name in ("seasonal naive", "last value")]
    (before,) = accuracy.results([Set("walks", 3)], caches, cached=True)
    assert list(before.methods) == ["seasonal naive"]
    accuracy.results([Set("walks", 3)], caches)
    (after,) = accuracy.results([Set("walks", 3)], caches, cached=True)
    assert len(after.methods["last value"].scores) == 3


def test_a_slow_method_has_the_first_windows(tmp_path: Path) -> None:
    caches = [Cache(tmp_path, name) for name in ("seasonal naive", "AutoARIMA")]
    (found,) = accuracy.results([Set("walks", 20)], caches)
    most = STATISTICS["AutoARIMA"].most(1)
    assert {name: len(result.scores) for name, result in found.methods.items()} == {
        "seasonal naive": 20,
        "AutoARIMA": most,
    }
