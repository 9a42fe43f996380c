"""The data sets of tagged texts by name, and those of files of one's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from seqserve.registry.artifact import Source
from training.core import text_rows
from training.core.datasets import named as lookup
from training.core.download import DataError
from training.core.public_files import BROAD_TWITTER_ADDRESS
from training.tag.corpora import more_texts
from training.tag.corpora import tweets as tweet_corpora
from training.tag.documents import Corpus, Document, Parts, split
from training.tag.files import conll, label_studio, records
from training.tag.files.spans import Checker
from training.tag.names import lists

if TYPE_CHECKING:
    from training.tag.config import DataSection

_OWN = "the owner's"


@dataclass(frozen=True)
class Data:
    """Documents in parts, and where they are from.

    Args:
        labels: of all entities, in alphabetical order.
        published: test parts by name on which others publish scores.
        texts: more texts, without tags.
    """

    parts: Parts
    labels: list[str]
    source: Source
    report: list[str]
    published: Mapping[str, Sequence[Document]] = field(default_factory=dict)
    texts: Sequence[str] = ()

    @property
    def described(self) -> str:
        """The parts in words."""
        sizes = {name: getattr(self.parts, name) for name in ("train", "validation", "test")}
        return ", ".join(
            f"{name} {len(part):,} documents with {sum(len(one.entities) for one in part):,} entities"
            for name, part in sizes.items()
        )


def tweets(data: DataSection, seed: int) -> Data:
    """Both sets of messages from social media; the test part is of the first, and the other's is the published one."""
    broad, emerging, dev = tweet_corpora.broad(), tweet_corpora.emerging(), tweet_corpora.emerging_dev()
    parts = split(broad.documents, data.validation, data.test, seed)
    more = split(emerging.documents, data.validation, data.validation, seed)
    known = {_key(document) for document in [*parts.test, *dev.documents]}
    train = [document for document in [*parts.train, *more.train, *more.test] if _key(document) not in known]
    every = Corpus([*broad.documents, *emerging.documents])
    source = Source(
        name="Broad Twitter Corpus and Emerging Entities 2017 (train)",
        url=BROAD_TWITTER_ADDRESS,
        licence=f"CC BY 4.0; attribute to Derczynski et al. 2016 and 2017; {more_texts.ATTRIBUTION}",
        sha256=every.fingerprint(),
    )
    return Data(
        Parts(train, [*parts.validation, *more.validation], parts.test),
        every.labels,
        source,
        [*broad.report, *emerging.report],
        {"Emerging Entities 2017, dev": dev.documents},
        list(more_texts.texts(lists.census(), seed)),
    )


DATASETS: Mapping[str, Callable[[DataSection, int], Data]] = {"tweets": tweets}


def load(data: DataSection, seed: int) -> Data:
    """What a job learns from.

    Raises:
        DataError: nothing was named, it cannot be read, or it has no entity.
        ValueError: it is too little to split.
    """
    if data.dataset:
        return lookup(DATASETS, data.dataset)(data, seed)
    corpus, path = _own(data)
    if not corpus.labels:
        raise DataError(f"{path.name} has no entity in it; give texts in which entities are marked")
    source = Source(name=path.name, licence=_OWN, sha256=corpus.fingerprint())
    parts = split(corpus.documents, data.validation, data.test, seed)
    texts = text_rows.lines(data.texts) if data.texts else []
    return Data(parts, corpus.labels, source, corpus.report, texts=texts)


def _own(data: DataSection) -> tuple[Corpus, Path]:
    if data.conll:
        return conll.read(data.conll, data.scheme), data.conll
    path = data.jsonl or data.label_studio
    if path is None:
        raise DataError("name what to learn from: --dataset, --conll, --jsonl or --label-studio")
    checker = Checker(path.name, data.overlaps, data.misaligned)
    return (records if data.jsonl else label_studio).read(path, checker), path


def _key(document: Document) -> str:
    return hashlib.sha256(" ".join(document.text.lower().split()).encode("utf-8", "surrogatepass")).hexdigest()
