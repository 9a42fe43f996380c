"""The user's own labelled texts, in a CSV, TSV or JSONL file."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Literal

from seqserve.core.messages import counted
from seqserve.registry.artifact import Source
from training.core import text_rows
from training.core.download import DataError
from training.sentiment.corpora.labelled import Labelled, deduplicated, source, text_key

Rare = Literal["keep", "merge", "drop"]
FEWEST = 3
"""Texts that a label must have to be in the training, the validation and the test part."""
OTHER = "other"


def own(
    path: Path, text: str, label: str, rare: Rare = "keep", separator: str | None = None
) -> tuple[Labelled, Source]:
    """The user's own file, see `seqserve.tabular.text_table`.

    A text whose label is blank is one that nobody labelled.

    Args:
        text, label: names of the columns, or of the keys.
        rare: what becomes of labels with too few texts to be in each part, see `without_rare`.
        separator: stands between the labels of a text, if it may have several, or none where the cell is blank; they
            come sorted, with it between them. `rare` is of no use then.

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
        elif separator is not None:
            texts.append(words)
            labels.append(separator.join(sorted({part.strip() for part in kind.split(separator)} - {""})))
        elif not kind.strip():
            unlabelled.append(words)
        else:
            texts.append(words)
            labels.append(kind.strip())
    report = [f"{counted(dropped, 'row')} without a text dropped"] if dropped else []
    report += [f"{counted(len(unlabelled), 'text')} without a label"] if unlabelled else []
    report += _alike([each for kind in labels for each in apart(kind, separator)])
    labelled = deduplicated(Labelled(texts, labels, report, unlabelled))
    if separator is None:
        labelled = without_rare(labelled, rare)
    found = {each for kind in labelled.labels for each in apart(kind, separator)}
    if len(found) < 2:
        raise DataError(f"{path.name} has {counted(len(found), 'label')} in column {label!r}; two at least are needed")
    return labelled, source(labelled, path.name, None, "the owner's")


def apart(labels: str, separator: str | None) -> list[str]:
    """The labels in a cell."""
    return [labels] if separator is None else [each for each in labels.split(separator) if each]


def without_rare(labelled: Labelled, rare: Rare) -> Labelled:
    """Labels of fewer than three texts kept, merged into one label, or left out; `report` says which.

    Those that are kept are only learned from: too few are left to measure them by. So are those that are merged, if all
    of them together are still too few.
    """
    counts = Counter(labelled.labels)
    few = {label: count for label, count in sorted(counts.items()) if count < FEWEST}
    if not few:
        return labelled
    named = ", ".join(f"{label!r} ({count})" for label, count in few.items())
    what = {"keep": "learned from, but not measured", "merge": f"merged into {OTHER!r}", "drop": "left out"}[rare]
    report = [*labelled.report, f"labels of fewer than {FEWEST} texts {what} (--rare): {named}"]
    pairs = list(zip(labelled.texts, labelled.labels, strict=True))
    if rare == "merge":
        pairs = [(text, OTHER if label in few else label) for text, label in pairs]
    elif rare == "drop":
        pairs = [(text, label) for text, label in pairs if label not in few]
    return Labelled([text for text, _ in pairs], [label for _, label in pairs], report, labelled.unlabelled)


def _alike(labels: list[str]) -> list[str]:
    """A line for each set of labels that differ in case or blanks only, which are mostly meant to be one."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for label in labels:
        spellings[text_key(label)][label] += 1
    return [
        "labels that differ only in case or blanks are taken for different ones: "
        + ", ".join(f"{label!r} ({count})" for label, count in sorted(found.items()))
        for found in spellings.values()
        if len(found) > 1
    ]
