"""Placeholders for the parts of a sentence that are copied, not translated.

A network cannot translate numbers, addresses, markup and characters that its vocabulary does not have. It reads a
placeholder in place of each, and learns where to put it; the copied parts then come back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seqserve.translation import languages

PLACEHOLDERS = "".join(map(chr, range(0xE000, 0xE008)))
"""Characters of private use that stand for the first, second, ... copied part of a sentence."""
MARK = re.compile(f"[{PLACEHOLDERS}]")
CODE = re.compile(rf"XX([1-{len(PLACEHOLDERS)}])(?!\d)")
"""A placeholder as a network reads and writes it that has learned none: as a code, which it copies like any other."""
_BARE_CODE = re.compile(r"\bXX\b")
_TOLD_APART = 2
"""Copied spans of a sentence that have a placeholder each, as a network reads it."""
UNSEEN = "\u00ad\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Soft hyphens, word joiners, byte order marks and marks of writing direction: they stand within words, unseen."""

# What ends a sentence or closes a bracket is no part of an address before it.
_ADDRESS = r"(?i:https?://|www\.)[^\s<>]*[^\s<>.,;:!?)\]'\"]|[^\s<>@]{1,64}@[^\s<>@]{1,255}\.[^\W\d_]{2,63}"
# Sites without https://, and files, by how they end; of domains those that are no common words.
_DOMAINS = (
    "com|org|net|edu|gov|int|info|biz|io|dev|app|ai|tv|eu|uk|ie|fr|be|ch|de|at"
    "|nl|es|pt|it|pl|br|mx|ar|ca|us|au|nz|jp|cn|in"
)
_FILES = (
    "pdf|txt|md|rst|docx?|xlsx?|pptx?|od[tsp]|csv|tsv|jsonl?|xml|html?|css|jsx?|tsx?|php|py|ipynb|sh|bat|rb|rs|java|cpp|sql"
    "|ya?ml|toml|ini|cfg|conf|log|exe|dll|zip|gz|tar|rar|7z|iso|deb|rpm|apk|jpe?g|png|gif|svg|webp|mp[34]|wav|avi|mov|epub"
)
_SITE = (
    rf"(?<![\w@./-])(?:[A-Za-z0-9][\w-]{{0,62}}\.){{1,5}}(?:{_DOMAINS})(?![\w-]|\.\w)(?:/[^\s<>]*[^\s<>.,;:!?)\]'\"])?"
    rf"|(?<![\w@./-])\w[\w-]{{0,62}}(?:\.\w[\w-]{{0,62}}){{0,5}}\.(?:{_FILES})(?![\w-])"
)
MARKUP = r"</?[A-Za-z][^<>]{0,500}>|<!--[^<>]{0,500}-->|&(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
EMOTICON = r"(?<!\w)[:;=][-']?[()DPp/|](?!\w)"
_ORDINAL = rf"(?:{languages.alternatives('ordinals')})\b"
_SPACED_UNIT = (
    r"\s(?:[kcm]?m[\u00b2\u00b3]?|mph|[km]?g|lbs?|oz|ft|mi|[mc]?[lL]|[kMGT]B|[kMG]?Hz|[kM]?Wh?|m?V|mAh?|dB|[hk]Pa|rpm|dpi|ppm|px|tbsp|tsp"
    r"|m?s|secs?|mins?|hrs?|[ap]\.m\.|[ap]m|[AP]M)(?![\w'])"
)
_ONE_UNIT = rf"{_SPACED_UNIT}|\s?\u00b0[CFK]?(?![^\W\d_])|(?!{_ORDINAL})[^\W\d_]{{1,3}}(?!\w)"
UNIT = rf"(?:(?:{_ONE_UNIT})(?:/[^\W\d_]{{1,5}}(?!\w))?)"
"""A unit behind a number."""
# With its sign, and a unit.
_NUMBER = rf"(?:(?<![^\s(\[])[-+\u2212])?\d+(?:[.,:/-]\d+)*{UNIT}?"
# A word with a letter and a digit or underscore, such as a flight or a user's name, one with a capital behind a small
# letter, and a trade mark; not 3rd or 1990s, which have a translation.
_IDENTIFIER = (
    rf"(?<!\w)(?!\d+{_ORDINAL})(?=[^\W\d_]*[\d_])(?=[\d_]*[^\W\d_])\w+(?:\+\w+)*|(?<!\w)\w+[\u2122\u00ae\u00a9]"
    r"|(?<!\w)[^\W\d_]*[a-z][A-Z]\w*|(?<!\w)O'[A-Z][^\W\d_]+|\b[A-Z][^\W\d_]{0,30}-\d+\b"
    r"|\b(?:Ctrl|Alt|Shift|Cmd|Command|Option|Win|Fn|Meta)(?:[+-][A-Z0-9][\w]{0,8})+(?!\w)"
    r"|\b[A-Z]{2,6}-(?:[A-Z](?![\w-])|[A-Z][a-z]+[A-Z]\w*(?:-\d+)?)|\b[A-Z]/[A-Z]\b(?!/)|[\u2318\u2325\u21e7\u2303]+\s?\+?\s?\w\b"
    r"|\b(?:[A-Z][\w&'-]{0,30},? (?:& )?){1,4}(?:Inc|Ltd|Corp|Co|LLC|PLC|GmbH)\b(?!-)(?:\.(?=[\s,;)]))?"
    r"|\b[A-Z]{1,4}&[A-Z]{1,4}\b|\b[A-Z](?:\+\+|#)(?!\w)|\bv?\d+(?:\.\d+)+-[A-Za-z]\w*"
)
# Letters that stand for something, as of vitamin C, and Roman numerals; no words of a letter, such as "y".
_LETTER = (
    r"(?<=[\w,;:] )[B-DF-HJ-NP-TV-XZ](?![\w'\u2019&/-]|\.(?!\Z))|(?<=\w )[AEOUY](?=[,;:!?)]|\.?\Z)"
    r"|(?<=[\w,;:] )x(?![\w'\u2019-])|\b(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})(?<=[IVX])\b"
)
_OPERAND = r"(?:[A-Za-z]{1,3}(?:\^\w|[\u00b2\u00b3])|(?<![^\W\d_])[A-Za-z](?:_?\d{1,2})?|\d+(?:[.,]\d+)?%?)"
_SIGN = (
    rf"(?:(?!{MARKUP}|<3)[=<>\u2264\u2265\u2260\u00d7\u00f7+^]|<=|>=|(?<=\w)\*(?=\w)|[/\u2212-](?=\s?[\w.]{{1,8}}\s?=))"
)
_MATHS = rf"(?<![\w.^<'\u2019]){_OPERAND}(?:(?:{_SIGN}|\s{_SIGN}\s){_OPERAND}){{1,9}}(?![\w^]){UNIT}?"
_SIZE = rf"(?<![\w.])\d+(?:[.,]\d+)?(?:\s?[x\u00d7]\s?\d+(?:[.,]\d+)?){{1,3}}(?!\d){UNIT}?"
# Digits that are no quantity: of an ISBN, a card, a telephone, a version; not 1.000.000 or 1 000 000.
_DIGITS = (
    r"(?<![\w.-])(?!\d{1,3}(?:[. ]\d{3})+(?![\w-]))"
    r"(?:\d+(?:-\d+){2,6}|\d+(?:\.\d+){2,6}|\d{2,4}(?: \d{2,4}){2,5}|\d{7,30})(?!\w)"
)
CODE_ELEMENTS = ("code", "kbd", "samp", "tt", "var")
"""Elements of HTML that hold what a program reads or writes."""
_CODE_ELEMENT = rf"<(?P<code>(?i:{'|'.join(CODE_ELEMENTS)}))\b[^<>]{{0,300}}>[^<>\n]{{0,1000}}</(?P=code)\s?>"
_KEPT_ELEMENT = (
    r"<(?P<kept>[A-Za-z]\w{0,30})\s[^<>]{0,300}\btranslate=[\"']?no\b[^<>]{0,300}>[^<>\n]{0,1000}</(?P=kept)\s?>"
)
_DUNDER = "(?:init|main|name|file|doc|all|version|dict|class|str|repr|len|call|new|iter|next|enter|exit|eq|slots)"
VERBATIM = re.compile(
    rf"`[^`\n]{{1,1000}}`|(?:{_CODE_ELEMENT}(?:\+(?=<))?)+|{_KEPT_ELEMENT}"
    rf"|&lt;/?[A-Za-z][\w .:-]{{0,60}}&gt;|(?<!\w)__(?:[A-Z][A-Z\d_]{{0,60}}__(?!\w)|{_DUNDER}__(?:\.\w+)?"
    r"|\w{1,40}__\.[a-z]{1,5}(?!\w))"
)
"""Code, keys that are pressed together, elements of HTML that are not to be translated, escaped tags, and __NAME__."""
PATH = (
    r"(?<![^\s(\[\"'])(?:(?:\.{1,2}/|~/)[\w.*-]{1,100}(?:/[\w.*-]{1,100}){0,20}(?<=[\w*])|\*\.\w{1,10}(?![\w*])"
    r"|\.[a-z][\w-]{1,40}(?:\.[\w-]{1,20}){0,3}(?!\w)|/(?:bin|boot|dev|etc|home|lib|mnt|opt|proc|root|srv|sys|tmp|usr|var)(?![\w/]))"
)
"""Paths from the folder one is in or one's own, `*.log`, files with a full stop in front, and folders at the root."""
_ARGUMENT = r"(?:[\w$-][\w.$:!%-]{0,40}|\"[^\"()]{0,60}\"|'[^'()]{0,60}')"
# Calls and formulas, options, references, tags and mentions, paths and telephone numbers.
_SYMBOLS = (
    rf"(?<![\w.])=?[A-Za-z_][\w.]{{0,60}}\((?!e?s\))(?:{_ARGUMENT}(?:[,;] ?{_ARGUMENT}){{0,9}})?\)(?!\w)"
    rf"|(?<=[^\W\d_])\(e?s\)|{PATH}|(?<!\w)\([A-Za-z]\)(?!\w)|(?<!\S)[A-Za-z]\)(?=\s)"
    r"|(?<![\w-])--[a-z][\w-]{1,40}(?:=[^\s,;]{1,60})?|(?<![^\s(\[\"'\u201c/,])-[B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z](?![\w'-])|\[\d{1,3}\]"
    r"|(?<![\w@#&])[@#][^\W\d_][\w.-]{0,60}\w|(?<![\w/.:])(?:~|\.{1,2})?(?:/[\w.-]{1,100}){1,20}"
    r"/[\w.-]{0,100}\w|\b[A-Z]:\\[^\s<>\"|]{1,200}|(?<!\w)\+\d{1,3}(?:[ .-]\(?\d{1,4}\)?){2,8}(?!\w)"
)
# What a program fills in: {{ name }}, {name}, ${name}, %(name)s, %s, %1$d, %@, %<name>s, %name%, $name$, @@name@@,
# #name#, \(name), $t(name), :name, @:name, [[name]], <0>, <%= name %>, <?= $name ?>, \n, and ICU's
# {count, plural, one {# file} other {# files}}; and :smile: and [^1] of Markdown.
_INNER = r"\{[^{}]{0,200}\}"
_CASES = rf"(?:[^{{}}]|\{{(?:[^{{}}]|{_INNER}){{0,200}}\}}){{0,200}}"
_MESSAGE = rf"\{{\s?\w{{1,60}},\s?(?:plural|select|selectordinal|number|date|time)\b{_CASES}\}}"
_SIMPLE = "|".join(
    (
        r"(?<![\w:]):[a-z][\w+-]{1,40}:(?!\w)|\[\^[\w-]{1,30}\]:?",
        r"\{\{\{?[^{}]{1,100}\}?\}\}",
        r"[$%#@]?\{\s?[^\s{}]{0,60}\s?\}",
        r"%\(\w[\w.]{0,60}\)[#0 +-]{0,3}\d{0,3}(?:\.\d{1,2})?[A-Za-z]",
        r"(?<!\d)(?<!\d )% \d{0,3}(?:\.\d{1,2})?[df](?![\w'\u2019])",
        r"%(?:\d{1,2}\$)?[#0+-]{0,3}(?:\*|\d{0,3})(?:\.(?:\*|\d{1,2}))?(?:ll?|h|z)?"
        r"(?:(?:[sdiufgxXceonqv@]|p[A-Z]?)(?![^\W\d_])|[diuf](?:ms|px|[KMGT]?B|[kcm]?m|k?g|[shx%])(?!\w))",
        r"%[A-Za-z]\w{1,40}%|%\d(?![\w%])|%<\w{1,60}>[#0 +-]{0,3}\d{0,3}(?:\.\d{1,2})?[sdifgxX]",
        r"\$[A-Za-z_]\w{0,30}(?:\([^()]{0,200}\)|\$)?|\$\[\w{1,60}\]|(?<![\w:]):[a-z]\w{1,60}(?!\w)|@:\w[\w.]{0,60}\w",
        r"\{%[^{}%]{1,100}%\}|\[\[[^\[\]]{1,60}\]\]|</?\d{1,3}/?>|<[%?][^<>]{1,100}[%?]>|\\[nrt](?![a-z\d_])|\\[\\\"'](?!\w)|%%",
        r"@@\w{1,60}@@|(?<!\w)@[A-Z]\w{0,60}@(?:-\w[\w-]{0,60})?|##?[a-z]\w{0,60}##?|\\\([\w.]{1,60}\)",
    )
)
_FILLED_IN = f"{_MESSAGE}|{_SIMPLE}"
_TOUCHING_UNIT = r"(?:[\u00b0\u00d7]?[^\W\d_]{1,3}(?!\w)|\s?%%|%(?![\w%]))"
# With what touches it: a sign in front (#%d, -{n}, v{version}), a unit behind ({n}px, %d%%), others (%d/%d, {w}x{h}),
# brackets.
_BEFORE = r"[#$\u00a3\u20ac]|(?<!\w)(?:[+\u2212-]|v)"
_BEHIND = rf"(?<=[^%]\}}){_TOUCHING_UNIT}|\s?%%"
_TOUCHED = rf"(?:{_BEFORE})?(?:{_FILLED_IN})(?:[:/x\u00d7.@-](?:{_FILLED_IN}))*(?:{_BEHIND})?"
TEMPLATE = rf"\((?:{_FILLED_IN})\)|(?<!\w)'(?:{_FILLED_IN})'(?!\w)|\[(?:{_FILLED_IN})\]|{_TOUCHED}"
OPAQUE = re.compile(rf"{VERBATIM.pattern}|\{{\{{\{{?[^{{}}\n]{{1,200}}\}}?\}}\}}|<[%?][^<>\n]{{1,200}}[%?]>")
"""What no sentence ends in, whatever it holds: code, and the templates that have some."""
UNTRANSLATED = rf"{VERBATIM.pattern}|{_ADDRESS}|{_SITE}|{MARKUP}|{_SIMPLE}|{_SYMBOLS}"
"""What is written for programs, but for messages of ICU, which hold words."""

