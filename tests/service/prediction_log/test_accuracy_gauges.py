"""The accuracy that is exported, of what is stored."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from seqserve.prediction_log.address import Address
from seqserve.registry.store import Key
from service.prediction_log.accuracy_gauges import AccuracyGauges
from service.prediction_log.records import Record, new_ids, row
from service.prediction_log.scores import Counts, Feedback
from service.prediction_log.store import LogStore
from service.tasks import TASKS
from testing.prometheus import until

DAY = 24 * 3600


@pytest.fixture
def store(address: Address) -> Iterator[LogStore]:
    found = LogStore(address)
    yield found
    found.close()


@contextmanager
def exported(address: Address) -> Iterator[AccuracyGauges]:
    gauges = AccuracyGauges(LogStore(address), TASKS, seconds=0.01)
    yield gauges
    gauges.close()


def say(store: LogStore, key: Key, scores: Sequence[Mapping[str, Counts]], days_ago: float = 0) -> None:
    """Log predictions and what was said of them; the first of three has no feedback."""
    then = time.time() - days_ago * DAY
    ids = new_ids(len(scores) + 1, then)
    store.write([row(Record(id, then, key, None, None, "a text", {}, 0.1), whole=False) for id in ids])
    store.add_feedback({id: Feedback(None, "{}", each) for id, each in zip(ids[1:], scores, strict=True)})


def value(key: Key, measure: str | None = None) -> float:
    """What a gauge says: of a measure, or how many predictions something was said of."""
    name = "accuracy" if measure else "feedback_predictions"
    labels = {"task": key.task, "model": key.name, "version": key.version, **({"measure": measure} if measure else {})}
    found = REGISTRY.get_sample_value(f"seqserve_prediction_log_{name}", labels)
    return math.nan if found is None else found


def test_what_the_route_answers_is_exported_by_version(address: Address, store: LogStore) -> None:
    mood, other, walk = Key("sentiment", "mood", "1"), Key("sentiment", "mood", "2"), Key("forecast", "walk", "1")
    say(store, mood, [{"correct": Counts(1, 1.0)}, {"correct": Counts(1, 0.0)}])
    say(store, other, [{"correct": Counts(1, 1.0)}])
    hits = {"hit:80": Counts(4, 3.0), "absolute_error": Counts(4, 2.0), "absolute_actual": Counts(4, 8.0)}
    say(store, walk, [hits])
    with exported(address):
        until(lambda: value(walk), lambda found: found == 1)
        assert (value(mood), value(mood, "accuracy")) == (2, 0.5)
        assert (value(other), value(other, "accuracy")) == (1, 1)
        assert (value(walk, "wape"), value(walk, "coverage_80")) == (0.25, 0.75)
        assert math.isnan(value(walk, "scaled_error"))  # the model has no scale
        assert REGISTRY.get_sample_value("seqserve_prediction_log_accuracy_timestamp_seconds") > time.time() - DAY  # type: ignore[operator]
        say(store, mood, [{"correct": Counts(1, 0.0)}] * 2)
        until(lambda: value(mood), lambda found: found == 4)
        assert value(mood, "accuracy") == 0.25


def test_only_the_last_days_count_and_what_is_gone_is_no_number(address: Address, store: LogStore) -> None:
    now, old = Key("translation", "en-fr", "7"), Key("translation", "en-fr", "6")
    say(store, now, [{"good": Counts(1, 1.0), "chrf": Counts(1, 60.0)}])
    say(store, old, [{"good": Counts(1, 1.0)}], days_ago=31)
    with exported(address):
        until(lambda: value(now), lambda found: found == 1)
        assert (value(now, "good"), value(now, "chrf")) == (1, 60)
        assert math.isnan(value(old))
        while store.delete_older(datetime.now(UTC) + timedelta(days=1), 500):
            pass
        until(lambda: value(now, "chrf"), math.isnan)
        assert math.isnan(value(now))


def test_a_database_that_fails_for_a_while_is_asked_again(address: Address, store: LogStore, path: Path) -> None:
    mood = Key("sentiment", "mood-again", "1")
    path.mkdir()  # nothing that SQLite can open
    with exported(address):
        path.rmdir()
        say(store, mood, [{"correct": Counts(1, 1.0)}])
        assert until(lambda: value(mood), lambda found: found == 1) == 1


def test_the_versions_with_the_most_feedback_are_exported(store: LogStore) -> None:
    few, many = Key("sentiment", "few", "1"), Key("sentiment", "many", "1")
    say(store, few, [{"correct": Counts(1, 1.0)}])
    say(store, many, [{"correct": Counts(1, 1.0)}] * 2)
    assert store.feedback_from("0", 1) == {many: (2, 2, {"correct": Counts(2, 2.0)})}


def test_every_measure_is_in_what_its_task_tells() -> None:
    scores: dict[str, Any] = {
        "sentiment": {"correct": Counts(1, 1.0)},
        "translation": {"good": Counts(1, 1.0)},
        "forecast": {name: Counts(1, 1.0) for name in ("absolute_error", "absolute_actual", "scaled_error")},
    }
    for name, task in TASKS.items():
        assert bool(task.measures) == (task.accuracy is not None)
        if task.accuracy is not None:
            assert set(task.measures) <= task.accuracy(scores[name]).keys()
