from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.core.arrays import Floats
from seqserve.core.drift_reference import REFERENCE
from seqserve.registry.artifact import METRICS
from seqserve.registry.store import Store
from service.monitoring.drift import bins
from testing import tiny
from testing.service_process import Running, running

pytestmark = pytest.mark.slow

WINDOW = 8
TRAINING = tiny.series(200)
LABELS = {"task": "forecast", "model": "tiny", "version": "1"}


def test_each_tenth_has_its_bin() -> None:
    found = bins(list(range(11)))
    assert found.numbers == list(range(10))
    assert found.shares == [0.1] * 10
    at = found.edges.searchsorted([-99, 1, 1.5, 2, 9, 9.5, 10, 99])
    assert at.tolist() == [0, 0, 1, 1, 8, 9, 9, 9]


@pytest.mark.parametrize(
    ("deciles", "shares"),
    [
        (
            [2, 5, 6, 7, 7, 8, 9, 10, 11, 13, 61],
            {0: 0.1, 1: 0.1, 2: 0.2, 4: 0.1, 5: 0.1, 6: 0.1, 7: 0.1, 8: 0.1, 9: 0.1},
        ),
        ([0] * 10 + [1], {0: 0.9, 9: 0.1}),
        ([0] + [1] * 10, {0: 1.0}),
        ([3] * 11, {0: 1.0}),
    ],
)
def test_equal_values_share_the_bin_that_holds_them(deciles: list[float], shares: dict[int, float]) -> None:
    found = bins(deciles)
    assert dict(zip(found.numbers, found.shares, strict=True)) == shares


@given(st.lists(st.integers(-1000, 1000), min_size=11, max_size=200))
def test_no_value_is_far_from_where_it_is_expected(values: list[int]) -> None:
    found = bins(np.quantile(values, np.linspace(0, 1, 11)).tolist())
    assert sum(found.shares) == pytest.approx(1)
    counts = np.bincount(found.edges.searchsorted(values), minlength=len(found.numbers))
    assert len(counts) == len(found.numbers)
    # Up to the last edge there are as many as expected, but for what a quantile between two values rounds away.
    below = np.cumsum(counts)[:-1] - np.cumsum(found.shares)[:-1] * len(values)
    assert np.all(below > -2)


def gauges(service: Running, name: str, by: str, **labels: str) -> dict[str, float]:
    """The samples of a metric with these labels, by another of its labels."""
    return {sample.labels[by]: sample.value for sample in service.samples(name, **labels)}


def stability_index(service: Running, since: dict[str, float], **labels: str) -> float:
    """PSI of what came since then, as docs/monitoring.md has it in PromQL."""
    expected = gauges(service, "seqserve_reference_share", "bin", **labels)
    now = gauges(service, "seqserve_input_values_total", "bin", **labels)
    assert now.keys() == expected.keys()
    counts = {bin: now[bin] - since.get(bin, 0) for bin in now}
    shares = {bin: max(count / sum(counts.values()), 1e-4) for bin, count in counts.items()}
    return sum((shares[bin] - expected[bin]) * math.log(shares[bin] / expected[bin]) for bin in expected)


def windows(values: Floats) -> list[dict[str, Any]]:
    return [{"values": window} for window in values.reshape(-1, WINDOW).tolist()]


def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to be so")


def test_shifted_series_are_told_from_those_of_the_training_part(tmp_path: Path) -> None:
    tiny.publish(tmp_path / "models")
    with running(tmp_path / "models", tmp_path) as service:
        assert service.forecast(windows(TRAINING)).status_code == 200
        assert service.metric("seqserve_input_values_total", feature="value", **LABELS) == TRAINING.size
        assert stability_index(service, {}, **LABELS) < 0.01
        before = gauges(service, "seqserve_input_values_total", "bin", **LABELS)
        assert service.forecast(windows(TRAINING + 10)).status_code == 200
        assert stability_index(service, before, **LABELS) > 1


def test_only_the_window_that_the_model_uses_is_counted(service: Running) -> None:
    def counts() -> dict[str, float]:
        return {
            feature: service.metric("seqserve_input_values_total", model="duo", feature=feature) for feature in "ab"
        }

    before = counts()
    values = tiny.values(100, features=2)
    service.forecast([{"values": [*values[:-1], None]}, {"values": values[:3]}], model="duo")
    assert {feature: count - before[feature] for feature, count in counts().items()} == {"a": 8, "b": 8}


def test_two_workers_count_together_and_lose_nothing_when_they_stop(tmp_path: Path) -> None:
    tiny.publish(tmp_path / "models")
    with running(tmp_path / "models", tmp_path, WORKERS="2") as service:
        series = windows(TRAINING)

        def ask(index: int) -> None:
            # a connection of its own each, so that both workers get some
            asked = {"series": [series[index % len(series)]]}
            service.client.post("/forecast", json=asked, headers={"Connection": "close"}).raise_for_status()

        def counted() -> float:
            return service.metric("seqserve_input_values_total", **LABELS)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, range(2 * len(series))))
        until(lambda: counted() == 2 * TRAINING.size)
        assert stability_index(service, {}, **LABELS) < 0.01
        assert len(service.samples("seqserve_reference_decile", **LABELS)) == 11

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, range(len(series))))
        stopped = service.workers()[0]
        stopped.terminate()
        assert not psutil.wait_procs([stopped], timeout=90)[1]
        until(lambda: counted() == 3 * TRAINING.size)


