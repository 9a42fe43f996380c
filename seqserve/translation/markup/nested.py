"""Words of a sentence that are translated by themselves: quoted ones, and like things in a list.

A small network loses quoted words, and the third of five like things, or says one of them twice.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import chain, cycle, zip_longest
from typing import NamedTuple

from seqserve.translation.languages.language import Language
from seqserve.translation.markup.copied_patterns import OPAQUE

_ITEM = r"[^\W\d_][\w'\u2019-]{0,30}(?: [\w'\u2019-]{1,30})?"
_MORE = r"(?: [\w'\u2019-]{1,30})?"
_WHOLE = re.compile(
    rf"\s*(?:{_ITEM}(?:, {_ITEM}){{4,200}}{_MORE}|{_ITEM}(?:, {_ITEM}){{1,200}},? (?:and|or) {_ITEM})\.?\s*"
)
_ONE = r"(?:(?=\w\w)[A-Z]?[a-z][a-z'-]{0,30}|[A-Z]{2,5})"
_SLASH = r"\s?/\s?"
_SLASHED = re.compile(rf"(?=.*[a-z])\s*{_ONE}(?:{_SLASH}{_ONE}){{1,5}}\s*")
_STEP = r"\s?(?:-?>|=>|\u2192|\u203a|\u00bb|&gt;)\s?"
_NO_CHOICE = "If|Is|Are|Was|Were|When|While|Where|Do|Does|Let|Because|Since"
_CHOICE = (
    rf"(?!(?:{_NO_CHOICE})\b)[A-Z][\w'\u2019-]{{0,30}}"
    r"(?: (?:[A-Z][\w'\u2019-]{0,30}|(?:and|of|the|to|for|in|on|as|&)(?= [A-Z]))){0,5}"
)
_MENU = re.compile(rf"(?<![<>] )(?<![\w<>/-]){_CHOICE}(?:{_STEP}{_CHOICE}){{1,6}}(?:\.{{3}}|\u2026)?")
_CHOOSE = re.compile(
    r"(?:(?:Click|Select|Choose|Open|Tap|Press|See|Use|Try|Check|Visit|Under|From|In|On|Via|Go|Navigate|Head)"
    r"(?: (?:on|to|in|into))?(?: the)? )"
)
_COMMA = ", "
_WORDS = r"[^\W\d_][\w'-]{0,30}(?: [\w'-]{1,30}){0,2}"
_INNER = re.compile(rf"(?P<before>(?:[\w'-]{{1,30}} ){{0,6}}){_WORDS}(?:, {_WORDS}){{1,30}},? (?:and|or) {_WORDS}")
_SEPARATOR = re.compile(r",? (?:and|or) |, ")
_LEAST = 4
"""Items of a list within a sentence; networks keep three."""
_LONGEST = 3
"""Words of an item."""
_QUOTED = re.compile(
    r"(?<=[\w,] )(?P<quote>[\"'])(?P<words>[^\W\d_](?:[\w-]|'(?!\s|\Z)){0,30}(?: [\w-]{1,30}){0,2})"
    r"(?P=quote)(?![\w'\"])"
)
_SPOKEN = re.compile(r"(?<!\w)'((?:[^']|(?<=\w)'(?=\w)){1,300}[.!?,])'(?!\w)")
_QUOTES = re.compile(r"[\"\u00ab\u00bb\u201c\u201d]")
_QUOTE = re.compile(r"(?P<before>\s?)[\"\u00ab\u00bb\u201c\u201d](?P<behind>\s?)")
_NAMING = re.compile(
    r"(?<![\w-])(?:words?|terms?|names?|letters?|called|named|titled|labell?ed|spelled|spelt|written|say|says|said|button|option"
    r"|command|file|folder|field|message|error|variable|parameter|argument|column|key|character) \Z",
    re.IGNORECASE,
)
_MISREAD = re.compile(r"[\"'$\u00a3\u20ac\d/&]|[^\s{][\s,]+[^\s}]")
_PIECE = re.compile(r"[,;]| et | ou | e | and | or ")
_LETTERS = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")


class Nested(NamedTuple):
    """A part of a sentence.

    Args:
        text: as the sentence has it.
        words: what is translated by itself.
        between: what stands before, between and behind these words in the translation: one string more.
    """

    text: str
    words: list[str]
    between: list[str]

    def joined(self, translations: Sequence[str], small: Container[str] = ()) -> str:
        """The part with translations in place of its words.

        Args:
            small: words whose translation has a small letter, but for the first one.
        """
        pairs = zip(self.words, translations, strict=True)
        shown = [
            f"{other[:1].lower()}{other[1:]}" if number and word in small else other
            for number, (word, other) in enumerate(pairs)
        ]
        return "".join(chain.from_iterable(zip_longest(self.between, shown, fillvalue="")))


def whole(sentence: str, target: Language) -> Nested | None:
    """The like things of a sentence that is nothing but their list or menu, as "Yes/No" is; none if it is neither."""
    if _SLASHED.fullmatch(sentence):
        words = re.split(_SLASH, sentence.strip())
        return Nested(sentence, words, ["", *re.findall(_SLASH, sentence), ""])
    if _MENU.fullmatch(sentence):
        return _menu(sentence)
    return _list(sentence, target) if _WHOLE.fullmatch(sentence) else None


def within(plain: str, target: Language) -> Nested | None:
    """A list of four or more like things within a sentence, of three words each at most."""
    match = _INNER.search(plain)
    if match is None:
        return None
    text = match[0]
    pieces = _SEPARATOR.split(text)
    sizes = [len(piece.split()) for piece in pieces[1:-1]]
    first, last = pieces[0].split(), pieces[-1].split()
    if len(pieces) < _LEAST or max(sizes) > _LONGEST or sizes[0] > min(len(first), len(last)):
        return None
    # The first and the last item have as many words as the second, and the other words of their names.
    begin, end = len(first) - sizes[0], sizes[0]
    while begin > 1 and first[begin][0].isupper() and first[begin - 1][0].isupper():
        begin -= 1
    while end < len(last) and last[end][0].isupper():
        end += 1
    surplus = len(pieces[-1]) - len(" ".join(last[:end]))
    text = text[len(pieces[0]) - len(" ".join(first[begin:])) : len(text) - surplus]
    return _list(text, target)


def apart(plain: str, target: Language) -> list[Nested]:
    """The menus and the quoted words within a sentence."""
    return [*menus(plain), *quoted(plain, target)]


def menus(plain: str) -> list[Nested]:
    """Choices of a menu, one within the other, as "File > Save As"."""
    found = []
    for match in _MENU.finditer(plain):
        verb = _CHOOSE.match(match[0]) if match.start() == 0 else None
        text = match[0][verb.end() if verb else 0 :]
        if text != plain:
            found.append(_menu(text))
    return found


def quoted(plain: str, target: Language) -> list[Nested]:
    """Quoted words within a sentence, three at most; titles and what is named, as in "the word 'cat'", stay."""
    found = []
    for match in _QUOTED.finditer(plain):
        opening, closing = target.quotes
        words = match["words"]
        first, *_, last = words.split() if " " in words else ("", "")
        is_title = first[:1].isupper() and last[:1].isupper()
        is_named = _NAMING.search(plain[: match.start()]) is not None
        if len(words) == 1 and not is_named:  # as in rock 'n' roll
            continue
        stays = is_title or is_named
        nested = ([], [f"{opening}{words}{closing}"]) if stays else ([words], [opening, closing])
        found.append(Nested(match[0], *nested))
    return found


def outermost(parts: Sequence[Nested], plain: str) -> list[Nested]:
    """Parts of a sentence without those within another one, or within code."""
    outside = OPAQUE.sub(" ", plain)
    return [
        part
        for part in parts
        if (part.text in outside or OPAQUE.search(part.text))
        and not any(part.text in other.text and part.text != other.text for other in parts)
    ]


def misread(plain: str, parts: Sequence[Nested]) -> list[str]:
    """Code in a sentence, but for that in its parts, in which a quote, an amount or a list might be found."""
    found = (match[0] for match in OPAQUE.finditer(plain))
    return [code for code in found if _MISREAD.search(code) and not any(code in part.text for part in parts)]


def spoken(plain: str) -> str:
    """A sentence with double quotes around what somebody says; single ones are lost among apostrophes."""
    return _SPOKEN.sub(r'"\1"', plain)


def is_paired(translation: str, source: str) -> bool:
    """Whether a translation has as many quotes as its sentence."""
    return len(_QUOTES.findall(translation)) == source.count('"')


def paired(translation: str, source: str, target: Language) -> str:
    """A translation whose quotes are those of its language, if it has as many as its sentence."""
    if source.count('"') % 2 or not is_paired(translation, source):
        return translation
    sides = cycle((True, False))

    def quote(match: re.Match[str]) -> str:
        opening, closing = target.quotes
        return f"{match['before']}{opening}" if next(sides) else f"{closing}{match['behind']}"

    return _QUOTE.sub(quote, translation)


def is_kept(translation: str, source: str) -> bool:
    """Whether a translation has as many like things as its sentence, and none twice; those of a menu may not.

    Nor may words between slashes.
    """
    if _SLASHED.fullmatch(source) or _MENU.fullmatch(source):
        return False
    return translation.count(",") == source.count(",") and (_repeats(source) or not _repeats(translation))


def _repeats(text: str) -> bool:
    ends = [words[-1].lower() for piece in _PIECE.split(text) if (words := _LETTERS.findall(piece))]
    return len(set(ends)) < len(ends)


def _list(text: str, target: Language) -> Nested:
    words = _SEPARATOR.split(text.removesuffix("."))
    joints = [_joint(separator, target) for separator in _SEPARATOR.findall(text)]
    return Nested(text, words, ["", *joints, "." if text.endswith(".") else ""])


def _menu(text: str) -> Nested:
    return Nested(text, re.split(_STEP, text), ["", *re.findall(_STEP, text), ""])


def _joint(separator: str, target: Language) -> str:
    conjunction = separator.strip(", ")
    return {"and": f" {target.both} ", "or": f" {target.either} "}.get(conjunction, _COMMA)
