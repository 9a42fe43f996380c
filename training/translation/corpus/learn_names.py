"""What a translator knows of names: learned from its sentences, and tried on the network itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from seqserve.translation.copied_names import SHORT, WORD, Names, inside
from seqserve.translation.subword_tokenizer import Subwords, folded
from training.translation.corpus.pairs import Pairs

_SEEN, _COPIED = 3, 0.5
"""A word with a capital that came in so many sentences, and was copied in less than this share, has a translation."""
_TRIED = 5
"""Sentences that show whether a network knows it."""


def learned(coder: Subwords, train: Pairs, translated: Callable[[Names, list[str]], list[str]]) -> Names:
    """Which words were learned in lower case, and which with a capital the network translates.

    Args:
        translated: what the network makes of sentences, given what is known of names.
    """
    sources, targets = list(map(folded, train.sources)), list(map(folded, train.targets))
    is_one = Names(coder).is_one
    small = Counter(word for source in sources for word in set(WORD.findall(source)) if word.islower())
    known = [  # once may be a slip
        word for word, count in small.items() if count > 1 and (not is_one(word) or len(word) in SHORT)
    ]
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
    return Names(coder, known, [word for word in counterparts if right[word] > tries[word] / 2])


def _copied(word: str, places: Sequence[int], words_of: Sequence[set[str]]) -> float:
    return sum(word in words_of[place] for place in places) / len(places)


def _counterpart(translations: Sequence[set[str]], totals: Counter[str]) -> str:
    """The word that comes with a word and seldom without it.

    Reference:
        Dice, Measures of the Amount of Ecologic Association Between Species, 1945.
    """
    together = Counter(word for words in translations for word in words)
    return max(together, key=lambda word: (2 * together[word] / (len(translations) + totals[word]), word))
