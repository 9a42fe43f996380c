"""Reviews of products: sentences with the opinions on their features, and lists of pros and cons.

Reference:
    Hu and Liu, Mining and Summarizing Customer Reviews, KDD 2004; Ding, Liu and Yu, A Holistic Lexicon-Based Approach
    to Opinion Mining, WSDM 2008; Ganapathibhotla and Liu, Mining Opinions in Comparative Sentences, COLING 2008.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path

from seqserve.registry.artifact import Source
from training.core.download import DataError, PublicFile
from training.sentiment.corpora.labelled import NEGATIVE, POSITIVE, Labelled, deduplicated, source

_ADDRESS = "https://raw.githubusercontent.com/nltk/nltk_data/a35beafa6aaa94b6e93895a86d54ed3827286ac4/packages/corpora"
_LICENCE = "CC BY 4.0; attribute to Bing Liu, www.cs.uic.edu/~liub"


def _archive(name: str, sha256: str) -> PublicFile:
    return PublicFile(
        f"sentiment/product-reviews/{name}.zip", f"{_ADDRESS}/{name}.zip", sha256, hint=f"{name} of nltk_data"
    )


_SENTENCES = [
    _archive("product_reviews_1", "627bfb0bb7c87586246d99b4402c3d7e4fb77ac14559d8695c283bd6850615ac"),
    _archive("product_reviews_2", "272b08fe130882e5867aa7ecc69a65616099183c4ccc10374a62c271801b0bc1"),
]
_LISTS = _archive("pros_cons", "b5bca541ba5b2e614cde2213ddcca027416f6997067c90e45c173bf55c6fade8")
_SENTENCE = 4
"""Words; a shorter one may be about anything."""
_OPINION = re.compile(r"\[([+-])[0-9]\]")
_ENTRY = re.compile(r"<(Pros|Cons)>(.*?)</\1>")


def sentences() -> tuple[Labelled, Source]:
    """Sentences of reviews of 14 products, where all opinions on features are of one kind.

    Titles, and sentences without an opinion on a feature or with opinions of both kinds, are without a label: many
    of them say what their writer thinks of the product as a whole.
    """
    texts: list[str] = []
    labels: list[str] = []
    unlabelled: list[str] = []
    for archive in _SENTENCES:
        for line in _lines(archive):
            title, marked = line.startswith("[t]"), "##" in line
            if not (title or marked):
                continue
            opinions, _, text = ("", "", line[3:]) if title else line.partition("##")
            signs = set(_OPINION.findall(opinions))
            if not text.strip():
                continue
            if len(signs) == 1:
                texts.append(_plain(text))
                labels.append(POSITIVE if signs == {"+"} else NEGATIVE)
            else:
                unlabelled.append(_plain(text))
    labelled = deduplicated(Labelled(texts, labels, unlabelled=unlabelled))
    return labelled, source(labelled, "Customer reviews of 14 products, sentences", _ADDRESS, _LICENCE)


def by_product() -> list[tuple[str, str]]:
    """Sentences of four words or more, and the product that each is about: labels for measuring, not of opinions."""
    return [
        (_plain(text), product)
        for archive in _SENTENCES
        for product, lines in _files(archive).items()
        for text in (line.partition("##")[2].strip() for line in lines)
        if len(text.split()) >= _SENTENCE
    ]


def pros_cons() -> tuple[Labelled, Source]:
    """What buyers named as pros and as cons of a product, an entry each."""
    pairs = [(_plain(text), kind) for line in _lines(_LISTS) for kind, text in _ENTRY.findall(line) if text.strip()]
    labels = [POSITIVE if kind == "Pros" else NEGATIVE for _, kind in pairs]
    labelled = deduplicated(Labelled([text for text, _ in pairs], labels))
    return labelled, source(labelled, "Pros and cons of products", _ADDRESS, _LICENCE)


def _plain(text: str) -> str:
    """A text without character references, which some copies have twice over, and split quotes closed again."""
    return re.sub(r"\b '(?=\w)", "'", html.unescape(html.unescape(text))).strip()


def _lines(archive: PublicFile) -> list[str]:
    """The lines of all texts of an archive."""
    return [line for lines in _files(archive).values() for line in lines]


def _files(archive: PublicFile) -> dict[str, list[str]]:
    """The lines of each text of an archive but its README.

    Raises:
        DataError: see `PublicFile.read`; or it is no archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive.read())) as packed:
            names = sorted(name for name in packed.namelist() if name.endswith(".txt") and "README" not in name)
            return {Path(name).stem: packed.read(name).decode().splitlines() for name in names}
    except zipfile.BadZipFile:
        raise DataError(f"{archive.path} is no archive; {archive.advice()}") from None
