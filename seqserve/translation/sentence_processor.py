"""Prepares a sentence for the network, and restores copied parts and capitals in its translation.

Placeholders stand for numbers, addresses and the like (see `placeholders`) and for names (see `copied_names`). Each
comes back as often as it was sent: a hypothesis with all placeholders ranks before likelier ones without. Tags around
some of the words are set around the same words of the translation (see `tag_placement`). An upper-case sentence is
read in lower case, and its translation is put in upper case. Short inputs without final punctuation (headings) get an
exclamation mark before inference, which is removed afterwards, if the network knows whole sentences only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from seqserve.translation import languages, wordings
from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.copied_names import Names
from seqserve.translation.markup import html_tags, nested, placeholders, tag_placement
from seqserve.translation.markup.html_tags import Wrapping
from seqserve.translation.markup.nested import Nested
from seqserve.translation.markup.placeholders import MARK, PLACEHOLDERS, Hidden, Touching
from seqserve.translation.markup.tag_placement import Wrapped
from seqserve.translation.subword_tokenizer import UNKNOWN, Subwords, folded
from seqserve.translation.wordings.phrases import Phrases

_MOST_TAGS = 16
"""Pairs of tags around words of a sentence that are placed; more are set around the whole."""
_LONG = 5
_PIECES = 3
"""Tokens, at most, of a long word that stands alone in upper case; an abbreviation has more."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_FEW = re.compile(rf"(?P<words>\S{{1,20}}(?: \S{{1,20}}){{0,2}}(?<=[^\W\d_]|{MARK.pattern})) ?(?P<mark>[,:]?)")
"""Words that are exclaimed rather than a sentence: no mark is behind them, or one that leads on."""
_FINAL = re.compile(r"\s*[.!?\u2026:;]+[\s\"\u00bb\u201d)]*\Z")
_ENDED = re.compile(r"[.!?\u2026:;,\"'\u00bb\u201d)\]}]\Z|\A[^\w\s]*\Z")
_FULL_STOP = re.compile(r"(?<![.\s])\s?\.\Z")
_PART_MARK = re.compile(r"[,;:]\Z")
_PART_END = re.compile(r"[\s.,;:!?]+\Z")
_FRAME = re.compile(r"^[\s\"\u00ab\u201c\u201e]+|[\s:\"\u00bb\u201d\u201c]+$")
_TRAIL = re.compile(r"\s?\.{3,}\Z|[!?]{2,}\Z")
_SMALL_DAYS = frozenset({"es", "fr", "pt"})
"""Languages that write days, months and peoples with a small letter."""
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
        behind: what follows its translation: the comma or colon behind a few words.
        plain: its text without the tags around words.
        tags: those tags, outer ones first.
        parts: the words between each pair, which are translated by themselves too; empty if there are too many.
        is_part: it is a part of a longer sentence, or a few words: its translation begins and ends like it.
        is_capital: it begins with a capital that the vocabulary does not have, and is read without.
        readings: other ways to read it, see `short_texts`.
        trail: the ellipsis or the marks at its end, in whose place it is read with one mark.
        items: the like things that it is a list of, which are translated by themselves too.
        listed: it is read so too: with a placeholder for the list in it, which is `inside`.
        known: its translation, if the version knows it by heart.
        inside: parts with a placeholder whose words are translated by themselves.
        is_framed: it is read with marks around it that its translation does not have.
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
    behind: str
    plain: str
    tags: list[Wrapping]
    parts: list[Sentence]
    is_part: bool = False
    is_capital: bool = False
    readings: list[Sentence] = field(default_factory=list)
    items: Inside | None = None
    is_framed: bool = False
    trail: str = ""
    listed: Sentence | None = None
    known: str | None = None
    inside: list[Inside] = field(default_factory=list)

    @property
    def unread(self) -> str:
        """What it comes to if the network reads nothing of it: what has a wording of its own has it."""
        if self.known is not None:
            return _around(f"{self.known}{self.trail}", self.tags)
        if all(span in folded(self.text) for span in self.spans):
            return self.text
        words = f"{placeholders.show(self.marked, self.spans)}{self.behind}"
        return _around(words, self.tags)

    @property
    def rows(self) -> list[Sentence]:
        """All that the network reads for it, in the order in which a translator takes it; nothing without tokens."""
        own = [row for row in (self, *self.parts, *self.readings) if row.tokens]
        others = [*self.inside, *([self.items] if self.items else [])]
        rows = [row for inside in others for sentence in inside.sentences for row in sentence.rows]
        return [*own, *rows, *(self.listed.rows if self.listed else [])]


