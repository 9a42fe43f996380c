"""Labelled texts: the Large Movie Review Dataset, short review sentences, and the user's own CSV, TSV or JSONL."""

from __future__ import annotations

import csv
import hashlib
import io
import tarfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from seqserve.core.messages import counted
from seqserve.registry.artifact import Source
from training.core import text_rows
from training.core.datasets import named as lookup
from training.core.download import DataError, Member, PublicFile

POSITIVE, NEGATIVE = "positive", "negative"

_IMDB = PublicFile(
    "sentiment/aclImdb_v1.tar.gz",
    "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    excerpt="sentiment/aclImdb_train.tar.xz",
)
_POLARITY = PublicFile(
    "sentiment/rt-polaritydata.tar.gz",
    "https://storage.googleapis.com/seldon-datasets/sentence_polarity_v1/rt-polaritydata.tar.gz",
    "a05befe52aafda71d458d188a1c54506a998b1308613ba76bbda2e5029409ce9",
    hint="sentence polarity dataset v1.0, www.cs.cornell.edu/people/pabo/movie-review-data",
)
_SNIPPETS = {
    label: Member(_POLARITY, f"rt-polaritydata/rt-polarity.{end}", f"sentiment/rt_polarity/rt-polarity.{end}")
    for label, end in ((POSITIVE, "pos"), (NEGATIVE, "neg"))
}
_GLUE = PublicFile(
    "sentiment/SST-2.zip",
    "https://dl.fbaipublicfiles.com/glue/data/SST-2.zip",
    "d67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa",
    hint="GLUE's SST-2, gluebenchmark.com/tasks",
)
_SST2 = {part: Member(_GLUE, f"SST-2/{part}.tsv", f"sentiment/sst2/{part}.tsv") for part in ("train", "dev")}
# The Penn Treebank's way to write them, which some copies of SST-2 keep.
_ESCAPES = {"-lrb-": "(", "-rrb-": ")", "\\/": "/"}
_FOLDERS = {"pos": POSITIVE, "neg": NEGATIVE}