CODE_LINE = re.compile(
    r".{0,500}?(?:\s[=!<>]=?\s|\w\((?!e?s\))|\)\s?\{).{0,500}?[;}]|[^\s;]{1,80}\(.{0,500}\)\s?\{"
    r"|(?:if|for|while|switch)\s?\([^()]{0,200}[=<>;][^()]{0,200}\)\s?\{?"
)
"""A statement of a program, which is copied as a whole: it ends with a semicolon or a brace."""


_IN_TAGS = re.compile(f"(?={MARK.pattern}{{3}})")
_PAIR = re.compile(r"<([A-Za-z]\w{0,30})\b[^<>]{0,500}>.{1,1000}</\1(?: \d+)?\s?>", re.IGNORECASE)
_LEADING = r"(?<![^\s(\[])[-\u2212+.~]"
_JOINED = re.compile(
    rf"(?:{_LEADING})?{MARK.pattern}(?:[-\u2013:./'=^~+,@#*_]{{0,2}}{MARK.pattern})+[\"'%]?"
    rf"|{_LEADING}{MARK.pattern}%?|{MARK.pattern}%(?!\w)"
)
_LETTERED = re.compile(r"[A-Za-z]\)")
_LEAST_SIGNS = 3
"""Spans, at least, that are joined though one of them is a sign."""


