"""The groups of a table: the rows of each, and the name of its model."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from seqserve.tabular import series_table
from seqserve.tabular.files import containers
from seqserve.tabular.files.header import normal
from seqserve.tabular.read_options import ReadOptions
from training.core.download import DataError

_LONGEST = 64
_DIGITS = 6


@dataclass(frozen=True)
class Group:
    """A group.

    Args:
        label: the cells of the columns that tell groups apart, joined by `/`.
        name: of its model.
        rows: of the table.
    """

    label: str
    name: str
    rows: int


@dataclass(frozen=True)
class Grouped:
    """A table by its groups.

    Args:
        groups: in the order in which they appear.
        left_out: rows that are of no group, as a cell is empty.
        roles: what the columns of the whole table were taken for, by option, so that each group is read alike; none if
            the table as a whole is not understood.
        why: it is not.
    """

    groups: list[Group]
    left_out: int
    roles: dict[str, list[str]]
    why: str | None
    _frame: pd.DataFrame
    _labels: pd.Series

    def csv(self, group: Group) -> bytes:
        """The rows of a group as CSV in UTF-8, without the columns that are the same in all of them."""
        text: str = self._frame[self._labels == group.label].to_csv(index=False)
        return text.encode()


def read(path: Path, by: Sequence[str], options: ReadOptions, base: str) -> Grouped:
    """Read a table and find its groups.

    Args:
        by: the columns that tell groups apart.
        base: what the names of the models begin with.

    Raises:
        DataError, ValueError, OSError: it is no table, has no such column, or no group.
    """
    if options.wide:
        raise DataError("--by needs a column that names the group of a row; a wide table has none")
    frame = containers.frame(path.name, path.read_bytes(), options)
    columns = [_column(frame, name, path.name) for name in by]
    cells = frame[columns].astype("string").apply(lambda column: column.str.strip())
    known = (cells.notna() & (cells != "")).all(axis=1)
    labels = cells[known].agg("/".join, axis=1).reindex(frame.index)
    counts = labels.value_counts(sort=False)
    if counts.empty:
        raise DataError(f"{path.name}: no row has a value of {' and '.join(columns)}")
    order = list(dict.fromkeys(labels.dropna()))
    names = named(base, order)
    roles, why = _roles(frame, options, columns, path.name)
    groups = [Group(label, names[label], int(counts[label])) for label in order]
    return Grouped(groups, int((~known).sum()), roles, why, frame.drop(columns=columns), labels)


def named(base: str, labels: Sequence[str]) -> dict[str, str]:
    """A name for each label that a model can have: lower-case letters, digits and dashes, at most 64.

    A label that leaves nothing, or the same as another or too much, has digits of its digest in its name: the name of a
    group depends on no order, and changes only where a group comes to be that would have the same.
    """
    plain = {label: "-".join(filter(None, (base, _slug(label)))) for label in labels}
    alike = Counter(plain.values())
    found = {}
    for label, name in plain.items():
        if alike[name] > 1 or not _slug(label) or len(name) > _LONGEST:
            digits = hashlib.sha256(label.encode()).hexdigest()[:_DIGITS]
            name = f"{name[: _LONGEST - _DIGITS - 1].rstrip('-')}-{digits}"
        found[label] = name
    if len(set(found.values())) < len(found):
        raise DataError("two groups would have models of one name; rename one of them, or give a shorter --name")
    return found


def _slug(label: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def _column(frame: pd.DataFrame, name: str, file: str) -> str:
    for column in frame.columns:
        if normal(str(column)).lower() == normal(name).lower():
            return str(column)
    raise DataError(f"{file} has no column {name!r}; it has {', '.join(map(str, frame.columns))}")


def _roles(
    frame: pd.DataFrame, options: ReadOptions, by: Sequence[str], file: str
) -> tuple[dict[str, list[str]], str | None]:
    """The columns that are the target, the time and the ids beside the groups; or why they are not known."""
    try:
        table = series_table.clean(frame, options, file)
    except ValueError as error:
        return {}, str(error)
    ids = [name for name in table.ids if name not in by]
    return {"target": list(options.target) or [table.target], "time": table.time, "id": ids}, None
