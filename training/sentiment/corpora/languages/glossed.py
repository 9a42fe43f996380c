"""English texts word by word in another language, where no translator is at hand.

The words are those that stand in the translations of a word most often, given the other words: IBM's first model,
fitted on Tatoeba. What comes of it is no sentence, but its words of opinion are those of the language.

Reference:
    Brown et al., The Mathematics of Statistical Machine Translation, 1993.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.translation.data import datasets as pairs

_WORD = re.compile(r"n't|[^\W\d_]+?(?=n't)|'[^\W\d_]+|[^\W\d_]+|[^\w\s]|\d+")
_ROUNDS = 4
_LONGEST = 14
"""Words of a sentence that is learned from; those of longer ones are too many to tell apart."""
_LIKELY, _OFTEN = 0.08, 1.5
"""A translation has this share of those of its word at least, and was expected so many times."""
_KNOWN = 0.7
"""The share of the words of a sentence that have a translation, or it is left out."""

Numbers = npt.NDArray[np.int64]


def glossed(sentences: Sequence[str], language: str) -> list[str]:
    """English sentences word by word in a language; an empty one where too few words are known."""
    known = dictionary(language)
    return [_glossed(sentence, known) for sentence in sentences]


def _glossed(sentence: str, known: dict[str, list[tuple[str, float]]]) -> str:
    chance = random.Random(zlib.crc32(sentence.encode()))
    words = _WORD.findall(sentence.replace("\u2019", "'"))
    found, missing = [], 0
    for word in words:
        choices = known.get(word.lower())
        if choices:
            others, shares = zip(*choices, strict=True)
            found.append(chance.choices(others, shares)[0])
        else:
            missing += word.islower()
            found.append(word)
    return " ".join(found) if words and missing <= (1 - _KNOWN) * len(words) else ""


def dictionary(language: str) -> dict[str, list[tuple[str, float]]]:
    """English words with their likeliest translations, and how likely each is."""
    found, _ = pairs.tatoeba("en", language)
    sentences = dict.fromkeys(zip(found.sources, found.targets, strict=True))
    words: dict[str, int] = {}
    others: dict[str, int] = {}
    sides = []
    for english, translation in sentences:
        row = [words.setdefault(word, len(words)) for word in dict.fromkeys(_WORD.findall(english.lower()))]
        their = [others.setdefault(word, len(others)) for word in dict.fromkeys(_WORD.findall(translation.lower()))]
        if len(row) <= _LONGEST and len(their) <= _LONGEST:
            sides.append((row, their))
    word, other, share, count = _fitted(sides, len(others))
    english_words, other_words = list(words), list(others)
    entries: dict[str, list[tuple[str, float]]] = {}
    for place in np.flatnonzero((share >= _LIKELY) & (count >= _OFTEN)).tolist():
        pair = english_words[word[place]], other_words[other[place]]
        if pair[0][-1].isalpha() == pair[1][-1].isalpha():  # no word becomes a sign
            entries.setdefault(pair[0], []).append((pair[1], float(share[place])))
    return entries


def _fitted(
    sides: Sequence[tuple[list[int], list[int]]], others: int
) -> tuple[Numbers, Numbers, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Each pair of words that stands in a pair of sentences: its words, its share of the first word, how often it was.

    Words that stand for nothing in English are given to a word of each sentence, its empty word, which has no entry.
    """
    sizes = [(len(row) + 1, len(their)) for row, their in sides]
    empty = max((max(row) for row, _ in sides if row), default=0) + 1
    left = np.concatenate([np.tile([empty, *row], len(their)) for row, their in sides]).astype(np.int64)
    right = np.concatenate([np.repeat(their, len(row) + 1) for row, their in sides]).astype(np.int64)
    choice = np.repeat(np.arange(sum(many for _, many in sizes)), [size for size, many in sizes for _ in range(many)])
    keys, place = np.unique(left * others + right, return_inverse=True)
    word, other = keys // others, keys % others
    share, count = np.ones(len(keys)), np.zeros(len(keys))
    for _ in range(_ROUNDS):
        weights = share[place]
        expected = weights / np.bincount(choice, weights)[choice]
        count = np.asarray(np.bincount(place, expected, minlength=len(keys)), dtype=np.float64)
        share = count / np.bincount(word, count)[word]
    share[word == empty] = 0
    return word, other, share, count