class Hidden(NamedTuple):
    """A sentence with placeholders, and what they stand for."""

    text: str
    spans: list[str]


class Touching(NamedTuple):
    """A placeholder as it touched words, and as a network reads it: apart from them."""

    touching: str
    apart: str


def copied(alphabet: Iterable[str], *, numbers: bool = True) -> re.Pattern[str]:
    """What is copied, given the characters of a vocabulary: also words with other letters, and other signs.

    Args:
        numbers: they are copied too; without it only those that a sign touches which is not known, such as that of a
            currency.
    """
    known = "".join(map(re.escape, alphabet))
    letters, signs = rf"(?:(?![{known}])[^\W\d_])", rf"(?:(?![{known}])(?:[^\w\s]|_))"
    # Looked for at the begin of a word only, or the time would grow with the square of a word's length.
    word = rf"(?<![^\W\d_])[^\W\d_]*{letters}(?:[^\W_]|{signs})*"
    figures = r"\d+(?:[.,]\d+)*"
    number = (
        rf"{_LETTER}|{_DIGITS}|{_NUMBER}"
        if numbers
        else rf"{_DIGITS}|{signs}\s?{figures}|(?<!\d)(?<!\d[.,]){figures}\s?(?!{MARKUP}){signs}(?!\w)"
    )
    return re.compile(
        rf"{VERBATIM.pattern}|{_ADDRESS}|{_SITE}|{MARKUP}|{TEMPLATE}|{_SYMBOLS}|{_SIZE}|{_MATHS}|{_IDENTIFIER}|{number}"
        rf"|{EMOTICON}|{word}|(?:(?!{MARKUP}|{TEMPLATE}){signs})+"
    )


