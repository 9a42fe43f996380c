"""Whether a text says "you" formally or informally: which of a sentence's hypotheses agree with the others.

A network that learned from single sentences says "tu" in one sentence of a letter and "vous" in the next. The pronouns,
and verbs that have them only, tell which it is; the likeliest hypotheses that agree are taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from seqserve.errors import InputError
from seqserve.translation.sentences.sentence import Candidate

Register = Literal["formal", "informal"]
REGISTERS: tuple[Register, ...] = get_args(Register)
_MOST_LOSS = 0.4
"""Mean log-probability a token that a sentence may lose to agree with the others, where no register is asked for."""


class Address(NamedTuple):
    """What shows that a language addresses somebody so."""

    formal: re.Pattern[str]
    informal: re.Pattern[str]


# "Donne-moi" has no pronoun of the second person; "donnons-lui" and "donnez-lui" are others.
_IMPERATIVE = r"(?:\A|(?<=[.!?:,;\u00ab\"] ))\W?(?!\w+(?:ons|ez)-)\w+[es]-(?:moi|toi|le|la|les|lui|leur|nous)\b"
_ADDRESSES = {
    "fr": Address(
        re.compile(
            r"\b(?:vous|votre|vos|v\u00f4tres?)\b|\b(?!(?:chez|assez|nez|rez)\b)(?:\A\w|[a-z\u00e9\u00e8\u00ea])\w+ez\b"
        ),
        re.compile(rf"\b(?:tu|te|toi|ton|ta|tes)\b|\bt'|{_IMPERATIVE}"),
    )
}


class Agreed(NamedTuple):
    """Candidates of each sentence, those that agree first, and the sentences, counted from 1, without one that does."""

    candidates: list[list[Candidate]]
    others: list[int]


def check(register: str | None, target: str) -> None:
    """Whether translations into a language can be asked for in this register.

    Raises:
        InputError: the language has none that is known here.
    """
    if register is None:
        return
    if register not in REGISTERS:
        raise InputError("bad_formality", f"formality is {' or '.join(REGISTERS)}, not {register!r}", "formality")
    if target not in _ADDRESSES:
        known = ", ".join(sorted(_ADDRESSES))
        message = f"this model does not choose between formal and informal {target}; those that write {known} do"
        raise InputError("bad_formality", message, "formality")


def registers(text: str, target: str) -> set[Register]:
    """The registers that a text in a language shows; empty if it addresses nobody."""
    address = _ADDRESSES.get(target)
    if address is None:
        return set()
    lowered = text[:1].lower() + text[1:] if not text.isupper() else text.lower()
    found: dict[Register, re.Pattern[str]] = {"formal": address.formal, "informal": address.informal}
    return {register for register, pattern in found.items() if pattern.search(lowered)}


def agreed(candidates: Sequence[Sequence[Candidate]], wanted: Register | None, target: str) -> Agreed:
    """The candidates of each sentence, the best first, with those first that say "you" as the others do.

    Args:
        wanted: the register; none for the one in which most sentences have a likely candidate.
    """
    found = [list(one) for one in candidates]
    shown = [registers(one[0].text, target) for one in found]
    if wanted is None and len(set().union(*shown)) < len(REGISTERS):
        return Agreed(found, [])
    options = {register: _in(found, shown, register, wanted is None, target) for register in REGISTERS}
    chosen = options[wanted] if wanted else min(options.values(), key=lambda places: _loss(found, places))
    others = [number for number, place in enumerate(chosen, 1) if place is None]
    ordered = [
        one if place is None else [one[place], *one[:place], *one[place + 1 :]]
        for one, place in zip(found, chosen, strict=True)
    ]
    return Agreed(ordered, others)


def _in(
    found: Sequence[Sequence[Candidate]], shown: Sequence[set[Register]], register: Register, likely: bool, target: str
) -> list[int | None]:
    """For each sentence the place of its first candidate in a register; 0 if it addresses nobody."""
    return [
        0 if not own or own == {register} else _first(one, register, likely, target)
        for one, own in zip(found, shown, strict=True)
    ]


def _first(candidates: Sequence[Candidate], register: Register, likely: bool, target: str) -> int | None:
    best = candidates[0]
    for place, one in enumerate(candidates):
        close = not likely or best.hypothesis.mean - one.hypothesis.mean <= _MOST_LOSS
        if close and one.lost <= best.lost and registers(one.text, target) == {register}:
            return place
    return None


def _loss(found: Sequence[Sequence[Candidate]], places: Sequence[int | None]) -> tuple[int, float]:
    """Sentences that do not agree, and what the others lose."""
    taken = [(one, place) for one, place in zip(found, places, strict=True) if place is not None]
    loss = sum(one[0].hypothesis.mean - one[place].hypothesis.mean for one, place in taken)
    return len(places) - len(taken), loss