@dataclass(frozen=True)
class Labelled:
    """Texts with a label each, and what was corrected in them.

    Args:
        unlabelled: more texts of the kind, if there are any.
    """

    texts: list[str]
    labels: list[str]
    report: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert len(self.texts) == len(self.labels)

    def fingerprint(self) -> str:
        """SHA-256 of the texts and their labels, in order, and of those without one."""
        digest = hashlib.sha256()
        for text, label in zip(self.texts, self.labels, strict=True):
            digest.update(f"{label}\0{text}\0".encode("utf-8", "surrogatepass"))
        for text in self.unlabelled:
            digest.update(f"\0{text}\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def imdb() -> tuple[Labelled, Source]:
    """The 25,000 labelled reviews of the training half, and the 50,000 without a label.

    Reference:
        Maas et al., Learning Word Vectors for Sentiment Analysis, ACL 2011.
    """
    found: dict[str, dict[str, str]] = {"pos": {}, "neg": {}, "unsup": {}}
    with tarfile.open(fileobj=io.BytesIO(_IMDB.read())) as archive:
        for member in archive:
            *_, part, kind, name = ("", "", *Path(member.name).parts)
            if member.isfile() and part == "train" and kind in found and name.endswith(".txt"):
                content = archive.extractfile(member)
                assert content is not None
                found[kind][name] = content.read().decode()
    if not (found["pos"] and found["neg"]):
        raise DataError(f"{_IMDB.path} holds no train/pos and train/neg; fetch it again")
    pairs = [(text, _FOLDERS[kind]) for kind in _FOLDERS for _, text in sorted(found[kind].items())]
    texts, labels = map(list, zip(*pairs, strict=True))
    labelled = deduplicated(Labelled(texts, labels, unlabelled=[text for _, text in sorted(found["unsup"].items())]))
    return labelled, _source(labelled, "Large Movie Review Dataset, training half", _IMDB.url, "research use, cite")


def snippets() -> tuple[Labelled, Source]:
    """10,662 sentences from film reviews, each with the label of the review it is from.

    The Stanford Sentiment Treebank is made from them: they hold the sentences of SST-2's dev and test parts, nearly
    all with the same label. What learned from them cannot be measured on SST-2.

    Reference:
        Pang and Lee, Seeing stars, ACL 2005.
    """
    pairs = [(line, label) for label, file in _SNIPPETS.items() for line in _lines(file.read())]
    texts, labels = map(list, zip(*pairs, strict=True))
    labelled = deduplicated(Labelled(texts, labels))
    return labelled, _source(labelled, "Sentence polarity dataset", _POLARITY.url, "research use, cite")


def _lines(content: bytes) -> list[str]:
    """Lines of UTF-8, or of Windows-1252 as the snippets were published."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return [line.strip() for line in text.split("\n") if line.strip()]


def sst2() -> tuple[Labelled, Source]:
    """67,349 sentences and phrases from film reviews: the training part of SST-2, less what its dev part has too.

    Reference:
        Socher et al., Recursive Deep Models for Semantic Compositionality, EMNLP 2013.
    """
    train = _sst2("train")
    dev = {text_key(text) for text in _sst2("dev").texts}
    pairs = [pair for pair in zip(train.texts, train.labels, strict=True) if text_key(pair[0]) not in dev]
    texts, labels = map(list, zip(*pairs, strict=True))
    dropped = len(train.texts) - len(texts)
    labelled = deduplicated(Labelled(texts, labels, [f"{dropped} texts of the dev part dropped"] if dropped else []))
    return labelled, _source(
        labelled, "Stanford Sentiment Treebank, SST-2, training part", _GLUE.url, "research use, cite"
    )


def sst2_dev() -> tuple[Labelled, Source]:
    """872 sentences: the dev part of SST-2, for measuring.

    Reference:
        Wang et al., GLUE, ICLR 2019: its test labels are not public, so the dev part is what is reported.
    """
    labelled = _sst2("dev")
    return labelled, _source(labelled, "Stanford Sentiment Treebank, SST-2, dev part", _GLUE.url, "research use, cite")


def _sst2(part: str) -> Labelled:
    """A part of SST-2; GLUE has the label in the second column, other copies in the first."""
    file = _SST2[part]
    text = io.StringIO(file.read().decode(), newline="")
    header, *rows = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
    if "label" not in header or len(header) != 2:
        raise DataError(f"{file.loose} has the columns {', '.join(header)}; it should have sentence and label")
    label = header.index("label")
    texts = [row[1 - label].strip() for row in rows]
    for escape, character in _ESCAPES.items():
        texts = [text.replace(escape, character) for text in texts]
    return Labelled(texts, [(NEGATIVE, POSITIVE)[int(row[label])] for row in rows])


DATASETS = {"imdb": imdb, "snippets": snippets, "sst2": sst2}


def named(name: str) -> tuple[Labelled, Source]:
    """A data set of `DATASETS`.

    Raises:
        DataError: there is none of this name, or it cannot be had.
    """
    return lookup(DATASETS, name)()


def own(path: Path, text: str, label: str) -> tuple[Labelled, Source]:
    """The user's own file, see `seqserve.tabular.text_table`.

    A text whose label is blank is one that nobody labelled.

    Args:
        text, label: names of the columns, or of the keys.

    Raises:
        DataError: it cannot be read so, a column is not there, or fewer than two labels are.
    """
    texts: list[str] = []
    labels: list[str] = []
    unlabelled: list[str] = []
    dropped = 0
    for words, kind in text_rows.rows(path, text, label):
        if not words.strip():
            dropped += 1
        elif not kind.strip():
            unlabelled.append(words)
        else:
            texts.append(words)
            labels.append(kind.strip())
    report = [f"{counted(dropped, 'row')} without a text dropped"] if dropped else []
    report += [f"{counted(len(unlabelled), 'text')} without a label"] if unlabelled else []
    labelled = deduplicated(Labelled(texts, labels, report, unlabelled))
    if len(set(labelled.labels)) < 2:
        raise DataError(
            f"{path.name} has {len(set(labelled.labels))} label in column {label!r}; two at least are needed"
        )
    return labelled, _source(labelled, path.name, None, "the owner's")


def deduplicated(labelled: Labelled) -> Labelled:
    """Each text once, so that none can be in two parts; texts that have several labels are dropped."""
    kinds: dict[str, set[str]] = {}
    keys = list(map(text_key, labelled.texts))
    for key, label in zip(keys, labelled.labels, strict=True):
        kinds.setdefault(key, set()).add(label)
    seen: set[str] = set()
    kept = []
    for index, key in enumerate(keys):
        if len(kinds[key]) == 1 and key not in seen:
            kept.append(index)
            seen.add(key)
    contradicted = sum(len(kinds[key]) > 1 for key in keys)
    repeated = len(keys) - len(kept) - contradicted
    report = list(labelled.report)
    report += [f"{repeated} repeated texts dropped"] if repeated else []
    report += [f"{contradicted} texts with contradicting labels dropped"] if contradicted else []
    texts, labels = [labelled.texts[index] for index in kept], [labelled.labels[index] for index in kept]
    others = {text_key(text): text for text in labelled.unlabelled}
    return Labelled(texts, labels, report, [text for key, text in others.items() if key not in kinds])


def text_key(text: str) -> str:
    """What is alike in texts that count as the same."""
    return " ".join(text.split()).casefold()


def _source(labelled: Labelled, name: str, url: str | None, licence: str) -> Source:
    counts = ", ".join(f"{label} {count}" for label, count in sorted(Counter(labelled.labels).items()))
    return Source(name=f"{name} ({counts})", url=url, licence=licence, sha256=labelled.fingerprint())
