"""Documents to learn from: where they are from, what of them is dropped, and how they are split."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from seqserve.complete.subwords import folded
from seqserve.core.messages import counted
from seqserve.registry.artifact import Source
from training.core import text_rows
from training.core.download import DataError

Kind = Literal["auto", "line", "paragraph", "file"]
OWN = "the owner's"
"""Licence of one's own data."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_FEWEST = 10
_ENDS = " .,;:!?'\"()[]-"
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Documents:
    """Folded texts that each stand for themselves, and what was done to them."""

    texts: list[str]
    source: Source
    report: list[str] = field(default_factory=list)


class Parts(NamedTuple):
    """Texts of each part of a split by document."""

    train: list[str]
    validation: list[str]
    test: list[str]


def of_files(paths: Sequence[Path], kind: Kind = "auto") -> Documents:
    """The documents of plain text files.

    Args:
        kind: what a document is. `auto` takes paragraphs of a file with blank lines, and lines of one without.

    Raises:
        DataError: a file cannot be read, or there are too few documents.
    """
    texts: list[str] = []
    report = []
    for path in paths:
        try:
            content = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path.name} cannot be read ({error}); give a file of plain text in UTF-8") from None
        taken = kind if kind != "auto" else ("paragraph" if _BLANK_LINE.search(content.strip()) else "line")
        apart = {"line": content.split("\n"), "paragraph": _BLANK_LINE.split(content), "file": [content]}
        found = [text for text in apart[taken] if text.strip()]
        texts += found
        why = ", as it has blank lines" if kind == "auto" and taken == "paragraph" else ""
        report.append(f"{path.name}: {counted(len(found), 'document')}, each a {taken}{why} (--documents)")
    return made(texts, ", ".join(path.name for path in paths), report)


def of_column(path: Path, column: str) -> Documents:
    """The cells of a column, see `seqserve.tabular.text_table`.

    Raises:
        DataError: it cannot be read so, or there are too few documents.
    """
    return made((cell for (cell,) in text_rows.rows(path, column)), path.name)


def made(
    texts: Iterable[str], name: str, report: Sequence[str] = (), url: str | None = None, licence: str = OWN
) -> Documents:
    """Documents of raw texts: folded, each once.

    Raises:
        DataError: fewer than 10 are left.
    """
    kept: dict[str, str] = {}
    blank = repeated = 0
    for text in texts:
        plain = folded(text).strip()
        alike = key(plain)
        if not plain:
            blank += 1
        elif alike in kept:
            repeated += 1
        else:
            kept[alike] = plain
    if len(kept) < _FEWEST:
        raise DataError(
            f"{name} has {counted(len(kept), 'different document')}; {_FEWEST} at least are needed to split"
        )
    lines = list(report)
    lines += [f"{counted(blank, 'blank document')} dropped"] if blank else []
    lines += (
        [f"{counted(repeated, 'document')} dropped: alike but for case, digits and punctuation"] if repeated else []
    )
    digest = hashlib.sha256("\0".join(kept.values()).encode()).hexdigest()
    title = f"{name} ({counted(len(kept), 'document')})"
    return Documents(list(kept.values()), Source(name=title, url=url, licence=licence, sha256=digest), lines)


def key(text: str) -> str:
    """What is alike in documents that count as the same: not case, digits, or the punctuation around them."""
    plain = _DIGIT.sub("0", text.casefold())
    return plain.strip(_ENDS) or plain


def split(texts: Sequence[str], validation: float, test: float, seed: int) -> Parts:
    """Documents drawn at random for each part, in the order they came in."""
    random = np.random.default_rng(seed).random(len(texts))
    measured = max(1, round(test * len(texts)))
    chosen = np.argsort(random)
    of_test, of_validation, rest = np.split(chosen, [measured, measured + max(1, round(validation * len(texts)))])
    return Parts(*([texts[index] for index in np.sort(part)] for part in (rest, of_validation, of_test)))
