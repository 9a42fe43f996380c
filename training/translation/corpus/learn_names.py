"""What a translator knows of names: learned from its sentences, and tried on the network itself."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from seqserve.translation import languages
from seqserve.translation.copied_names import SHORT, WORD, Names, inside, is_among, missing
from seqserve.translation.subword_tokenizer import Subwords, folded
from training.translation.corpus.pairs import Pairs

_NO_NAMES = languages.every("capitalized") | languages.every("unended")
_SEEN, _COPIED = 3, 0.5
"""A word with a capital that came in so many sentences, and was copied in less than this share, has a translation."""
_TRIED = 5
"""Sentences that show whether a network knows it."""
_LEARNED = 2
"""Sentences that had a word, or a form of it, at least; one may be a slip."""
_NAMED, _FORMS, _RENDERED = 8, 3, 0.95
"""A name that came in so many sentences has so many forms in translations, which have one of them in this share."""
_LACKING = 0.03
"""Share of held-out sentences that may lack what a word is expected to become."""
_WORD_FORMS, _WORD_RENDERED, _MOST = 10, 0.98, 300
"""The same for other words; so many sentences are looked at, at most."""


def learned(
    coder: Subwords, train: Pairs, validation: Pairs, translated: Callable[[Names, list[str]], list[str]]
) -> Names:
    """Which words were learned in lower case, which with a capital the network translates, and what words become.

    A word that gets an accent only ("Irene", "Ir\u00e8ne") is copied too.

    Args:
        validation: pairs that tell how far what words become may be relied on.
        translated: what the network makes of sentences, given what is known of names.
    """
    sources, targets = list(map(folded, train.sources)), list(map(folded, train.targets))
    is_one = Names(coder).is_one
    seen = Counter(word for source in sources for word in set(WORD.findall(source)))
    small = Counter({word: count for word, count in seen.items() if word.islower()})
    known = [word for word, count in small.items() if count >= _LEARNED and (not is_one(word) or len(word) in SHORT)]
    places: dict[str, list[int]] = defaultdict(list)
    for place, source in enumerate(sources):
        for word in set(inside(source)):
            places[word].append(place)
    words_of = [set(WORD.findall(target)) for target in targets]
    totals = Counter(word for words in words_of for word in words)
    counterparts = {
        word: _counterpart([words_of[place] for place in found], totals)
        for word, found in places.items()
        if len(found) >= _SEEN and _copied(word, found, words_of) < _COPIED and not is_one(word)
    }
    tried = [(word, place) for word in counterparts for place in places[word][:_TRIED]]
    answers = translated(Names(coder, known, counterparts), [train.sources[place] for _, place in tried])
    right, tries = Counter[str](), Counter(word for word, _ in tried)
    for (word, _), answer in zip(tried, answers, strict=True):
        right[word] += counterparts[word] in WORD.findall(answer)
    right_words = [word for word in counterparts if right[word] > tries[word] / 2]
    names = _rendered(_never_small(places, small), words_of, totals, _FORMS, _RENDERED)
    words = _rendered(_places_of_words(sources), words_of, totals, _WORD_FORMS, _WORD_RENDERED)
    if not _are_kept(Names(coder, rendered=words), validation, len(words)):
        words = {}
    return Names(coder, known, right_words, words | names, _unlearned(coder, seen))


def _are_kept(names: Names, validation: Pairs, count: int) -> bool:
    """Whether translations of people nearly always have what words are expected to become."""
    pairs = zip(map(folded, validation.sources), map(folded, validation.targets), strict=True)
    share = float(np.mean([bool(missing(names.rendered(source), target)) for source, target in pairs]))
    kept = "" if share <= _LACKING else ": too many, only names are looked for"
    print(f"renderings: of {count} words, and {share:.1%} of held-out sentences lack one{kept}")
    return share <= _LACKING


def _unlearned(coder: Subwords, seen: Counter[str]) -> list[str]:
    """Words that the vocabulary has whole, but hardly a sentence had; with a capital they may be names ("Thomas")."""
    begins = (token[1:] for token in coder.tokens if token.startswith("\u2581"))
    words = (word for word in begins if word.isalpha() and word not in _NO_NAMES)
    return [
        word
        for word in words
        if (word.islower() and seen[word] < _LEARNED)
        or (word.istitle() and max(seen[word], seen[word.lower()]) < _NAMED)
    ]


def _never_small(places: Mapping[str, list[int]], small: Counter[str]) -> dict[str, list[int]]:
    """Where names are, without words that are no names elsewhere."""
    return {
        word: found
        for word, found in places.items()
        if word.isalpha() and len(word) > SHORT[0] and not {word.lower(), word.lower().removesuffix("s")} & small.keys()
    }


def _places_of_words(sources: Sequence[str]) -> dict[str, list[int]]:
    """Where words in lower case are."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, source in enumerate(sources):
        for word in set(WORD.findall(source)):
            if word.islower() and len(word) > SHORT[0]:
                places[word].append(place)
    return places


def _rendered(
    places: Mapping[str, Sequence[int]],
    words_of: Sequence[set[str]],
    totals: Counter[str],
    most: int,
    share: float,
) -> dict[str, list[str]]:
    """What words are in translations, if so great a share of these has one of so few words for them."""
    found: dict[str, list[str]] = {}
    for word, where in places.items():
        if len(where) < _NAMED:
            continue
        forms, tried = list[str](), where[:: math.ceil(len(where) / _MOST)]
        left = [words_of[place] for place in tried]
        while len(left) > (1 - share) * len(tried) and len(forms) < most:
            forms.append(_counterpart(left, totals))
            without = [words for words in left if not is_among(map(str.lower, words), forms[-1])]
            if len(left) - len(without) < _LEARNED:
                break
            left = without
        if len(left) <= (1 - share) * len(tried):
            found[word] = forms
    return found


@cache
def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _copied(word: str, places: Sequence[int], words_of: Sequence[set[str]]) -> float:
    return sum(_plain(word) in map(_plain, words_of[place]) for place in places) / len(places)


def _counterpart(translations: Sequence[set[str]], totals: Counter[str]) -> str:
    """The word that comes with a word and seldom without it.

    Reference:
        Dice, Measures of the Amount of Ecologic Association Between Species, 1945.
    """
    together = Counter(word for words in translations for word in words)
    shares = ((2 * count / (len(translations) + totals[word]), word) for word, count in together.items())
    return max(shares, default=(0.0, ""))[1]
