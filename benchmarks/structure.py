"""How each package is divided: its rooms, the imports between them, their floors and their cycles.

    python -m benchmarks.structure [--root .]

A room is a module or a folder at the top level of a package. An arrow leads from a room to another that it imports,
anywhere in its files. The floors are the longest chain of arrows, counted in rooms; rooms of one cycle share a floor.
A cycle is a set of rooms that reach each other. Nothing is imported: the files are parsed.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_PACKAGES = ("seqserve", "service", "training")

Arrows = Mapping[str, set[str]]
"""Each room and those it imports."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout to read (%(default)s)")
    root = parser.parse_args().root
    print("| package | rooms | arrows | floors | cycles |\n| --- | ---: | ---: | ---: | --- |")
    for package in _PACKAGES:
        found = arrows(root / package)
        met = [" ".join(sorted(cycle)) for cycle in cycles(found)]
        count = sum(map(len, found.values()))
        print(f"| {package} | {len(found)} | {count} | {floors(found)} | {'; '.join(met) or 'none'} |")


def arrows(package: Path) -> Arrows:
    """The rooms of a package, each with the other rooms that it imports."""
    rooms = {_room(package, path) for path in _files(package)}
    found: dict[str, set[str]] = {room: set() for room in sorted(rooms)}
    for path in _files(package):
        room = _room(package, path)
        found[room] |= {name for name in _imported(package, path) if name in rooms} - {room}
    return found


def floors(found: Arrows) -> int:
    """The most rooms on a chain of arrows that visits no cycle twice."""
    group = {room: room for room in found}
    for cycle in cycles(found):
        group |= dict.fromkeys(cycle, min(cycle))

    @cache
    def height(room: str) -> int:
        members = [member for member in found if group[member] == room]
        below = {group[name] for member in members for name in found[member]} - {room}
        return 1 + max(map(height, below), default=0)

    return max(map(height, set(group.values())), default=0)


def cycles(found: Arrows) -> list[set[str]]:
    """The sets of two and more rooms that reach each other."""
    reached = {room: _reached(found, room) for room in found}
    groups = {
        frozenset(other for other in reached[room] if room in reached[other]) for room in found if room in reached[room]
    }
    return [set(group) for group in sorted(groups, key=min)]


def _reached(found: Arrows, start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for room in found[waiting.pop()] - seen:
            seen.add(room)
            waiting.append(room)
    return seen


def _files(package: Path) -> Iterator[Path]:
    """The modules of a package, without its own `__init__.py`."""
    for path in sorted(package.rglob("*.py")):
        if path != package / "__init__.py":
            yield path


def _room(package: Path, path: Path) -> str:
    return path.relative_to(package).parts[0].removesuffix(".py")


def _imported(package: Path, path: Path) -> Iterator[str]:
    """The rooms, and whatever else may be one, that a file's imports name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            top, _, rest = name.partition(".")
            if top == package.name and rest:
                yield rest.partition(".")[0]


if __name__ == "__main__":
    main()
