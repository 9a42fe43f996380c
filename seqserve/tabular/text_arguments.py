"""Texts from the command line: as arguments, from a file with a text a line, or from a column of a table."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

_STANDARD_INPUT = Path("-")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments `TEXT`, `--file` and `--column`."""
    texts = parser.add_mutually_exclusive_group(required=True)
    texts.add_argument("texts", nargs="*", default=[], metavar="TEXT")
    texts.add_argument("--file", type=Path, help="a text a line, or a table, see --column; - is standard input")
    parser.add_argument(
        "--column", default="text", metavar="NAME", help="column of a .csv, .tsv or .jsonl (default: %(default)s)"
    )


def read(options: argparse.Namespace) -> dict[str, str]:
    """The texts, each by where it stands, such as `text 1` or `reviews.csv, row 2`.

    The rows of a table become `options.rows`, by the same places, so that answers are printed with them.

    Raises:
        ValueError: the file cannot be read as text, has no such column, or is empty.
        OSError: there is no such file.
    """
    path: Path | None = options.file
    if path is None:
        return {f"text {number}": text for number, text in enumerate(options.texts, 1)}
    from seqserve.tabular import text_table  # pandas takes a third of a second

    if path.suffix.lower() in text_table.SUFFIXES:
        options.rows = text_table.rows(path)
        return {place: text for place, (text,) in text_table.cells(path.name, options.rows, [options.column]).items()}
    name = "standard input" if path == _STANDARD_INPUT else path.name
    content = sys.stdin.buffer.read() if path == _STANDARD_INPUT else path.read_bytes()
    try:
        lines = io.StringIO(content.decode("utf-8-sig"), newline=None)
    except UnicodeDecodeError:
        raise ValueError(f"{name} is not UTF-8; save it as UTF-8") from None
    texts = {f"{name}, line {number}": line.rstrip("\n") for number, line in enumerate(lines, 1)}
    if not texts:
        raise ValueError(f"{name} is empty; write a text a line")
    return texts
