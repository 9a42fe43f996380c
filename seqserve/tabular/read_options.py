"""What a user can say about a table; what is left out is found by evidence in the file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReadOptions:
    """How to read a table of series.

    Case does not matter in names of columns, and `x,y` names two unless there is a column of that name.

    Args:
        time: columns that hold the time, one, or several that do so together, such as a date and an hour.
        id: columns that tell the series apart; the cells of several are joined by `/`.
        target: columns to forecast.
        features: other columns wanted.
        known: columns known ahead, numbers or categories. Their cells behind the last target are kept.
        static: columns with one value a series.
        decimal: `.` or `,`.
        day_first: how to read `01/02/2020`.
        skip_rows: lines above the header.
        header: whether the first row is the names of the columns, whatever it looks like, or values like the others;
            none means that names are looked for, and that a table without any is refused.
        sheet: of an Excel file with several tables.
        frequency: pandas offset alias.
        timezone: IANA zone of times that are written without one.
        wide: whether each column of numbers, or each row, is a series of its own.
        allow_dropped: share of rows that may be left out, 0 to 1.
    """

    time: Sequence[str] = field(default_factory=list)
    id: Sequence[str] = field(default_factory=list)
    target: Sequence[str] = field(default_factory=list)
    features: Sequence[str] = field(default_factory=list)
    known: Sequence[str] = field(default_factory=list)
    static: Sequence[str] = field(default_factory=list)
    decimal: str | None = None
    day_first: bool | None = None
    skip_rows: int | None = None
    header: bool | None = None
    sheet: str | None = None
    frequency: str | None = None
    timezone: str | None = None
    wide: bool = False
    allow_dropped: float = 0.01


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each field of `ReadOptions`."""
    group = parser.add_argument_group("reading", "What the file does not tell by itself; names as NAME or NAME,NAME.")
    columns = {
        "time": "the time of a row, or of several that say it together",
        "id": "what tells the series apart",
        "target": "what is forecast (default: y, or the first column of numbers)",
        "features": "further columns of numbers",
        "known": "what is known ahead, numbers or categories",
        "static": "what is the same in all rows of a series",
    }
    for field_name, about in columns.items():
        group.add_argument(f"--{field_name}", action="append", default=[], metavar="NAME", help=f"columns: {about}")
    group.add_argument("--decimal", choices=[".", ","], help="decimal mark")
    group.add_argument(
        "--day-first", action=argparse.BooleanOptionalAction, default=None, help="whether 01/02/2020 is 1 February"
    )
    group.add_argument("--skip-rows", type=int, metavar="N", help="lines above the names of the columns")
    group.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="whether the first row is the names of the columns (default: names are looked for)",
    )
    group.add_argument("--sheet", metavar="NAME", help="sheet of an Excel file")
    group.add_argument(
        "--frequency", metavar="ALIAS", help="pandas offset alias of the steps, such as h, D, B, W-MON, MS"
    )
    group.add_argument("--timezone", metavar="ZONE", help="zone of the times, such as Europe/Berlin")
    group.add_argument("--wide", action="store_true", help="each column of numbers, or each row, is a series")
    group.add_argument(
        "--allow-dropped",
        type=float,
        default=0.01,
        metavar="X",
        help="share of rows that may be left out (default: %(default)s)",
    )


def from_arguments(options: argparse.Namespace) -> ReadOptions:
    """What `add_arguments` parsed."""
    return ReadOptions(**{name: getattr(options, name) for name in ReadOptions.__dataclass_fields__})
