"""The variants in which a sentence pair may be read: as it is, with names hidden, without case or full stop."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from seqserve.translation.markup.placeholders import MARK, PLACEHOLDERS, Hidden, alike, set_apart
from seqserve.translation.subword_tokenizer import UNKNOWN, Subwords, folded
from training.core.batches import Tokens
from training.translation.corpus.pairs import Pairs
from training.translation.data.batches import Pair

_WORD = re.compile(r"[^\W\d_]{2,}")
_STOP = re.compile(r"\s?[.!?]$")


Ways = list[list[tuple[str, str]]]
"""Of each pair its variants as text, source and target."""


def ways(pairs: Pairs, subwords: Subwords) -> Ways:
    """The variants of every pair, the usual one first.

    What `Subwords.hide` hides on both sides is hidden; what it hides on one side only is left there. Capitalised
    words that stand on both sides, names mostly, may be hidden too: so the network learns to set placeholders
    wherever names stand.
    """
    return [
        _variants(subwords.hide(folded(source)), subwords.hide(folded(target)))
        for source, target in zip(pairs.sources, pairs.targets, strict=True)
    ]


def read(found: Ways, subwords: Subwords, *, reverse: bool, merge_dropout: float = 0.0) -> list[list[Pair]]:
    """Variants as tokens.

    Args:
        reverse: the source is read backwards.
        merge_dropout: see `Subwords.encode`.
    """
    sources = subwords.encode([source for pairs in found for source, _ in pairs], merge_dropout)
    targets = subwords.encode([target for pairs in found for _, target in pairs], merge_dropout)
    encoded = iter(
        [
            Pair(_array(source[::-1] if reverse else source), _array(target))
            for source, target in zip(sources, targets, strict=True)
        ]
    )
    return [[next(encoded) for _ in pairs] for pairs in found]


def _variants(source: Hidden, target: Hidden) -> list[tuple[str, str]]:
    shared = [span for span in source.spans if span in target.spans]
    usual = _read(source, shared), _read(target, shared)
    found = [usual]
    names = {word for word in _WORD.findall(usual[0]) if word[0].isupper()} & set(_WORD.findall(usual[1]))
    if names:
        found.append(_with_names(*usual, names))
    if all(map(_STOP.search, usual)):
        found.append((_STOP.sub("", usual[0]), _STOP.sub("", usual[1])))
    if usual[0] != usual[0].lower():
        found.append((usual[0].lower(), usual[1]))
    return found


def _read(hidden: Hidden, spans: Sequence[str]) -> str:
    return alike(set_apart(_only(hidden, spans), spans)[0])


def _only(hidden: Hidden, spans: Sequence[str]) -> str:
    """A sentence in which only these spans are hidden, numbered in this order."""

    def mark(match: re.Match[str]) -> str:
        span = hidden.spans[PLACEHOLDERS.index(match[0])]
        return PLACEHOLDERS[spans.index(span)] if span in spans else span

    return MARK.sub(mark, hidden.text)


def _with_names(source: str, target: str, names: set[str]) -> tuple[str, str]:
    """A pair in which names are hidden too, and all placeholders numbered as they come in the source."""
    hidden = re.compile(rf"{MARK.pattern}|{_WORD.pattern}")
    spans: list[str] = [span for span in hidden.findall(source) if span in names or span in PLACEHOLDERS]
    marks = dict(zip(dict.fromkeys(spans), PLACEHOLDERS, strict=False))

    def mark(match: re.Match[str]) -> str:
        return marks.get(match[0], match[0])

    if len(set(spans)) > len(PLACEHOLDERS):
        return source, target
    return alike(hidden.sub(mark, source)), alike(hidden.sub(mark, target))


def _array(tokens: Sequence[int]) -> Tokens:
    return np.array(tokens or [UNKNOWN], dtype=np.int32)
