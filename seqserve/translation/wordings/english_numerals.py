"""Numbers in English words: "seventy-three", "three hundred and sixty-five", "ten thousand"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_BELOW_HUNDRED = dict(zip(_SMALL, range(20), strict=True)) | dict(zip(_TENS, range(20, 100, 10), strict=True))
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_HUNDRED = "hundred"
_LARGE = rf"(?:{_HUNDRED}|{'|'.join(_SCALES)})"
_WORD = "|".join(sorted([*_BELOW_HUNDRED, _HUNDRED, *_SCALES], key=len, reverse=True))
HOURS = "|".join(sorted(_SMALL[1:13], key=len, reverse=True))
NO_NOUN = (
    "in|of|by|for|at|on|and|or|to|from|with|as|a|an|per|last|this|each|every|was|were|is|are|will|would|has|had|have"
    "|since|than|but|during|after|before|when|if|because|not|did|do|does|can|could|may|so|which|that|who|more|less"
    "|today|tonight|now|ago|yesterday|tomorrow|here|there|please|sharp|exactly"
)
"""Words behind a number that are not what is counted, as alternatives."""
BEFORE_NOUN = rf"(?= (?!(?:{NO_NOUN})\b)[a-z])"
"""What is before the things that are counted."""
NUMERAL = (
    rf"(?<![\w-])(?:a (?={_LARGE}\b))?(?:{_WORD})"
    rf"(?:(?:[ -]|(?<={_HUNDRED}) and |(?<=thousand) and )(?:{_WORD})){{1,12}}(?![\w-])"
)
"""Two words or more that may be a number together; one is left to the network, which knows it."""


def value(numeral: str) -> int | None:
    """The number that words stand for; none if they are several numbers, such as "two three" or "nineteen ninety"."""
    words = [word for word in re.split(r"[ -]", numeral.lower()) if word != "and"]
    total, start = 0, 0
    last = max(_SCALES.values()) * 1_000
    for place, word in enumerate(words):
        if (scale := _SCALES.get(word)) is None:
            continue
        count = _below_thousand(words[start:place])
        if not count or scale >= last:
            return None
        total, start, last = total + count * scale, place + 1, scale
    rest = _below_thousand(words[start:]) if words[start:] else 0
    return None if rest is None else total + rest


def _below_thousand(words: Sequence[str]) -> int | None:
    if words[:1] == ["a"]:
        words = ["one", *words[1:]]
    hundreds = 0
    if _HUNDRED in words:
        place = words.index(_HUNDRED)
        hundreds = _below_hundred(words[:place]) or 0
        if not 0 < hundreds < 100 or _HUNDRED in words[place + 1 :]:
            return None
        words = words[place + 1 :]
    rest = _below_hundred(words) if words else 0
    return None if rest is None else 100 * hundreds + rest


def _below_hundred(words: Sequence[str]) -> int | None:
    values = [_BELOW_HUNDRED.get(word) for word in words]
    if len(values) == 1:
        return values[0]
    if len(values) != 2 or None in values:
        return None
    tens, ones = (number or 0 for number in values)
    return tens + ones if tens >= 20 and tens % 10 == 0 and 1 <= ones <= 9 else None
