"""Public English texts to learn from, whose licences let a version ship."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seqserve.registry.artifact import Source
from training.complete.corpora import everyday
from training.complete.documents import Documents, made
from training.core.datasets import named as lookup

DATASETS: dict[str, Callable[[], Documents]] = {
    "tatoeba": everyday.tatoeba,
    "comments": everyday.comments,
    "reviews": everyday.reviews,
    "help": everyday.office_help,
}


def named(names: Sequence[str]) -> Documents:
    """Some data sets of `DATASETS` as one, where each document comes once.

    Raises:
        DataError: there is none of this name, or one cannot be had.
    """
    found = [lookup(DATASETS, name)() for name in names]
    if len(found) == 1:
        return found[0]
    together = made((text for documents in found for text in documents.texts), " and ".join(names))
    source = Source(
        name="; ".join(documents.source.name for documents in found),
        url=found[0].source.url,
        licence="; ".join(dict.fromkeys(documents.source.licence for documents in found)),
        sha256=together.source.sha256,
    )
    return Documents(together.texts, source, [line for documents in (*found, together) for line in documents.report])
