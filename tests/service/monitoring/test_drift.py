"""How inputs are counted; which bins there are is tested with the whole service, in tests/service/process."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest
from prometheus_client import REGISTRY

from seqserve.registry.store import Key
from service.monitoring import drift
from service.monitoring.drift import InputCounts

NUMBERS = count(1)
DECILES = {"a": list(range(11)), "b": [0] * 10 + [1]}


@pytest.fixture
def version() -> str:
    return str(next(NUMBERS))


@pytest.fixture
def counts(version: str) -> InputCounts:
    return InputCounts(Key("forecast", "drifting", version), ["a", "b"], DECILES)


def counted(counts: InputCounts, version: str, feature: str) -> list[float]:
    labels = {"task": "forecast", "model": "drifting", "version": version, "feature": feature}
    return [
        REGISTRY.get_sample_value("seqserve_input_values_total", {**labels, "bin": str(number)}) or 0
        for number in counts.bins[feature].numbers
    ]


def test_values_are_counted_when_they_are_flushed(counts: InputCounts, version: str) -> None:
    counts.add(np.array([[0.5, 0.0], [9.5, 0.5], [99.0, 0.5]]))
    assert sum(counted(counts, version, "a")) == 0
    drift.flush()
    assert counted(counts, version, "a") == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert counted(counts, version, "b") == [1, 2]
    drift.flush()
    assert sum(counted(counts, version, "a")) == 3, "once"


def test_values_do_not_pile_up_until_a_flush(counts: InputCounts, version: str) -> None:
    for _ in range(7):
        counts.add(np.zeros((10_000, 2)))
    assert 0 < sum(counted(counts, version, "a")) <= 70_000
    drift.flush()
    assert counted(counts, version, "a")[0] == 70_000


def test_the_array_may_change_after_it_was_added(counts: InputCounts, version: str) -> None:
    values = np.zeros((1, 2))
    counts.add(values)
    values[:] = 99
    drift.flush()
    assert counted(counts, version, "a")[0] == 1


def test_without_deciles_nothing_is_counted() -> None:
    counts = InputCounts(Key("forecast", "drifting", "0"), ["a"], {})
    counts.add(np.zeros((1, 1)))
    drift.flush()
    assert counts.bins == {}
