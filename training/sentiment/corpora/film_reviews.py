"""Film reviews: the Large Movie Review Dataset, and sentences of reviews."""

from __future__ import annotations

import csv
import io
import tarfile
from pathlib import Path

from seqserve.registry.artifact import Source
from training.core.download import DataError, Member, PublicFile
from training.sentiment.corpora.labelled import NEGATIVE, POSITIVE, Labelled, deduplicated, source, text_key

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
_CLAUSE = 8
"""Words; many a shorter text of SST-2 has no sentiment of its own but that of its label."""
_FOLDERS = {"pos": POSITIVE, "neg": NEGATIVE}


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
    return labelled, source(labelled, "Large Movie Review Dataset, training half", _IMDB.url, "research use, cite")


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
    return labelled, source(labelled, "Sentence polarity dataset", _POLARITY.url, "research use, cite")


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
    return labelled, source(
        labelled, "Stanford Sentiment Treebank, SST-2, training part", _GLUE.url, "research use, cite"
    )


def sst2_clauses() -> tuple[Labelled, Source]:
    """The texts of `sst2` of eight words or more.

    SST-2 has no neutral texts, so its fragments would mislead beside texts that do have a neutral class.
    """
    found, where = sst2()
    pairs = [pair for pair in zip(found.texts, found.labels, strict=True) if len(pair[0].split()) >= _CLAUSE]
    texts, labels = map(list, zip(*pairs, strict=True))
    labelled = Labelled(texts, labels, found.report)
    return labelled, source(labelled, "SST-2, training part, texts of eight words or more", where.url, where.licence)


def sst2_dev() -> tuple[Labelled, Source]:
    """872 sentences: the dev part of SST-2, for measuring.

    Reference:
        Wang et al., GLUE, ICLR 2019: its test labels are not public, so the dev part is what is reported.
    """
    labelled = _sst2("dev")
    return labelled, source(labelled, "Stanford Sentiment Treebank, SST-2, dev part", _GLUE.url, "research use, cite")


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
