"""Prepares a sentence for the network, and restores copied parts and capitals in its translation.

Placeholders stand for numbers, addresses and the like (see `placeholders`) and for names (see `copied_names`). Each
comes back as often as it was sent: a hypothesis with all placeholders ranks before likelier ones without. Tags around
some of the words are set around the whole translation. An upper-case sentence is read in lower case, and its
translation is put in upper case. Short inputs without final punctuation (headings) get an exclamation mark before
inference, which is removed afterwards, if the network knows whole sentences only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from seqserve.translation import html_tags, languages, placeholders
from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.copied_names import Names
from seqserve.translation.languages.language import Language
from seqserve.translation.placeholders import MARK, PLACEHOLDERS, Hidden, Touching
from seqserve.translation.subword_tokenizer import UNKNOWN, Subwords, folded

_LONG = 5
_PIECES = 3
"""Tokens, at most, of a long word that stands alone in upper case; an abbreviation has more."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_FEW = re.compile(rf"(?P<words>\S{{1,20}}(?: \S{{1,20}}){{0,2}}(?<=[^\W\d_]|{MARK.pattern})) ?(?P<mark>[,:]?)")
"""Words that are exclaimed rather than a sentence: no mark is behind them, or one that leads on."""
_EXCLAIMED = re.compile(r"^[\s\u00a1\u00bf]+|[\s!?.]+$")


@dataclass(frozen=True)
class Sentence:
    """A sentence as the network reads it.

    Args:
        text: as it was sent.
        marked: with placeholders.
        spans: what the placeholders stand for.
        apart: those that touched words, and no longer do.
        tokens: of `marked`; empty if there is nothing to translate, so that the sentence comes back as it is.
        unknown: how many of the tokens the vocabulary does not have.
        foreign: words among the spans that are there since the vocabulary does not have their letters.
        overflowing: there was more to copy than there are placeholders.
        uppercase: it is all in upper case, and so is its translation.
        exclaimed: it was read with a mark behind it that it does not have.
        before, behind: what its translation stands between: tags that lay around some of its words, and the comma or
            colon behind a few words.
    """

    text: str
    marked: str
    spans: list[str]
    apart: list[Touching]
    tokens: list[int]
    unknown: int
    foreign: int
    overflowing: bool
    uppercase: bool
    exclaimed: bool
    before: str
    behind: str


class Candidate(NamedTuple):
    """What a hypothesis comes to.

    Args:
        lost: spans that were set at its end, since the hypothesis did not hold them.
    """

    text: str
    hypothesis: Hypothesis
    lost: int


