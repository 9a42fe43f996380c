"""Patterns of versions, such as those that are loaded before anybody asks for them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from seqserve.registry.store import Key

NONE = "defaults"
"""The pattern that matches nothing: the tasks' default models are always loaded."""
_PATTERN = re.compile(r"([a-z0-9*?-]+)(?:/([a-z0-9*?-]+)(?:@([a-z0-9*?-]+))?)?")


@dataclass(frozen=True)
class _Pattern:
    task: str
    name: str
    version: str | None


class VersionPatterns:
    """Patterns such as `forecast/*` and `sentiment/reviews@stable`."""

    def __init__(self, patterns: Collection[_Pattern]) -> None:
        self._patterns = patterns

    @classmethod
    def parse(cls, stated: str) -> Self:
        """The patterns in a list separated by commas; `defaults` is none.

        Raises:
            ValueError: one is no pattern.
        """
        found = []
        for pattern in filter(None, map(str.strip, stated.split(","))):
            parts = _PATTERN.fullmatch(pattern)
            if parts is None:
                raise ValueError(f"{pattern!r} is no pattern: task/name or task/name@label, with * for anything")
            if pattern != NONE:
                found.append(_Pattern(parts[1], parts[2] or "*", parts[3]))
        return cls(found)

    def match(self, key: Key, labels: Collection[str]) -> bool:
        """Whether one of the patterns names a version, by its number or a label, or its model as a whole."""
        return any(
            fnmatchcase(key.task, pattern.task)
            and fnmatchcase(key.name, pattern.name)
            and (
                pattern.version is None or any(fnmatchcase(named, pattern.version) for named in (key.version, *labels))
            )
            for pattern in self._patterns
        )


EVERYTHING = VersionPatterns.parse("*")
