"""The rows of JSON Lines, one after the other."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, BinaryIO

from seqserve.tabular.row_blocks.row import Row

_HEAD = 1_000
"""Lines whose keys are the columns."""


def is_meant(name: str, stream: BinaryIO) -> bool:
    """Whether a file begins as an object.

    Raises:
        ValueError: it begins as a list of objects.
    """
    head = stream.read(1_000).removeprefix(b"\xef\xbb\xbf").split()
    stream.seek(0)
    if b"".join(head).startswith((b"[{", b"[]")):
        raise ValueError(f"{name} is one list; write an object a line, as `jq -c '.[]'` does")
    return bool(head) and head[0].startswith(b"{")


def rows(name: str, stream: BinaryIO) -> Iterator[Row]:
    """The names of the columns, then the rows; a value is text as it stands, a list or an object is JSON.

    The columns are the keys of the first thousand objects; a row with another key has a fault.

    Raises:
        ValueError: there is no object.
    """
    with io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape") as text:
        lines = ((number, line) for number, line in enumerate(text, 1) if line.strip())
        head = [_parsed(number, line) for number, line in islice(lines, _HEAD)]
        columns = list(dict.fromkeys(key for found in head if isinstance(found, dict) for key in found))
        if not columns:
            raise ValueError(f'{name}: write an object a line, such as {{"text": "Thank you."}}')
        yield Row([*columns])
        places = {column: place for place, column in enumerate(columns)}
        for found in chain(head, (_parsed(number, line) for number, line in lines)):
            yield _row(found, places)


def _parsed(number: int, line: str) -> dict[str, Any] | str:
    """The object of a line, or what is wrong with it."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return f"line {number} is not UTF-8"
    try:
        found = json.loads(line, parse_float=_Number, parse_constant=_Number)
        _dumped(found).encode()
    except UnicodeEncodeError:
        return f"line {number} has half a surrogate pair"
    except (ValueError, RecursionError) as error:
        return f"line {number} is not JSON: {error}"
    return found if isinstance(found, dict) else f"line {number} is no object"


def _row(found: dict[str, Any] | str, places: dict[str, int]) -> Row:
    cells: list[str | None] = [None] * len(places)
    if isinstance(found, str):
        return Row(cells, found)
    if unknown := found.keys() - places:
        return Row(cells, f"the keys {', '.join(sorted(unknown))} are not in the first {_HEAD:,} lines of the file")
    for key, value in found.items():
        if value is not None:
            cells[places[key]] = value if isinstance(value, str) else _dumped(value)
    return Row(cells)


class _Number(float):
    """A number that is no integer, with its digits."""

    def __new__(cls, written: str) -> _Number:
        found = super().__new__(cls, written)
        found.written = written
        return found

    written: str


def _dumped(value: Any) -> str:
    return value.written if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)
