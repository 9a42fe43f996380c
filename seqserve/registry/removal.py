"""Removes a version from a models tree."""

from __future__ import annotations

import shutil

from seqserve.errors import LabelError
from seqserve.registry import audit
from seqserve.registry.audit import Author, Change
from seqserve.registry.store import Key, Store


def remove(store: Store, key: Key, author: Author | None = None) -> Change:
    """Remove a version that no label points at, in one step, and record it.

    The number of the newest version is given again to the next.

    Args:
        author: who does it; none means the user of this process.

    Raises:
        LabelError: a label points at it.
        OSError: it cannot be removed.
    """
    model = store.root / key.task / key.name
    with store.changing(model):
        labels = sorted(name for name, version in store.labels(key.task, key.name).items() if version == key.version)
        if labels:
            raise LabelError(f"{key} is labelled {', '.join(labels)}: move or remove the label first")
        hidden = model / f".removed-{key.version}"  # a name with a dot is nobody's version
        (model / key.version).rename(hidden)
        change = Change("version removed", key.task, key.name, None, key.version, None)
        audit.append(store.root, change, author or audit.user())
    shutil.rmtree(hidden)
    return change
