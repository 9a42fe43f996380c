"""Names of persons by origin: some are learned from, the others are kept to measure recall by origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from training.core.download import PublicFile

_HELD_OUT = 5
_DOUBLE, _INITIAL = 0.12, 0.04
"""Of drawn names, those whose given name is double, or whose family name is; and those with an initial."""
_CENSUS = "https://raw.githubusercontent.com/treyhunner/names/c485a4350e84d77836ccd36c628296beb1aec05f/names"
_LISTS = {
    kind: PublicFile(f"tag/names/{name}", f"{_CENSUS}/{name}", sha256, hint="the US Census of 1990, treyhunner/names")
    for kind, name, sha256 in (
        ("family", "dist.all.last", "b0e2b3743ccbad641ca48b344c24cdebcd1d9a1f76dc6dbf05986f2919f0b4e1"),
        ("female", "dist.female.first", "bd2f310fc4e5d5e5ea122c9d4342c9821145823118eb20db1647f305ec77b358"),
        ("male", "dist.male.first", "0a5078ef6effe3b483d15b0f7f95047662126c9bfb624ecd5e5b978fc0f2470b"),
    )
}
_FAMILIES = 10_000
"""Of the 88,799 family names of the census, the most frequent; the rest are rarer than 1 in 100,000."""


@dataclass(frozen=True)
class Names:
    """Names of one origin."""

    given: Sequence[str]
    family: Sequence[str]

    def draw(self, random: np.random.Generator, short: bool) -> str:
        """A given and a family name, or one of the two; some are double or have an initial between them."""
        given, family = self._one(self.given, random), self._one(self.family, random)
        chance = random.random()
        if chance < _DOUBLE:
            other = self._one(self.given, random)  # "Jean-Pierre", but "Seo-jun"
            given = f"{given}-{other if random.random() < 0.5 else other.lower()}"
        elif chance < 2 * _DOUBLE:
            family = f"{family}-{self._one(self.family, random)}"
        if short:
            return given if random.random() < 0.5 else family
        if random.random() < _INITIAL:
            given = f"{given} {chr(ord('A') + int(random.integers(26)))}."
        return f"{given} {family}"

    def _one(self, names: Sequence[str], random: np.random.Generator) -> str:
        return names[int(random.integers(len(names)))]


@cache
def _by_origin() -> dict[str, Names]:
    content = yaml.safe_load((Path(__file__).parent / "names.yaml").read_text(encoding="utf-8"))
    return {origin: Names(**names) for origin, names in content.items()}


def learned() -> dict[str, Names]:
    """By origin, the names that may be learned from."""
    return {
        origin: Names(names.given[:-_HELD_OUT], names.family[:-_HELD_OUT]) for origin, names in _by_origin().items()
    }


def measured() -> dict[str, list[str]]:
    """By origin, whole names of which no part is learned from."""
    return {
        origin: [" ".join(pair) for pair in zip(names.given[-_HELD_OUT:], names.family[-_HELD_OUT:], strict=True)]
        for origin, names in _by_origin().items()
    }


def census() -> Names:
    """The names of the US census of 1990, which is in the public domain, without those that are measured.

    Raises:
        DataError: the lists cannot be had.
    """
    held_out = {part.lower() for names in measured().values() for name in names for part in name.split()}
    lists = {
        kind: [line.split()[0].title() for line in file.read().decode().splitlines() if line.strip()]
        for kind, file in _LISTS.items()
    }
    known = {kind: [name for name in names if name.lower() not in held_out] for kind, names in lists.items()}
    return Names([*known["female"], *known["male"]], known["family"][:_FAMILIES])