class SentenceCoder:
    """Reads sentences of a language, and writes what the network made of them.

    Args:
        source, target: the languages that are read and written.
        lowercase: the network knows lower case only.
        ending: it knows only sentences with a mark at their end.
        names: what is known of names; none if nothing is.
    """

    def __init__(
        self,
        coder: Subwords,
        source: str,
        target: str,
        *,
        lowercase: bool = False,
        ending: bool = False,
        names: Names | None = None,
    ) -> None:
        self._coder = coder
        self._names = names or Names(coder)
        self._source = languages.of(source)
        self._target = languages.of(target)
        self._lowercase = lowercase
        self._ending = ending

    def read(self, text: str) -> Sentence:
        """A raw sentence, ready for the network."""
        words, before, behind = html_tags.unwrapped(text)
        plain = folded(html_tags.spelled(words))
        marked, spans = self._hidden(plain)
        marked, apart = placeholders.set_apart(marked, spans)
        uppercase = self._is_uppercase(marked)
        marked = self._without_names(marked, spans, uppercase)
        overflowing = len(spans) == len(PLACEHOLDERS) and self._holds_more(marked, uppercase)
        if uppercase:
            marked = _sentence_case(marked, self._source)
        few = _FEW.fullmatch(marked) if self._ending else None
        if few:
            marked = few["words"]
            behind = (self._target.colon if few["mark"] == ":" else few["mark"]) + behind
        seen = placeholders.alike(f"{marked}!" if few else marked)
        tokens = self._coder.encode([seen])[0] if any(map(str.isalpha, marked)) else []
        foreign = sum(map(self._is_foreign, spans))
        unknown = tokens.count(UNKNOWN)
        exclaimed = few is not None
        return Sentence(
            text, marked, spans, apart, tokens, unknown, foreign, overflowing, uppercase, exclaimed, before, behind
        )

    def write(self, sentence: Sentence, hypotheses: Sequence[Hypothesis]) -> list[Candidate]:
        """What hypotheses of a sentence, the likeliest first, come to: each text once, the best first.

        Empty ones count only if there is no other.
        """
        wanted = Counter(MARK.findall(sentence.marked))
        decoded = [self._coder.decode(hypothesis.tokens) for hypothesis in hypotheses]
        calm = (self._calm(written, sentence) for written in placeholders.tell_apart(decoded, sentence.marked))
        texts = list(zip(calm, hypotheses, strict=True))
        rated: dict[str, tuple[int, Candidate]] = {}
        for written, hypothesis in [found for found in texts if found[0].strip()] or texts:
            marks = Counter(MARK.findall(written))
            lost, surplus = (wanted - marks).total(), (marks - wanted).total()
            text = _shown(written, sentence, wanted)
            rated.setdefault(text, (lost + surplus, Candidate(text, hypothesis, lost)))
        found = [candidate for _, candidate in sorted(rated.values(), key=itemgetter(0))]
        return [
            candidate._replace(text=f"{sentence.before}{candidate.text}{sentence.behind}")
            for candidate in [candidate for candidate in found if candidate.text] or found
        ]

    def _calm(self, written: str, sentence: Sentence) -> str:
        """A translation without the mark that was only there to be read, and small if the sentence began so."""
        if not sentence.exclaimed:
            return written
        text = _EXCLAIMED.sub("", written)
        small = sentence.marked[0].islower() and not self._target.capitalizes_nouns
        return text[:1].lower() + text[1:] if small and not self._is_always_large(text) else text

    def _is_always_large(self, text: str) -> bool:
        """Whether it begins with a word such as Monday, or I."""
        word = _WORD.match(text)
        if word is None:
            return False
        is_one = self._names.is_one
        return word[0] in self._target.always_capital or (is_one(word[0]) and not is_one(word[0].lower()))

    def _hidden(self, plain: str) -> Hidden:
        """With placeholders for what is copied, which keeps its capitals even if the network has none."""
        if not self._lowercase:
            return self._coder.hide(plain)
        lowered = plain.lower()
        marked, spans = self._coder.hide(lowered)
        if len(lowered) == len(plain):
            spans = [plain[at : at + len(span)] for span, at in zip(spans, map(lowered.find, spans), strict=True)]
        return Hidden(marked, spans)

    def _without_names(self, marked: str, spans: list[str], uppercase: bool) -> str:
        if self._lowercase or self._source.capitalizes_nouns:
            return marked
        return self._names.hide(marked, spans, uppercase=uppercase)

    def _holds_more(self, marked: str, uppercase: bool) -> bool:
        """Whether there is anything left to copy."""
        left = self._coder.hide(marked).spans
        self._without_names(marked, left, uppercase)
        return bool(left)

    def _is_uppercase(self, marked: str) -> bool:
        """Whether it is all in upper case, and no abbreviation."""
        if marked != marked.upper() or marked == marked.lower():
            return False
        words = _WORD.findall(marked)
        if len(words) == 1:
            pieces = len(self._coder.encode([words[0].title()])[0])
            return self._names.is_emphasised(words[0]) or (len(words[0]) >= _LONG and pieces <= _PIECES)
        return max(map(len, words), default=0) >= 2

    def _is_foreign(self, span: str) -> bool:
        letters = "".join(filter(str.isalpha, span))
        return UNKNOWN in self._coder.encode([letters])[0]


def _sentence_case(marked: str, language: Language) -> str:
    lowered = unicodedata.normalize("NFC", marked.lower())
    for word in language.always_capital:
        lowered = re.sub(rf"\b{word.lower()}\b", word, lowered)
    return _LETTER.sub(lambda letter: letter[0].upper(), lowered, count=1)


def _shown(written: str, sentence: Sentence, wanted: Counter[str]) -> str:
    """A translation with its spans in place: those too many go, those lost are set at the end."""
    left = wanted.copy()

    def kept(mark: re.Match[str]) -> str:
        left[mark[0]] -= 1
        return mark[0] if left[mark[0]] >= 0 else " "

    marked = " ".join([*MARK.sub(kept, written).split(), *(+left).elements()])
    for touching, apart in sentence.apart:
        marked = marked.replace(apart, touching)
    return placeholders.show(marked.upper() if sentence.uppercase else marked, sentence.spans)
