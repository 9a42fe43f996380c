"""Days and months that few sentences name, learned from those that name others: "on Monday" teaches "on Tuesday"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from babel import Locale, UnknownLocaleError

from training.translation.corpus.cleaning import key
from training.translation.corpus.pairs import Pairs, Parts

_ENOUGH = 300
"""Pairs that name a day or a month; of more none are made."""
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = frozenset("aeiouyáâàäéèêëíîóôöúûü")

_Names = dict[int, str]
"""Of the days or of the months, by their number."""


class _Named(NamedTuple):
    """A pair of sentences, source and target, and the number of the day or month that both name."""

    pair: tuple[str, str]
    number: int


def with_rare_names(parts: Parts, source: str, target: str, seed: int) -> Parts:
    """Parts with more pairs to learn from: copies of those that name a day or a month once, with another in its place.

    Every day and month gets as many as it lacks to 300, if there are as many pairs to copy, and no copy has a sentence
    of a held-out part. A name that begins with a vowel takes the place of such names only, since words before it may
    depend on that ("d'octobre", "de mai"). Of a language whose names are not known nothing is copied.

    Args:
        source, target: codes of the languages.

    Reference:
        Fadaee et al., Data Augmentation for Low-Resource Neural Machine Translation, ACL 2017; the names are those of
        the Unicode CLDR.
    """
    train, random = parts.train, np.random.default_rng(seed)
    held_out = {key(sentence) for part in parts[1:] for sentence in part.sources + part.targets}
    made: list[tuple[str, str]] = []
    for names in zip(_calendar(source), _calendar(target), strict=True):
        named = list(_naming(train, names))
        for number in names[0]:
            lacking = _ENOUGH - sum(found.number == number for found in named)
            copies = (_renamed(named[index], names, number) for index in random.permutation(len(named)))
            good = (copy for copy in copies if copy and held_out.isdisjoint(map(key, copy)))
            made += [copy for _, copy in zip(range(lacking), good, strict=False)]
    if not made:
        return parts
    sources, targets = zip(*made, strict=True)
    report = [*train.report, f"{len(made)} pairs made of others: they name other days or months"]
    return parts._replace(train=Pairs([*train.sources, *sources], [*train.targets, *targets], report))


def _calendar(language: str) -> tuple[_Names, _Names]:
    """The names of the days and of the months, as they stand in dates."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}, {}
    return dict(locale.days["format"]["wide"]), dict(locale.months["format"]["wide"])


def _naming(train: Pairs, names: Sequence[_Names]) -> Iterator[_Named]:
    """The pairs that have one of the names on each side, the same."""
    numbers = [{name.lower(): number for number, name in side.items()} for side in names]
    for pair in zip(train.sources, train.targets, strict=True):
        found = [
            [known[word] for word in map(str.lower, _WORD.findall(sentence)) if word in known]
            for sentence, known in zip(pair, numbers, strict=True)
        ]
        if len(found[0]) == 1 and found[0] == found[1]:
            yield _Named(pair, found[0][0])


def _renamed(named: _Named, names: Sequence[_Names], number: int) -> tuple[str, str] | None:
    """A pair with another day or month in it, if that can stand in its place."""
    exchanged = [(side[named.number], side[number]) for side in names]
    if named.number == number or any(
        (old[0].lower() in _VOWELS) != (new[0].lower() in _VOWELS) for old, new in exchanged
    ):
        return None
    source, target = (
        re.sub(rf"\b{old}\b", partial(_cased, new), sentence, flags=re.IGNORECASE)
        for sentence, (old, new) in zip(named.pair, exchanged, strict=True)
    )
    return source, target


def _cased(name: str, found: re.Match[str]) -> str:
    """A name with a capital at its begin where what was found has one."""
    return (name[0].upper() if found[0][0].isupper() else name[0].lower()) + name[1:]
