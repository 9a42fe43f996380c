"""The ways in which a sentence pair may be read: as it is, with a name hidden, without case or full stop."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from seqserve.subwords import PLACEHOLDERS, UNKNOWN, Subwords, folded
from training.datasets.pairs import Pairs
from training.reading import Pair, Tokens

_NAME = re.compile(r"\b[^\W\d_a-z][^\W\d_]+\b")
_STOP = re.compile(r"\s?[.!?]$")


def read(pairs: Pairs, subwords: Subwords, *, reverse: bool) -> list[list[Pair]]:
    """Every pair as tokens, in each of its ways, the usual one first.

    What is hidden in the source, see `Subwords.hide`, is hidden in the target where it stands there too;
    else it is left in both. A capitalised word on both sides, a name mostly, may be hidden too: so the
    network learns to set placeholders wherever names stand.

    Args:
        reverse: the source is read backwards.
    """
    ways: list[list[tuple[str, str]]] = []
    for source, target in zip(map(folded, pairs.sources), pairs.targets, strict=True):
        shared = [thing for thing in subwords.hide(source).things if _standing(thing).search(target)]
        usual = _hidden(source, target, shared)
        found = [usual]
        names = [name for name in dict.fromkeys(_NAME.findall(source)) if _standing(name).search(target)]
        if names:
            found.append(_hidden(source, target, [*shared, *names]))
        if _STOP.search(source) and _STOP.search(target):
            found.append((_STOP.sub("", usual[0]), _STOP.sub("", usual[1])))
        if usual[0] != usual[0].lower():
            found.append((usual[0].lower(), usual[1]))
        ways.append(found)
    sources = subwords.encode([source for found in ways for source, _ in found])
    targets = subwords.encode([target for found in ways for _, target in found])
    encoded = iter(
        [
            Pair(_array(source[::-1] if reverse else source), _array(target))
            for source, target in zip(sources, targets, strict=True)
        ]
    )
    return [[next(encoded) for _ in found] for found in ways]


def _hidden(source: str, target: str, things: Sequence[str]) -> tuple[str, str]:
    """Both sides with placeholders for things, numbered as they come in the source."""
    ordered = sorted(things, key=source.find)
    for mark, thing in zip(PLACEHOLDERS, ordered, strict=False):
        source, target = _standing(thing).sub(mark, source), _standing(thing).sub(mark, target)
    return source, target


def _standing(thing: str) -> re.Pattern[str]:
    """A thing that is no part of a word or number."""
    return re.compile(rf"(?<![^\W_]){re.escape(thing)}(?![^\W_])")


def _array(tokens: Sequence[int]) -> Tokens:
    return np.array(tokens or [UNKNOWN], dtype=np.int32)
