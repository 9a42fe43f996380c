"""A table of the groups of a fleet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from training.fleet.fleet import Fleet, state
from training.fleet.groups import Group

TABLES = ("fleet.csv", "fleet.md")
_HEADINGS = ("group", "rows", "model", "version", "score", "baseline", "best baseline", "state")


def write(fleet: Fleet, groups: list[Group], folder: Path) -> None:
    """Write the tables into a folder."""
    rows = [_row(fleet, group) for group in groups]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_HEADINGS, *rows])
    (folder / TABLES[0]).write_text(text.getvalue())
    lines = [_HEADINGS, ("---",) * len(_HEADINGS), *rows]
    cells = [[cell.replace("|", r"\|") for cell in line] for line in lines]
    (folder / TABLES[1]).write_text("".join(f"| {' | '.join(line)} |\n" for line in cells))


def show(fleet: Fleet, groups: list[Group], measure: str) -> None:
    """Print a table."""
    table = Table("group", "rows", "model", f"{measure}", "best baseline", "state", box=box.SIMPLE)
    for group in groups:
        label, rows, name, _, score, baseline, baseline_name, said = _row(fleet, group)
        table.add_row(*map(escape, (label, rows, name, score, f"{baseline} {baseline_name}".strip(), said)))
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table)


def _row(fleet: Fleet, group: Group) -> tuple[str, ...]:
    result = fleet.results[group.name]
    score, baseline = (f"{value:.4g}" if value is not None else "" for value in (result.score, result.baseline))
    about = (result.version or "", score, baseline, result.baseline_name or "", state(result))
    return group.label, str(group.rows), group.name, *about
