"""A single sentence on its way to the network and back: what is copied, and capitals.

Numbers, addresses and the like are behind placeholders, see `seqserve.subwords`, and come back each as often as
they were sent: a hypothesis that holds all of them goes before likelier ones that do not. So do names that the
vocabulary has only in pieces, of which a network makes nonsense. A sentence all in capitals is read as if written
in small letters, and its translation is put in capitals.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from seqserve import subwords
from seqserve.beam import Hypothesis
from seqserve.subwords import PLACEHOLDERS, UNKNOWN, Subwords, folded

_SHOUTED = 5
"""Letters of a single word in capitals that is taken for shouted, not for an abbreviation."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_INNER_WORD = re.compile(r"(?<=[\w,;] )[^\W\d_]{2,}")
"""A word that does not begin what somebody says."""
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_MARK = re.compile(f"[{PLACEHOLDERS}]")


@dataclass(frozen=True)
class Sentence:
    """A sentence as the network reads it.

    Args:
        text: as it was sent.
        marked: with placeholders.
        things: what the placeholders stand for.
        tokens: of `marked`; empty if there is nothing to translate, so that the sentence comes back as it is.
        unknown: how many of the tokens the vocabulary does not have.
        foreign: words among the things that are there since the vocabulary does not have their letters.
        overflowing: there was more to copy than there are placeholders.
        shouted: it is all in capitals, and so is its translation.
    """

    text: str
    marked: str
    things: list[str]
    tokens: list[int]
    unknown: int
    foreign: int
    overflowing: bool
    shouted: bool


class Candidate(NamedTuple):
    """What a hypothesis comes to.

    Args:
        lost: things that were set at its end, since the hypothesis did not hold them.
    """

    text: str
    hypothesis: Hypothesis
    lost: int


class SentenceCoder:
    """Reads sentences of a language, and writes what the network made of them.

    Args:
        lowercase: the network knows small letters only.
    """

    def __init__(self, coder: Subwords, language: str, lowercase: bool) -> None:
        self._coder = coder
        self._language = language
        self._lowercase = lowercase

    def read(self, text: str) -> Sentence:
        """A raw sentence, ready for the network."""
        plain = folded(text)
        marked, things = self._coder.hide(plain.lower() if self._lowercase else plain)
        overflowing = len(things) == len(PLACEHOLDERS) and bool(self._coder.hide(marked).things)
        shouted = _is_shouted(marked)
        if shouted:
            marked = _sentence_case(marked, self._language)
        elif not self._lowercase and self._language not in _NOUNS_IN_CAPITALS:
            marked = self._without_names(marked, things)
        tokens = self._coder.encode([marked])[0] if any(map(str.isalpha, marked)) else []
        foreign = sum(map(self._is_foreign, things))
        unknown = tokens.count(UNKNOWN)
        return Sentence(text, marked, things, tokens, unknown, foreign, overflowing, shouted)

    def write(self, sentence: Sentence, hypotheses: Sequence[Hypothesis]) -> list[Candidate]:
        """What hypotheses of a sentence, the likeliest first, come to: each text once, the best first.

        Empty ones count only if there is no other.
        """
        wanted = Counter(_MARK.findall(sentence.marked))
        texts = [(self._coder.decode(hypothesis.tokens), hypothesis) for hypothesis in hypotheses]
        rated: dict[str, tuple[int, Candidate]] = {}
        for written, hypothesis in [found for found in texts if found[0].strip()] or texts:
            marks = Counter(_MARK.findall(written))
            lost, surplus = (wanted - marks).total(), (marks - wanted).total()
            text = _shown(written, sentence, wanted)
            rated.setdefault(text, (lost + surplus, Candidate(text, hypothesis, lost)))
        found = [candidate for _, candidate in sorted(rated.values(), key=itemgetter(0))]
        return [candidate for candidate in found if candidate.text] or found

    def _without_names(self, marked: str, things: list[str]) -> str:
        """A sentence with placeholders for names too, as far as there are any left, which become `things`."""

        def hidden(match: re.Match[str]) -> str:
            word = match[0]
            if not word.istitle() or len(self._coder.encode([word])[0]) == 1:
                return word
            if word not in things:
                if len(things) == len(PLACEHOLDERS):
                    return word
                things.append(word)
            return PLACEHOLDERS[things.index(word)]

        return _INNER_WORD.sub(hidden, marked)

    def _is_foreign(self, thing: str) -> bool:
        letters = "".join(filter(str.isalpha, thing))
        return UNKNOWN in self._coder.encode([letters])[0]


def _is_shouted(marked: str) -> bool:
    """Whether it is all in capitals, and more than an abbreviation."""
    if marked != marked.upper() or marked == marked.lower():
        return False
    lengths = [len(word) for word in _WORD.findall(marked)]
    return max(lengths, default=0) >= (2 if len(lengths) > 1 else _SHOUTED)


def _sentence_case(marked: str, language: str) -> str:
    lowered = unicodedata.normalize("NFC", marked.lower())
    if language == "en":
        lowered = re.sub(r"\bi\b", "I", lowered)
    return _LETTER.sub(lambda letter: letter[0].upper(), lowered, count=1)


def _shown(written: str, sentence: Sentence, wanted: Counter[str]) -> str:
    """A translation with its things in place: those too many go, those lost are set at the end."""
    left = wanted.copy()

    def kept(mark: re.Match[str]) -> str:
        left[mark[0]] -= 1
        return mark[0] if left[mark[0]] >= 0 else " "

    marked = " ".join([*_MARK.sub(kept, written).split(), *(+left).elements()])
    return subwords.show(marked.upper() if sentence.shouted else marked, sentence.things)