def test_texts_are_counted_by_their_tokens_and_classes(service: Running) -> None:
    def state() -> Counter[str]:
        found: Counter[str] = Counter()
        for model in ("tiny-reviews", "en-fr"):
            found[model] = int(service.metric("seqserve_input_values_total", model=model, feature="tokens"))
        return found + Counter(
            {
                name: int(n)
                for name, n in gauges(service, "seqserve_predicted_classes_total", "class", **reviews).items()
            }
        )

    reviews = {"model": "tiny-reviews", "version": "1"}
    before = state()
    answer = service.sentiment([*tiny.SENTENCES, ""]).json()
    service.translate(["I like milk. It is cold.", "It is cold."], model="en-fr")
    labels = Counter(result["label"] for result in answer["results"][:-1])
    assert state() - before == Counter({"tiny-reviews": 5, "en-fr": 3}) + labels
    assert gauges(service, "seqserve_reference_class_share", "class", **reviews) == {"negative": 0.5, "positive": 0.5}
    assert service.metric("seqserve_reference_unknown_share", task="sentiment", **reviews) == 0.25
    # The reference of en-fr knows no unknown token at all, which is something else than no reference.
    assert len(service.samples("seqserve_reference_unknown_share", model="en-fr")) == 1


def test_what_is_said_of_versions_goes_with_them(tmp_path: Path) -> None:
    models = tmp_path / "models"
    tiny.publish(models)
    tiny.publish(models, tiny.release(seed=1), label=None)
    with running(models, tmp_path) as service:

        def described() -> set[str]:
            return {sample.labels["version"] for sample in service.samples("seqserve_reference_share")}

        assert described() == {"1", "2"}
        created = service.metric("seqserve_model_created_timestamp_seconds", **LABELS)
        assert abs(created - time.time()) < 600
        for file in (models / "forecast" / "tiny" / "2").iterdir():
            file.unlink()
        (models / "forecast" / "tiny" / "2").rmdir()
        until(lambda: described() == {"1"})
        assert len(service.samples("seqserve_model_created_timestamp_seconds")) == 1


def test_the_error_of_the_test_part_is_said_of_versions_that_know_it(tmp_path: Path) -> None:
    models = tmp_path / "models"
    good = tiny.release()
    tests: list[Any] = [{"mase": 2.5}, {"mase": math.inf}, {"mase": None}, {"rmse": 1.0}, None]
    for test in tests:
        metrics = json.dumps({"test": test, "worse_than": []}).encode()
        tiny.publish(models, replace(good, files={**good.files, METRICS: metrics}))
    with running(models, tmp_path, SEQSERVE_KEEP_VERSIONS=str(len(tests))) as service:
        assert len(service.samples("seqserve_model_created_timestamp_seconds")) == len(tests)
        assert gauges(service, "seqserve_reference_mase", "version", model="tiny") == {"1": 2.5}


BAD: list[Any] = [
    [],
    {"deciles": {"value": [1.0] * 10}},
    {"deciles": {"value": [*range(10), None]}},
    {"deciles": {"value": [*range(10), 5]}},
    {"deciles": {"other": [*range(11)]}},
    {"deciles": {"value": [*range(11)]}, "unknown_share": 7},
    {"deciles": {"value": [*range(11)]}, "label_shares": {"positive": 1.0}},
]


def test_versions_without_a_good_reference_serve_all_the_same(tmp_path: Path) -> None:
    models = tmp_path / "models"
    good = tiny.release()
    names = [f"bad-{number}" for number in range(len(BAD) + 1)]
    contents = [b"\xff{", *(json.dumps(reference).encode() for reference in BAD)]
    for name, content in zip(names, contents, strict=True):
        tiny.publish(models, replace(good, name=name, files={**good.files, REFERENCE: content}))
    files = {name: content for name, content in good.files.items() if name != REFERENCE}
    tiny.publish(models, replace(good, name="old", files=files))
    tiny.publish(models)
    Store(models).set_default("forecast", "tiny")
    with running(models, tmp_path) as service:
        for name in (*names, "old"):
            assert service.forecast([{"values": tiny.values(8)}], model=name).status_code == 200
            assert not service.samples("seqserve_reference_share", model=name)
            assert not service.samples("seqserve_input_values_total", model=name)
        assert service.samples("seqserve_reference_share", model="tiny")
        warnings = [line for line in service.log.read_text().splitlines() if "drift is not seen" in line]
        assert [sum(f"/{name} " in line for line in warnings) for name in names] == [1] * len(names)
        assert not [line for line in warnings if "/old " in line or "/tiny " in line]