class Inside(NamedTuple):
    """A part of a sentence.

    Args:
        sentences: its words, ready for the network.
        small: words whose translation has a small letter.
    """

    nested: Nested
    sentences: list[Sentence]
    small: frozenset[str]

    def joined(self, translations: Sequence[str]) -> str:
        """The part with translations in place of its words."""
        return self.nested.joined(translations, self.small)


class Candidate(NamedTuple):
    """What a hypothesis comes to.

    Args:
        lost: spans that were set at its end, since the hypothesis did not hold them.
        around: tags around words are set around the whole, since the hypothesis does not have these words.
    """

    text: str
    hypothesis: Hypothesis
    lost: int
    around: bool = False


class SentenceCoder:
    """Reads sentences of a language, and writes what the network made of them.

    Args:
        source, target: the languages that are read and written.
        lowercase: the network knows lower case only.
        ending: it knows only sentences with a mark at their end.
        names: what is known of names; none if nothing is.
        codes: the network has learned no placeholders: it reads codes in their place, and sees numbers and names.
        written: subwords of translations, if they are not those of sentences.
        phrases: short texts with a translation of their own.
        readings: how a few words are read too, `{}` being the words.
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
        codes: bool = False,
        written: Subwords | None = None,
        phrases: Phrases | None = None,
        readings: Sequence[str] = (),
    ) -> None:
        self._readings = readings
        self._phrases = phrases or Phrases({})
        self._coder = coder
        self._written = written or coder
        self._codes = codes
        self._names = names or Names(coder)
        self._source = languages.of(source)
        self._target = languages.of(target)
        self._wordings = wordings.of(source, target)
        self._lowercase = lowercase
        self._ending = ending

    def read(self, text: str, listed: Nested | None = None, *, whole: bool = True) -> Sentence:
        """A raw sentence, ready for the network.

        Args:
            listed: a list in it that a placeholder stands for.
            whole: it is no part of a sentence, and may have parts itself.
        """
        words, tags = html_tags.unwrapped(text)
        plain, trail = _without_trail(nested.spoken(folded(html_tags.spelled(words))), words)
        known = self._phrases.find(plain)
        begin = "" if plain == plain.upper() else self._coder.small(plain[:1])
        nests = whole and bool(begin) and not (self._codes or self._lowercase)
        inside = [*([listed] if listed else []), *(nested.quoted(plain, self._target) if nests else [])]
        marked, spans = self._hidden(f"{begin}{plain[len(begin) :]}", uppercase=not begin, inside=inside)
        uppercase = self._is_uppercase(marked)
        if not begin and not uppercase:
            marked, spans = self._hidden(plain)
        marked, apart = placeholders.set_apart(marked, spans)
        marked = self._without_names(marked, spans, uppercase)
        overflowing = len(spans) == len(PLACEHOLDERS) and self._holds_more(marked, uppercase)
        if uppercase:
            marked = self._coder.small(self._sentence_case(marked))
        behind = ""
        few = _FEW.fullmatch(marked)
        readings = self._readings if few and not few["mark"] and not tags else ()
        few = few if self._ending else None
        if few:
            marked = few["words"]
            behind = self._target.colon if few["mark"] == ":" else few["mark"]
        is_read = known is None and any(map(str.isalpha, marked))
        tokens = self._tokens(f"{marked}!" if few else marked) if is_read else []
        foreign = sum(map(self._is_foreign, spans))
        unknown = tokens.count(UNKNOWN)
        exclaimed = few is not None
        placed = tokens and len(tags) <= _MOST_TAGS
        parts = [self.read(wrapping.words, whole=False) for wrapping in tags] if placed else []
        sentence = Sentence(
            text,
            marked,
            spans,
            apart,
            tokens,
            unknown,
            foreign,
            overflowing,
            uppercase,
            exclaimed,
            behind,
            words,
            tags,
            parts,
            is_part=bool(readings),
            is_capital=begin != plain[: len(begin)],
            trail=trail,
            known=known,
            inside=list(map(self._inside, inside)) if tokens else [],
        )
        items = nested.whole(text, self._target) if whole and tokens else None
        within = nested.within(plain, self._target) if nests and tokens and not (tags or listed or items) else None
        framed = [self._tokens(reading.format(marked)) for reading in readings if tokens]
        return replace(
            sentence,
            readings=[replace(sentence, tokens=found, is_framed=True) for found in framed],
            items=self._inside(items) if items else None,
            listed=self.read(text, within) if within else None,
        )

    def _inside(self, part: Nested) -> Inside:
        small = self._source.capitalized if self._target.code in _SMALL_DAYS else frozenset()
        return Inside(part, [self.read(word, whole=False) for word in part.words], small)

    def _tokens(self, marked: str) -> list[int]:
        seen = placeholders.coded(marked) if self._codes else placeholders.alike(marked)
        return self._coder.encode([seen])[0]

    def write(
        self,
        sentence: Sentence,
        hypotheses: Sequence[Hypothesis],
        parts: Sequence[str] = (),
        inside: Sequence[str] = (),
    ) -> list[Candidate]:
        """What hypotheses of a sentence, the likeliest first, come to: each text once, the best first.

        Empty ones count only if there is no other.

        Args:
            parts: translations of its parts, if it has any.
            inside: what stands for the parts with a placeholder.
        """
        shown = dict(zip((part.nested.text for part in sentence.inside), inside, strict=True))
        spans = [shown.get(span, span) for span in sentence.spans]
        wanted = Counter(MARK.findall(sentence.marked))
        decoded = [self._written.decode(hypothesis.tokens) for hypothesis in hypotheses]
        if self._codes:
            marked: Sequence[str] = [placeholders.decoded(written, sentence.marked) for written in decoded]
        else:
            marked = placeholders.tell_apart(decoded, sentence.marked)
        calm = (self._calm(written, sentence) for written in marked)
        texts = list(zip(calm, hypotheses, strict=True))
        rated: dict[str, tuple[int, Candidate]] = {}
        for written, hypothesis in [found for found in texts if found[0].strip()] or texts:
            marks = Counter(MARK.findall(written))
            lost, surplus = (wanted - marks).total(), (marks - wanted).total()
            unpaired = not nested.is_paired(written, sentence.marked)
            if not self._codes:
                written = nested.paired(written, sentence.marked, self._target)
            text = _with_trail(self._wordings.tidy(_shown(written, sentence, spans, wanted)), sentence.trail)
            rated.setdefault(text, (lost + surplus + unpaired, Candidate(text, hypothesis, lost)))
        found = [candidate for _, candidate in sorted(rated.values(), key=itemgetter(0))]
        return [
            _tagged(candidate._replace(text=f"{candidate.text}{sentence.behind}"), sentence, parts)
            for candidate in [candidate for candidate in found if candidate.text] or found
        ]

    def _calm(self, written: str, sentence: Sentence) -> str:
        """A translation without the marks, and without the capital, that its sentence does not have."""
        if sentence.is_capital:
            return written[:1].upper() + written[1:]
        if not (sentence.exclaimed or sentence.is_part):
            return written
        text = _EXCLAIMED.sub("", written) if sentence.exclaimed else written
        text = _FRAME.sub("", text) if sentence.is_framed else text
        if sentence.is_part and (mark := _PART_MARK.search(sentence.marked)):
            spaced = self._target.colon if mark[0] != "," else mark[0]
            text = _PART_END.sub("", text) + spaced.replace(":", mark[0])
        elif sentence.is_part and not _ENDED.search(sentence.marked):
            text = _FULL_STOP.sub("", text)
        small = sentence.marked[:1].islower() and not self._target.capitalizes_nouns
        return text[:1].lower() + text[1:] if small and not self._is_always_large(text) else text

    def _is_always_large(self, text: str) -> bool:
        """Whether it begins with a word such as Monday, or I."""
        word = _WORD.match(text)
        if word is None:
            return False
        is_one = self._names.is_one
        if word[0] in self._target.always_capital or word[0] in self._target.capitalized:
            return True
        return is_one(word[0]) and not is_one(word[0].lower())

    def _hidden(self, plain: str, *, uppercase: bool = False, inside: Sequence[Nested] = ()) -> Hidden:
        """With placeholders for what is copied, which keeps its capitals even if the network has none."""
        if not self._lowercase:
            placed: list[str] = []
            for part in inside:
                plain = plain.replace(part.text, placeholders.place(part.text, placed), 1)
            worded = Hidden(plain, placed) if self._codes else self._wordings.hide(plain, placed)
            return self._coder.hide(worded.text, numbers=not self._codes, uppercase=uppercase, placed=worded.spans)
        lowered = plain.lower()
        marked, spans = self._coder.hide(lowered, numbers=not self._codes)
        if len(lowered) == len(plain):
            spans = [plain[at : at + len(span)] for span, at in zip(spans, map(lowered.find, spans), strict=True)]
        return Hidden(marked, spans)

    def _without_names(self, marked: str, spans: list[str], uppercase: bool) -> str:
        if self._lowercase or self._codes or self._source.capitalizes_nouns:
            return marked
        return self._names.hide(marked, spans, uppercase=uppercase)

    def _holds_more(self, marked: str, uppercase: bool) -> bool:
        """Whether there is anything left to copy."""
        left = self._hidden(marked, uppercase=uppercase).spans
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

    def _sentence_case(self, marked: str) -> str:
        """A sentence in lower case, but for its begin and for words that the vocabulary has with a capital only."""
        lowered = unicodedata.normalize("NFC", marked.lower())
        for word in self._source.always_capital:
            lowered = re.sub(rf"\b{word.lower()}\b", word, lowered)
        if not (self._lowercase or self._codes):
            lowered = _WORD.sub(lambda word: self._names.capital(word[0]), lowered)
        return _LETTER.sub(lambda letter: letter[0].upper(), lowered, count=1)

    def _is_foreign(self, span: str) -> bool:
        letters = "".join(filter(str.isalpha, span))
        return UNKNOWN in self._coder.encode([letters])[0]


def _tagged(candidate: Candidate, sentence: Sentence, parts: Sequence[str]) -> Candidate:
    """A translation with the tags of its sentence."""
    wrapped = list(map(Wrapped, sentence.tags, parts))
    text = tag_placement.placed(candidate.text, sentence.plain, wrapped) if len(parts) == len(sentence.tags) else None
    if text is not None:
        return candidate._replace(text=text)
    return candidate._replace(text=_around(candidate.text, sentence.tags), around=True)


def _around(text: str, tags: Sequence[Wrapping]) -> str:
    opening = "".join(wrapping.opening for wrapping in tags)
    return f"{opening}{text}{''.join(wrapping.closing for wrapping in reversed(tags))}"


def _inserted(written: str, mark: str, share: float) -> str:
    """A translation with one mark more between two words, after about this share of it, and before its final stop."""
    final = _FINAL.search(written)
    end = final.start() if final else len(written)
    words = written[:end].split(" ")
    lengths = list(accumulate((len(word) + 1 for word in words), initial=0))
    place = min(range(len(lengths)), key=lambda number: abs(min(lengths[number], end) - share * end))
    return " ".join([*words[:place], mark, *words[place:]]) + written[end:]


def _glued(written: str, read: str) -> str:
    """A translation whose placeholders do not touch words, unless those of the sentence do."""
    for mark in set(MARK.findall(written)):
        if not re.search(rf"\w{mark}", read):
            written = re.sub(rf"(?<=\w){mark}", f" {mark}", written)
        if not re.search(rf"{mark}\w", read):
            written = re.sub(rf"{mark}(?=\w)", f"{mark} ", written)
    return written


def _without_trail(plain: str, text: str) -> tuple[str, str]:
    """A sentence with one mark at its end, or none behind an ellipsis, and what it had there."""
    trail = _TRAIL.search(plain)
    if trail is None or not trail.start():
        return plain, ""
    if trail[0].lstrip().startswith("."):
        few = _FEW.fullmatch(plain[: trail.start()])
        ellipsis = "\u2026" if text.rstrip().endswith("\u2026") else trail[0]
        return f"{plain[: trail.start()]}{'' if few else '.'}", ellipsis
    return f"{plain[: trail.start()]}{'?' if '?' in trail[0] else '!'}", trail[0]


def _with_trail(translation: str, trail: str) -> str:
    if not trail:
        return translation
    space = "" if trail.lstrip().startswith((".", "\u2026")) else r"(?P<space>\s?)"
    end = re.search(rf"{space}[\s.!?\u2026]*\Z", translation)
    assert end
    return f"{translation[: end.start()]}{end['space'] if space else ''}{trail}"


def _shown(written: str, sentence: Sentence, spans: Sequence[str], wanted: Counter[str]) -> str:
    """A translation with its spans in place: those too many go, those lost stand about where the sentence has them."""
    left = wanted.copy()

    def kept(mark: re.Match[str]) -> str:
        left[mark[0]] -= 1
        return mark[0] if left[mark[0]] >= 0 else " "

    marked = " ".join(_glued(MARK.sub(kept, written), sentence.marked).split())
    for mark in (+left).elements():
        read = _FINAL.sub("", sentence.marked)
        marked = _inserted(marked, mark, read.rindex(mark) / max(1, len(read) - 1))
    for touching, apart in sentence.apart:
        marked = marked.replace(apart, touching)
    return placeholders.show(marked.upper() if sentence.uppercase else marked, spans)
