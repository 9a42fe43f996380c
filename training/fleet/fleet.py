"""Gives out the groups of a table, and writes down what came of each, so that the same command goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from seqserve.core.progress import duration
from seqserve.registry import files
from training.engines.work import Lost, Piece
from training.fleet.groups import Group, Grouped
from training.fleet.member import Member, Result


class Fleet:
    """A `Desk` of the engines. A group that failed before is tried again, one that was published is not.

    Args:
        member: what to train for a group, given its rows.
        folder: in which the results are.
    """

    def __init__(self, grouped: Grouped, member: Callable[[Group, bytes], Member], folder: Path) -> None:
        self._grouped, self._member, self._folder = grouped, member, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.results: dict[str, Result] = {}
        for group in grouped.groups:
            result = self._read(group)
            if result is not None and result.failed is None:
                self.results[group.name] = result
        self.before = len(self.results)
        self._left = [number for number, group in enumerate(grouped.groups) if group.name not in self.results]

    def following(self) -> Piece | None:
        if not self._left:
            return None
        number = self._left.pop(0)
        group = self._grouped.groups[number]
        return Piece(number, self._member(group, self._grouped.csv(group)))

    def told(self, number: int, step: int, loss: float) -> bool:
        return False

    def done(self, number: int, result: Result | Lost) -> None:
        group = self._grouped.groups[number]
        found = result if isinstance(result, Result) else Result(group.name, failed=result.reason)
        self.results[group.name] = found
        files.replace(self._folder / f"{group.name}.json", json.dumps(asdict(found), indent=1).encode())
        said = f"failed: {found.failed}" if found.failed else state(found)
        count = f"{len(self.results)} of {len(self._grouped.groups)}"
        print(f"{count}: {group.label}: {said} ({duration(found.seconds)})", flush=True)

    def _read(self, group: Group) -> Result | None:
        path = self._folder / f"{group.name}.json"
        if not path.is_file():
            return None
        content = json.loads(path.read_text())
        return Result(**content | {"worse_than": tuple(content["worse_than"])})


def state(result: Result) -> str:
    """Whether a group's model is released, or why not, in words."""
    if result.failed:
        return f"failed: {result.failed}"
    if result.released:
        return f"released as {result.name} {result.version}"
    return f"not released: worse than {' and '.join(result.worse_than)}"
