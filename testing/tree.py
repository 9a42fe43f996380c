"""A models tree with tiny releases of every task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seqserve.registry.store import Store
from testing import tiny
from testing.task import Labelled
from testing.tasks import TASKS


def tree(root: Path) -> Path:
    """Publish some models of each task, one of them with two versions; returns the root."""
    for task in TASKS.values():
        _publish(root, task.releases())
    return root


def other_tree(root: Path) -> Path:
    """Publish models whose features, classes and languages the shipped ones don't have; returns the root."""
    for task in TASKS.values():
        _publish(root, task.others())
    return root


def _publish(root: Path, releases: Sequence[Labelled]) -> None:
    for release, label in releases:
        tiny.publish(root, release, label)
    first = releases[0].release
    Store(root).set_default(first.task, first.name)
