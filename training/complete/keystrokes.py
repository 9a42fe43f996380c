"""Keystrokes that suggestions save: held-out texts are typed, and what is offered is taken where it is right.

Reference:
    Trnka and McCoy, Evaluating Word Prediction: Framing Keystroke Savings, ACL 2008.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence

from seqserve.complete.predictor import Completer
from seqserve.complete.query import CompletionQuery

Suggest = Callable[[Sequence[str]], list[list[str]]]
"""Answers each text that is being typed with texts to append, the likeliest first."""
_WORTH = 2
"""Characters that a suggestion must bring: taking it is a keystroke too."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def saved(texts: Sequence[str], suggest: Suggest) -> float:
    """The share of keystrokes that is saved.

    One types a character at a time. If what is offered stands next in the text, as whole words, one keystroke takes the
    longest of it.
    """
    places = dict.fromkeys(range(len(texts)), 1)  # nothing is offered before the first character
    keystrokes = len(texts)
    while typing := {number: place for number, place in places.items() if place < len(texts[number])}:
        offered = suggest([texts[number][:place] for number, place in typing.items()])
        for (number, place), options in zip(typing.items(), offered, strict=True):
            right = [len(option) for option in options if _stands(option, texts[number], place)]
            places[number] = place + max([1, *right])
        keystrokes += len(typing)
    return 1 - keystrokes / sum(map(len, texts))


def _stands(option: str, text: str, place: int) -> bool:
    end = place + len(option)
    whole = end >= len(text) or not (text[end].isalpha() or text[end] == "'")
    return len(option) >= _WORTH and whole and text.startswith(option, place)


def of_predictor(predictor: Completer, count: int) -> Suggest:
    """The suggestions of a version."""

    def suggest(texts: Sequence[str]) -> list[list[str]]:
        raws = predictor.infer([predictor.prepare(CompletionQuery(text, count=count)) for text in texts])
        return [[suggestion.text for suggestion in raw] for raw in raws]

    return suggest


def of_frequencies(train: Sequence[str], count: int) -> Suggest:
    """The baseline: the words that came most often in the training part, of those that begin with what is typed."""
    counts = Counter(word for text in train for word in _WORD.findall(text))
    words = sorted(counts)
    known: dict[str, list[str]] = {}

    def likeliest(typed: str) -> list[str]:
        if typed not in known:
            found = words[bisect_left(words, typed) : bisect_left(words, f"{typed}\U0010ffff")]
            known[typed] = sorted(found, key=lambda word: (-counts[word], word))[: count + 1]
        return [word[len(typed) :] for word in known[typed] if word != typed][:count]

    def suggest(texts: Sequence[str]) -> list[list[str]]:
        return [likeliest(re.search(r"[^\W\d_]?[^\W\d_']*(?:'[^\W\d_]*)*$", text)[0]) for text in texts]  # type: ignore[index]

    return suggest
