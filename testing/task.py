"""What the shared tests and benchmarks need to know of a task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from seqserve.registry.artifact import Release

if TYPE_CHECKING:
    from testing.traffic import Traffic


class Labelled(NamedTuple):
    """A release, and the label that points at it."""

    release: Release
    label: str = "stable"


class Metric(NamedTuple):
    """A Prometheus metric, summed by some of its labels."""

    query: str
    labels: tuple[str, ...]


Counts = Mapping[Metric, Counter[tuple[str, ...]]]
"""What a metric should have counted, by the values of its labels."""


@dataclass(frozen=True)
class Task:
    """A task, as tests and benchmarks see it.

    Attributes:
        path: of its route.
        items: the field of a request that holds the items.
        results: the field of an answer that holds a result for each item.
        releases: builds the releases that `testing.tree.tree` publishes; the first is the task's default.
        others: builds releases whose features, classes or languages differ from those of the shipped models; the first
            is the default in `testing.tree.other_tree`.
        good: bodies that these `releases` answer with 200.
        shipped: a body that the shipped models answer with 200.
        usual: sends what clients send every day, mistakes included; touches every metric of the task.
        troubled: sends what alerts are for, such as drifted inputs.
        count: adds what one result of an answer must have counted, beside requests and items. Takes the counts, the
            answer's body and the result.
    """

    path: str
    items: str
    results: str
    releases: Callable[[], Sequence[Labelled]]
    others: Callable[[], Sequence[Labelled]]
    good: Sequence[Mapping[str, Any]]
    shipped: Mapping[str, Any]
    usual: Callable[[Traffic], None]
    troubled: Callable[[Traffic], None] = lambda traffic: None
    count: Callable[[Counts, Mapping[str, Any], Mapping[str, Any]], None] = lambda counts, body, result: None
