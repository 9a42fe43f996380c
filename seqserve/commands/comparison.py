"""What versions are beside each other: their scores, and what a caller must know of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seqserve import tasks
from seqserve.errors import ArtifactError
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import STABLE, Store


def listed(store: Store) -> Iterator[dict[str, Any]]:
    """Every version: its model, labels, date and scores on its test part, or why it cannot be read."""
    for key in store.released():
        labels, shares = store.labels(key.task, key.name), store.shares(key.task, key.name)
        own = sorted(label for label, labelled in labels.items() if labelled == key.version)
        version: dict[str, Any] = {
            "model": f"{key.task}/{key.name}",
            "version": key.version,
            "labels": [f"{label} {100 * shares[label]:g}%" if label in shares else label for label in own],
            "default": key.name == store.default(key.task) and STABLE in own,
        }
        try:
            read = store.read(key)
            metrics = _metrics(read)
        except ArtifactError as error:
            yield version | {"error": str(error)}
        else:
            created = read.manifest.created.isoformat()
            yield version | {"created": created, "test": metrics["test"], "worse_than": metrics["worse_than"]}


def described(version: Mapping[str, Any]) -> str:
    """A version of these in words: when it was published, and its scores."""
    if "error" in version:
        return f"cannot be read: {version['error']}"
    scores = ", ".join(f"{name} {_number(value)}" for name, value in version["test"].items())
    lost = f"; worse than {' and '.join(version['worse_than'])}" if version["worse_than"] else ""
    return f"{version['created'][:10]}\t{scores}{lost}"


def rows(reads: Sequence[Artifact]) -> Iterator[list[str]]:
    """A table of versions of one task, a column each; the first column names the row."""
    metrics = [_metrics(read) for read in reads]
    yield ["published", *(read.manifest.created.date().isoformat() for read in reads)]
    yield ["data", *(read.manifest.data.name for read in reads)]
    yield ["bytes", *(f"{sum(map(len, read.files.values())):,}" for read in reads)]
    for score in dict.fromkeys(name for found in metrics for name in found["test"]):
        yield [score, *(_number(found["test"].get(score, "")) for found in metrics)]
    for name in dict.fromkeys(name for found in metrics for name in found["baselines"]):
        lost = [found["baselines"].get(name) and name in found["worse_than"] for found in metrics]
        yield [f"beside {name}", *("" if is_lost is None else "worse" if is_lost else "not worse" for is_lost in lost)]
    yield from differences(reads)


def differences(reads: Sequence[Artifact]) -> Iterator[list[str]]:
    """What callers see of two versions that is not alike, such as the horizon: its name and both values."""
    signatures = [tasks.load(read).signature() for read in reads]
    for name in dict.fromkeys(name for signature in signatures for name in signature):
        values = [json.dumps(signature.get(name)) for signature in signatures]
        if len(set(values)) > 1:
            yield [name, *values]


def _metrics(read: Artifact) -> dict[str, Any]:
    """`test`, `baselines` and `worse_than` of a version; what it lacks is empty."""
    metrics = read.json(artifact.METRICS)
    found = metrics if isinstance(metrics, dict) else {}
    empty: dict[str, Any] = {"test": {}, "baselines": {}, "worse_than": []}
    return {name: found.get(name) or none for name, none in empty.items()}


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, (int, float)) else str(value)
