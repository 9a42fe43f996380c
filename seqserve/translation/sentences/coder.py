"""Prepares a sentence for the network, and restores copied parts and capitals in its translation.

Placeholders stand for numbers, addresses and the like (see `placeholders`) and for names (see `copied_names`). Each
comes back as often as it was sent: a hypothesis with all placeholders ranks before likelier ones without. Tags around
some of the words are set around the same words of the translation (see `tag_placement`). An upper-case sentence is
read in lower case, and its translation is put in upper case. Short inputs without final punctuation (headings) get an
exclamation mark before inference, which is removed afterwards, if the network knows whole sentences only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

from seqserve.translation import languages, wordings
from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.copied_names import Names
from seqserve.translation.lexicon import Lexicon
from seqserve.translation.markup import html_tags, icu_messages, nested, placeholders
from seqserve.translation.markup.copied_patterns import CODE_LINE, VERBATIM
from seqserve.translation.markup.nested import Nested
from seqserve.translation.markup.placeholders import MARK, PLACEHOLDERS, Hidden, Touching
from seqserve.translation.sentences import restoration, trails
from seqserve.translation.sentences.capitals import Capitals
from seqserve.translation.sentences.sentence import Candidate, Inside, Sentence
from seqserve.translation.sentences.trails import FEW_WORDS
from seqserve.translation.subword_tokenizer import UNKNOWN, Subwords, folded
from seqserve.translation.wordings.phrases import Phrases

_MOST_TAGS = 16
"""Pairs of tags around words of a sentence that are placed; more are set around the whole."""
_ENDED = re.compile(r"[.!?\u2026:;,\"'\u00bb\u201d)\]}]\Z|\A[^\w\s]*\Z")
_FULL_STOP = re.compile(r"(?<![.\s])\s?\.\Z")
_PART_MARK = re.compile(r"[,;:]\Z")
_PART_END = re.compile(r"[\s.,;:!?]+\Z")
_FRAME = re.compile(r"^[\s\"\u00ab\u201c\u201e]+|[\s:\"\u00bb\u201d\u201c]+$")
_SMALL_DAYS = frozenset({"es", "fr", "pt"})
"""Languages that write days, months and peoples with a small letter."""
_EXCLAIMED = re.compile(r"^[\s\u00a1\u00bf]+|[\s!?.]+$")


class _Marked(NamedTuple):
    """A sentence with placeholders; its fields are those of `Sentence`."""

    text: str
    spans: list[str]
    apart: list[Touching]
    uppercase: bool
    overflowing: bool
    is_capital: bool


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
        lexicon: the words of the target language; none if they are not known.
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
        lexicon: Lexicon | None = None,
    ) -> None:
        self._lexicon = lexicon
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
        self._capitals = Capitals(coder, self._names, self._source, self._target, learned=not (lowercase or codes))

    def read(self, text: str, listed: Nested | None = None, *, whole: bool = True) -> Sentence:
        """A raw sentence, ready for the network.

        Args:
            listed: a list in it that a placeholder stands for.
            whole: it is no part of a sentence, and may have parts itself.
        """
        words, tags = html_tags.unwrapped(text)
        plain, trail = trails.without_trail(nested.spoken(folded(html_tags.spelled(words))), words)
        is_code = CODE_LINE.fullmatch(plain) is not None
        known = plain if is_code else self._known(plain)
        begin = "" if plain == plain.upper() else self._coder.small(plain[:1])
        nests = whole and bool(begin) and not (self._codes or self._lowercase)
        inside = [*([listed] if listed else []), *(nested.apart(plain, self._target) if nests else [])]
        inside = nested.outermost([*inside, *([] if self._lowercase else icu_messages.nested(plain))], plain)
        marked = self._marked(plain, begin, inside)
        few = FEW_WORDS.fullmatch(marked.text)
        readings = self._readings if few and not few["mark"] and not tags else ()
        few = few if self._ending else None
        shown = few["words"] if few else marked.text
        is_read = known is None and any(map(str.isalpha, shown))
        tokens = self._tokens(f"{shown}!" if few else shown) if is_read else []
        placed = tokens and len(tags) <= _MOST_TAGS
        exact = {folded(html_tags.spelled(match[0])): match[0] for match in VERBATIM.finditer(words)}
        sentence = Sentence(
            text,
            shown,
            [exact.get(span, span) for span in marked.spans],
            marked.apart,
            tokens,
            unknown=tokens.count(UNKNOWN),
            foreign=sum(map(self._is_foreign, marked.spans)),
            overflowing=marked.overflowing,
            uppercase=marked.uppercase,
            exclaimed=few is not None,
            behind="" if few is None else self._target.colon if few["mark"] == ":" else few["mark"],
            plain=words,
            tags=tags,
            parts=[self.read(wrapping.words, whole=False) for wrapping in tags] if placed else [],
            is_part=bool(readings),
            is_capital=marked.is_capital,
            trail=trail,
            known=known,
            inside=list(map(self._inside, inside)) if tokens else [],
            rendered=self._names.rendered(shown),
        )
        items = nested.whole(text, self._target) if whole and tokens else None
        within = nested.within(plain, self._target) if nests and tokens and not (tags or listed or items) else None
        again = self.read(text, within) if within and nested.outermost([within], plain) else None
        framed = [self._tokens(reading.format(shown)) for reading in readings if tokens]
        return replace(
            sentence,
            readings=[replace(sentence, tokens=found, is_framed=True) for found in framed],
            items=self._inside(items) if items else None,
            listed=again if again and again.tokens else None,
        )

    def _marked(self, plain: str, begin: str, inside: Sequence[Nested]) -> _Marked:
        """A folded sentence as the network reads it.

        Args:
            begin: its first character, with a small letter if the vocabulary has no other; none in upper case.
            inside: parts with a placeholder.
        """
        marked, spans = self._hidden(f"{begin}{plain[len(begin) :]}", uppercase=not begin, inside=inside)
        if begin != plain[: len(begin)] and marked[0] in PLACEHOLDERS:  # a word that is copied, with its capital
            begin = plain[: len(begin)]
            marked, spans = self._hidden(plain, inside=inside)
        uppercase = self._capitals.is_uppercase(marked)
        if not begin and not uppercase:
            marked, spans = self._hidden(plain)
        marked, apart = placeholders.set_apart(marked, spans)
        marked = self._without_names(marked, spans, uppercase)
        overflowing = len(spans) == len(PLACEHOLDERS) and self._holds_more(marked, uppercase)
        if uppercase:
            marked = self._coder.small(self._capitals.sentence_case(marked))
        numbers = placeholders.numbering(marked)
        apart = [Touching(*(side.translate(numbers) for side in touching)) for touching in apart]
        is_capital = begin != plain[: len(begin)]
        return _Marked(*placeholders.in_order(marked, spans), apart, uppercase, overflowing, is_capital)

    def is_label(self, text: str) -> bool:
        """Whether a sentence may go on behind a text with a colon, such as "Warning:", as if it began there."""
        return self._known(folded(text)) is not None

    def _known(self, plain: str) -> str | None:
        known = self._phrases.find(plain)
        return f"{known}{self._target.colon}" if known and plain.endswith(":") else known

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
        rated: dict[str, tuple[tuple[int, int], Candidate]] = {}
        for written, hypothesis in [found for found in texts if found[0].strip()] or texts:
            marks = Counter(MARK.findall(written))
            lost, surplus = (wanted - marks).total(), (marks - wanted).total()
            unpaired = not nested.is_paired(written, sentence.marked)
            wordless = not any(map(str.isalpha, written))
            if self._target.unasked and "english" not in sentence.text.lower():
                written = written.replace(self._target.unasked, "")
            if not self._codes:
                written = nested.paired(written, sentence.marked, self._target)
            text = trails.with_trail(
                self._wordings.tidy(restoration.shown(written, sentence, spans, wanted)), sentence.trail
            )
            faults = lost + surplus + unpaired + wordless + len(sentence.missing(text))
            made_up = self._lexicon.unknown(text, sentence.text, *sentence.spans) if self._lexicon else []
            rated.setdefault(text, ((faults, len(made_up)), Candidate(text, hypothesis, lost, made_up=tuple(made_up))))
        found = [candidate for _, candidate in sorted(rated.values(), key=itemgetter(0))]
        return [
            restoration.tagged(candidate._replace(text=f"{candidate.text}{sentence.behind}"), sentence, parts)
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
        return text[:1].lower() + text[1:] if small and not self._capitals.is_always_large(text) else text

    def _hidden(self, plain: str, *, uppercase: bool = False, inside: Sequence[Nested] = ()) -> Hidden:
        """With placeholders for what is copied, which keeps its capitals even if the network has none."""
        if not self._lowercase:
            placed: list[str] = []
            again = MARK.search(plain) is not None
            for part in (*nested.misread(plain, inside), *(part.text for part in inside)):
                plain = plain.replace(part, placeholders.place(part, placed), 1)
            worded = Hidden(plain, placed) if self._codes else self._wordings.hide(plain, placed)
            hidden = self._coder.hide(worded.text, numbers=not self._codes, uppercase=uppercase, placed=worded.spans)
            return hidden if again else placeholders.merged(hidden, [part.text for part in inside])
        lowered = plain.lower()
        marked, spans = self._coder.hide(lowered, numbers=not self._codes)
        if len(lowered) == len(plain):
            spans = [plain[at : at + len(span)] for span, at in zip(spans, map(lowered.find, spans), strict=True)]
        return Hidden(marked, spans)

    def _without_names(self, marked: str, spans: list[str], uppercase: bool) -> str:
        if self._lowercase or self._codes or self._source.capitalizes_nouns:
            return marked
        return self._names.hide(marked, spans, uppercase=uppercase, particles=self._source.particles)

    def _holds_more(self, marked: str, uppercase: bool) -> bool:
        """Whether there is anything left to copy."""
        left = self._hidden(marked, uppercase=uppercase).spans
        self._without_names(marked, left, uppercase)
        return bool(left)

    def _is_foreign(self, span: str) -> bool:
        letters = "".join(filter(str.isalpha, span))
        return UNKNOWN in self._coder.encode([letters])[0]