def hide(sentence: str, copied: re.Pattern[str], placed: Iterable[str] = ()) -> Hidden:
    """A folded sentence with placeholders for what is copied.

    If there is more to copy than there are placeholders, the later parts stay as they are.

    Args:
        placed: what the placeholders that the sentence has already stand for.
    """
    spans = list(placed)

    def hidden(match: re.Match[str]) -> str:
        found, before = match[0], match.string[: match.start()]
        if _LETTERED.fullmatch(found) and before.count("(") > before.count(")"):
            return "".join(place(part, spans) for part in found)  # it closes what is opened before, as in "(plan B)"
        return place(found, spans)

    if not spans or all(copied.fullmatch(mark) is None for mark in MARK.findall(sentence)):
        return Hidden(copied.sub(hidden, sentence), spans)
    # A vocabulary without placeholders would hide them again.
    parts = re.split(f"({MARK.pattern})", sentence)
    return Hidden("".join(part if MARK.fullmatch(part) else copied.sub(hidden, part) for part in parts), spans)


def place(part: str, spans: list[str]) -> str:
    """The placeholder of a part, which is added to the copied ones; the part itself if no placeholder is left."""
    if part not in spans:
        if len(spans) == len(PLACEHOLDERS):
            return part
        spans.append(part)
    return PLACEHOLDERS[spans.index(part)]


