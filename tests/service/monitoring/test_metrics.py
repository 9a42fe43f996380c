from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from service.monitoring import metrics


class Described(Collector):
    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("seqserve_described", "Described.", value=7)


def test_a_child_is_found_again() -> None:
    child = metrics.of(metrics.STEPS, "metrics-test")
    assert metrics.of(metrics.STEPS, "metrics-test") is child
    assert metrics.STEPS.labels("metrics-test") is child


def test_everything_is_told_in_the_text_format() -> None:
    metrics.of(metrics.STEPS, "metrics-test").inc(3)
    content, media_type = metrics.exposition(Described())
    assert media_type.startswith("text/plain")
    assert b"seqserve_described 7.0\n" in content
    assert b'seqserve_steps_total{task="metrics-test"}' in content


def test_a_version_that_is_gone_is_not_told() -> None:
    for version, value in (("1", 0), ("2", 1)):
        metrics.MODEL_INFO.labels("metrics-test", "gone", version, "").set(value)
    content, _ = metrics.exposition(Described())
    found = [line for line in content.splitlines() if b'model="gone"' in line]
    assert len(found) == 1
    assert b'version="2"' in found[0]
