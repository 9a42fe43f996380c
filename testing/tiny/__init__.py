"""Real releases that are built in milliseconds, with random weights: one module a task.

`release` is a forecaster's: tests of what all tasks share use it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from seqserve.registry import artifact
from seqserve.registry.artifact import EXAMPLES, Release
from seqserve.registry.store import STABLE, Key, Store
from testing.tiny.forecast import network, release
from testing.tiny.sentences import SENTENCES
from testing.tiny.series import series, values

__all__ = ["SENTENCES", "failing", "network", "publish", "release", "series", "values"]


def failing(wanted: Release) -> Release:
    """The same release with a golden example that its predictor does not reproduce."""
    (example,) = json.loads(wanted.files[EXAMPLES])
    example["output"] = {}
    return replace(wanted, files={**wanted.files, EXAMPLES: json.dumps([example]).encode()})


def publish(root: Path, wanted: Release | None = None, label: str | None = STABLE) -> Key:
    """Publish a release and point a label at it; returns its key."""
    manifest = artifact.publish(root, wanted or release()).manifest
    key = Key(manifest.task, manifest.name, manifest.version)
    if label is not None:
        Store(root).label(key, label, even_if_worse=True)
    return key
