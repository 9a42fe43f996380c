from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from seqserve.registry.store import Key
from service.model_registry.loaded_models import Registry
from service.model_registry.model_gauges import ModelGauges, set_loaded
from service.model_registry.reloader import LiveRegistry
from service.tasks import TASKS
from testing import tiny
from testing.tiny import sentiment as tiny_sentiment


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    tiny.publish(tmp_path, tiny.release("gauged"))
    tiny.publish(tmp_path, tiny_sentiment.release("gauged-reviews"))
    return LiveRegistry(tmp_path, 1).current


def samples(registry: Registry, name: str) -> list[tuple[Mapping[str, str], float]]:
    gauges = ModelGauges(registry, {task: stated.gauges for task, stated in TASKS.items()})
    families = {family.name: family.samples for family in gauges.collect()}
    return [(sample.labels, sample.value) for sample in families[name]]


def own(task: str, **labels: str) -> dict[str, str]:
    name = "gauged" if task == "forecast" else "gauged-reviews"
    return {"task": task, "model": name, "version": "1", **labels}


def test_every_version_has_when_it_was_published(registry: Registry) -> None:
    found = [labels for labels, _ in samples(registry, "seqserve_model_created_timestamp_seconds")]
    assert found == [own("forecast"), own("sentiment")]


def test_a_task_adds_gauges_of_its_versions_alone(registry: Registry) -> None:
    model = {"model": "gauged", "version": "1"}
    assert samples(registry, "seqserve_reference_mase") == [(model, 0.9)]
    classes = {labels["class"] for labels, _ in samples(registry, "seqserve_reference_class_share")}
    assert classes == {"negative", "positive"}


def test_deciles_and_shares_are_those_of_the_reference(registry: Registry) -> None:
    reference = registry.loaded[Key("forecast", "gauged", "1")].reference
    found = {
        labels["decile"]: value
        for labels, value in samples(registry, "seqserve_reference_decile")
        if labels["model"] == "gauged"
    }
    assert found == {str(number): value for number, value in enumerate(reference.deciles["value"])}
    shares = [v for labels, v in samples(registry, "seqserve_reference_share") if labels["model"] == "gauged"]
    assert sum(shares) == pytest.approx(1)


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_what_is_loaded_is_one_and_what_is_gone_is_zero(tmp_path: Path, registry: Registry) -> None:
    nothing = LiveRegistry(tmp_path / "nothing", 1).current
    hooks: dict[str, Any] = {name: task.on_loaded for name, task in TASKS.items()}
    set_loaded(registry, nothing, hooks)
    info = own("forecast", label="stable")
    assert value("seqserve_model_info", **info) == 1
    assert value("seqserve_items_total", **own("sentiment", outcome="failed")) == 0
    hit = {"model": "gauged", "version": "1", "level": "80", "hit": "no"}
    assert value("seqserve_interval_hits_total", **hit) == 0
    assert value("seqserve_predicted_classes_total", model="gauged-reviews", version="1", **{"class": "positive"}) == 0
    set_loaded(nothing, registry, hooks)
    assert value("seqserve_model_info", **info) == 0
    assert value("seqserve_model_loaded_timestamp_seconds", **own("forecast")) == 0