def merged(hidden: Hidden) -> Hidden:
    """A sentence in which spans that touch, or that a sign or two join, are one, as those of `10.0.0.1:8080` are."""
    spans = list(hidden.spans)

    def one(match: re.Match[str]) -> str:
        parts = [spans[PLACEHOLDERS.index(mark)] for mark in MARK.findall(match[0])]
        loose = any(part[0] in "<&" or set(part) <= set("()[]{}") for part in parts)
        signs = len(parts) < _LEAST_SIGNS and any(len(part) == 1 and not part.isalnum() for part in parts)
        whole = show(match[0], spans)
        full = len(spans) == len(PLACEHOLDERS) and whole not in spans
        return match[0] if loose or signs or full else place(whole, spans)

    return in_order(_JOINED.sub(one, _tagged(hidden.text, spans)), spans)


def _tagged(text: str, spans: list[str]) -> str:
    """A sentence in which a pair of tags is one span with the span between them, as in `<b>5</b>`."""
    for start in reversed([match.start() for match in _IN_TAGS.finditer(text)]):
        whole = show(text[start : start + 3], spans)
        if _PAIR.fullmatch(whole) and (len(spans) < len(PLACEHOLDERS) or whole in spans):
            text = text[:start] + place(whole, spans) + text[start + 3 :]
    return text


def in_order(text: str, spans: Sequence[str]) -> Hidden:
    """A sentence whose placeholders are numbered as they stand, without spans that it does not have.

    Networks have learned them so: of two that stand the other way round, they lose one.
    """
    numbers = numbering(text)
    return Hidden(text.translate(numbers), [spans[PLACEHOLDERS.index(chr(mark))] for mark in numbers])


def numbering(text: str) -> dict[int, str]:
    """The placeholders of a sentence, and the one that each has as they are numbered as they stand."""
    return dict(zip(map(ord, dict.fromkeys(MARK.findall(text))), PLACEHOLDERS, strict=False))


def show(text: str, spans: Iterable[str]) -> str:
    """A sentence with what its placeholders stand for."""
    for mark, span in zip(PLACEHOLDERS, spans, strict=False):
        text = text.replace(mark, span)
    return text


def coded(marked: str) -> str:
    """A sentence with a code for each placeholder; a digit does not touch it."""
    apart = re.sub(rf"(?<=[{PLACEHOLDERS}])(?=\d)", " ", marked)
    return MARK.sub(lambda mark: f"XX{PLACEHOLDERS.index(mark[0]) + 1}", apart)


def decoded(written: str, marked: str) -> str:
    """A translation with placeholders for the codes in it; a code that lost its number goes, if `marked` has none.

    If no code is missing, XX is a century.
    """
    found = CODE.sub(lambda code: PLACEHOLDERS[int(code[1]) - 1], written)
    if set(MARK.findall(found)) >= set(MARK.findall(marked)) or _BARE_CODE.search(marked):
        return found
    return " ".join(_BARE_CODE.sub(" ", found).split())


def alike(marked: str) -> str:
    """A sentence as a network reads it: more spans than it tells apart have one placeholder, and stand in order.

    Few sentences have three: a network hardly sees the third placeholder, and sets it nowhere.
    """
    return MARK.sub(PLACEHOLDERS[0], marked) if len(set(MARK.findall(marked))) > _TOLD_APART else marked


def tell_apart(translations: Sequence[str], marked: str) -> Sequence[str]:
    """Translations of a sentence that was read `alike`, with the placeholders that it had, in order."""
    if alike(marked) == marked:
        return translations
    return [_in_order(translation, MARK.findall(marked)) for translation in translations]


def _in_order(translation: str, marks: Iterable[str]) -> str:
    left = iter(marks)
    return MARK.sub(lambda mark: next(left, mark[0]), translation)


def set_apart(marked: str, spans: Sequence[str]) -> tuple[str, list[Touching]]:
    """A sentence whose brackets, and signs between two words, do not touch these, and those that did.

    A network takes words with a placeholder between them for one, and loses them.
    """
    found = []
    for mark, span in zip(PLACEHOLDERS, spans, strict=False):
        if set(span) <= set("([{"):
            found.append(Touching(mark, f"{mark} "))
        elif set(span) <= set(")]}"):
            found.append(Touching(mark, f" {mark}"))
        elif _is_sign(span) and len(re.findall(rf"(?<=\w){mark}(?=\w)", marked)) == marked.count(mark) > 0:
            found.append(Touching(mark, f" {mark} "))
    for touching, apart in found:
        marked = marked.replace(touching, apart)
    return " ".join(marked.split()), found


def _is_sign(span: str) -> bool:
    return span[0] in "<&" or not any(map(str.isalnum, span))
