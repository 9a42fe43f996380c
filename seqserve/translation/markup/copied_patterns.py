"""What is copied, not translated, as regular expressions: addresses, code, numbers, what a program fills in.

They hold for every language that is read, and are looked for in the order in which `copied` names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from seqserve.translation import languages

# What ends a sentence or closes a bracket is no part of an address before it.
_ADDRESS = r"(?i:https?://|www\.)[^\s<>]*[^\s<>.,;:!?)\]'\"]|[^\s<>@]{1,64}@[^\s<>@]{1,255}\.[^\W\d_]{2,63}"
# Sites without https://, and files, by how they end; of domains those that are no common words.
_DOMAINS = (
    "com|org|net|edu|gov|int|info|biz|io|dev|app|ai|tv|eu|uk|ie|fr|be|ch|de|at"
    "|nl|es|pt|it|pl|br|mx|ar|ca|us|au|nz|jp|cn|in"
)
_FILES = (
    "pdf|txt|md|rst|[ch]|cc|hpp|go|kt|lua|vue|lock|bak|tmp|docx?|xlsx?|pptx?|od[tsp]|csv|tsv|jsonl?|xml|html?|css|jsx?"
    "|tsx?|php|py|ipynb|sh|bat|rb|rs|java|cpp|sql|ya?ml|toml|ini|cfg|conf|log|exe|dll|zip|gz|tar|rar|7z|iso|deb|rpm|apk|jpe?g|png|gif|svg|webp|mp[34]|wav|avi|mov|epub"
)
_SITE = (
    rf"(?<![\w@./-])(?:[A-Za-z0-9][\w-]{{0,62}}\.){{1,5}}(?:{_DOMAINS})(?![\w-]|\.\w)(?:/[^\s<>]*[^\s<>.,;:!?)\]'\"])?"
    rf"|(?<![\w@./-])\w[\w-]{{0,62}}(?:\.\w[\w-]{{0,62}}){{0,5}}\.(?:{_FILES})(?![\w-])"
)
MARKUP = r"</?[A-Za-z][^<>]{0,500}>|<!--[^<>]{0,500}-->|&(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
EMOTICON = r"(?<!\w)(?:[:;=][-']?[()DPp/|]|<3)(?!\w)"
_ORDINAL = rf"(?:{languages.alternatives('ordinals')})\b"
_SPACED_UNIT = (
    r"\s(?:[kcm]?m[\u00b2\u00b3]?|mph|[km]?g|lbs?|oz|ft|mi|[mc]?[lL]|[kMGT]B|[kMG]?Hz|[kM]?Wh?|m?V|mAh?|dB|[hk]Pa|rpm|dpi"
    r"|ppm|px|tbsp|tsp|m?s|secs?|mins?|hrs?|[ap]\.m\.|[ap]m|[AP]M)(?![\w'])"
)
_ONE_UNIT = rf"{_SPACED_UNIT}|\s?\u00b0(?:[CFK]|\s?[NSEW])?(?![^\W\d_])|(?!{_ORDINAL})[^\W\d_]{{1,3}}(?!\w)"
UNIT = rf"(?:(?:{_ONE_UNIT})(?:/[^\W\d_]{{1,5}}(?!\w))?)"
"""A unit behind a number."""
# With its sign, and a unit.
_NUMBER = rf"(?:(?<![^\s(\[])[-+\u2212])?\d+(?:[.,:/-]\d+)*(?:\+(?=[\s,.;)]|\Z)|{UNIT})?"
# A word with a letter and a digit or underscore, such as a flight or a user's name, one with a capital behind a small
# letter, and a trade mark; not 3rd or 1990s, which have a translation.
_IDENTIFIER = (
    rf"(?<!\w)(?!\d+{_ORDINAL})(?=[^\W\d_]*[\d_])(?=[\d_]*[^\W\d_])\w+(?:\+\w+)*|(?<!\w)\w+[\u2122\u00ae\u00a9]"
    r"|(?<!\w)[^\W\d_]*[a-z][A-Z]\w*|(?<!\w)[OD]'[A-Z][^\W\d_]+|\b[A-Z][^\W\d_]{0,30}-\d+\b"
    r"|\b(?:Ctrl|Alt|Shift|Cmd|Command|Option|Win|Fn|Meta)(?:[+-][A-Z0-9][\w]{0,8})+(?!\w)"
    r"|[\u2318\u2325\u21e7\u2303]{1,4}(?:\s?\+\s?\w{1,6}|\w{1,6}|\s[A-Z\d])\b"
    r"|\b[A-Z]{2,6}-(?:[A-Z](?![\w-])|[A-Z][a-z]+[A-Z]\w*(?:-\d+)?)|(?<![\w.])(?:ASP)?\.NET\b"
    r"|\b[A-Z]{1,4}&[A-Z]{1,4}\b|\b[A-Z](?:\+\+|#)(?!\w)|\bv?\d{1,9}(?:\.\d{1,9}){1,6}-[A-Za-z]\w*"
    r"|(?<!&)#\d+(?!\w)|\b[A-Z][A-Z\d_]+=[\w.-]*\w|\bISBN(?:-1[03])?:?\s[\dX-]{10,17}(?!\w)"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}(?!\w)"
)
_INITIALS = r"(?<![\w/])(?:[A-Z]{1,3}(?:/[A-Z]{1,3}){1,6}|c/o|w/c|n/a|[yY]/[nN])(?![\w/])"
"""With slashes between them, as in N/A or S/M/L."""
_NO_SURNAME = "The|It|This|That|He|She|We|They|You|In|On|At|If|But|And|So|As"
_NAMES = (
    r"\b(?:[A-Z][\w&'-]{0,30},? (?:& )?){1,4}(?:Inc|Ltd|Corp|Co|LLC|PLC|GmbH)\b(?!-)(?:\.(?=[\s,;)]))?"
    rf"|\b[A-Z][a-z]+ (?:[A-Z]\. ){{1,3}}(?!(?:{_NO_SURNAME})\b)[A-Z][a-z]+\b|\bet al\b\.?(?=\W)"
)
"""Of companies, and of people with initials in the middle."""
_LETTERED = "section part appendix option group type class grade column row table figure point step level"
_IN_SECTION = "|".join(rf"(?<=\b[{word[0].upper()}{word[0]}]{word[1:]} )" for word in _LETTERED.split())
# Letters that stand for something, as of vitamin C, and Roman numerals; no words of a letter, such as "y".
_LETTER = (
    r"(?<=[\w,;:] )[B-DF-HJ-NP-TV-XZ](?![\w'\u2019&/-]|\.(?!\Z))|(?<=\w )[AEOUY](?=[,;:!?)]|\.?\Z)"
    r"|(?<=[\w,;:] )x(?![\w'\u2019-])|\b(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})(?<=[IVX])\b"
    rf"|(?:{_IN_SECTION})(?!I [a-z])[A-Z]\b(?!['\u2019.])"
)
_OPERAND = r"(?:[A-Za-z]{1,3}(?:\^\w|[\u00b2\u00b3])|(?<![^\W\d_])[A-Za-z](?:_?\d{1,2})?|\d+(?:[.,]\d+)?%?)"
_SIGN = (
    rf"(?:(?!{MARKUP}|<3)[=<>\u2264\u2265\u2260\u00d7\u00f7+^]|<=|>=|(?<=\w)\*(?=\w)|[/\u2212-](?=\s?[\w.]{{1,8}}\s?=))"
)
_MATHS = rf"(?<![\w.^<'\u2019]){_OPERAND}(?:(?:{_SIGN}|\s{_SIGN}\s){_OPERAND}){{1,9}}(?![\w^]){UNIT}?"
_TIMES = r"\s?[x\u00d7]\s?"
_SIZE = rf"(?<![\w.])\d+(?:[.,]\d+)?(?:{_TIMES}\d+(?:[.,]\d+)?){{1,3}}(?!\d){UNIT}?|\b[A-Z](?:{_TIMES}[A-Z]){{1,3}}\b"
# Of a pipe or a screen; a quote that is opened before is closed by it, see `placeholders.hide`.
_INCHES = r"(?<![\w.])\d+(?:[./]\d+)?(?:'\s?\d{1,2})?\"(?!\w)|(?<![\w.])\d+'\s?x\s?\d+'(?!\w)"
_TAGGED_NUMBER = (
    r"<(?P<numbered>[A-Za-z]\w{0,30})\b[^<>]{0,300}>[\d.,:%$\u20ac\u00a3 -]{1,30}</(?P=numbered)(?: \d+)?\s?>"
)
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
    r"(?<![^\s(\[\"'])(?:(?:\.{1,2}/|~/)[\w.*-]{1,100}(?:/[\w.*-]{1,100}){0,20}(?<=[\w*])|\*\.\w(?:[\w.-]{0,40}\w)?(?![\w*])"
    r"|\.[a-z][\w-]{1,40}(?:\.[\w-]{1,20}){0,3}(?!\w)|/[a-z][\w-]{1,40}\w(?:\.\w{1,10})?(?![\w/]))"
)
"""Paths from the folder one is in or one's own, `*.log`, files with a full stop in front, and what lies at the root."""
_ARGUMENT = r"(?:[\w$-][\w.$:!%-]{0,40}|\"[^\"()]{0,60}\"|'[^'()]{0,60}')"
_OPTION = (
    r"(?<![\w-])--[a-z][\w-]{1,40}(?:=[^\s,;]{1,60})?"
    r"|(?<![^\s(\[\"'\u201c/,])-[B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z](?![\w'-])"
    r"|\A-[aeiouy](?=[\s,])|(?<=[\w,] )-(?:[aeiouy]|[a-z]{2,4}|[EOUY]|[AI](?! [a-z]))(?![\w'-])"
)
_BRACKETED = (
    r"(?<=[^\W\d_])\(e?s\)|(?<!\w)\([A-Za-z]\)(?!\w)|(?<!\S)[A-Za-z]\)(?=[\s.,;:!?]|\Z)|(?<!\w)\([^\w\s()\ue000-\ue007]{1,3}\)(?!\w)"
    r"|\[\d{1,3}\]|\[/?(?:b|i|u|s|url|img|quote|code|color|size|list|center)(?:=[^\[\]\s]{1,200})?\](?!\()"
)
"""The plural of `file(s)`, letters and signs in brackets, references, and the marks of BBCode."""
_NAMED_SIGN = r"(?<=[Tt]he )[^\w\s\ue000-\ue007](?= (?:character|sign|symbol|key|button|operator)\b)"
# Calls and formulas, tags and mentions, paths and telephone numbers.
_SYMBOLS = (
    rf"(?<![\w.])=?[A-Za-z_][\w.]{{0,60}}\((?!e?s\))(?:{_ARGUMENT}(?:[,;] ?{_ARGUMENT}){{0,9}})?\)(?!\w)"
    rf"|{PATH}|{_BRACKETED}|{_NAMED_SIGN}|{_OPTION}"
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
        r"\{[#.][^{}\n]{1,80}\}|\{%[^{}%]{1,100}%\}|\[\[[^\[\]]{1,60}\]\]|</?\d{1,3}/?>|<[%?][^<>]{1,100}[%?]>",
        r"\\[nrt](?![a-z\d_])|\\[\\\"'](?!\w)|%%",
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
    r"|(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)\s.{0,500}?\b(?:FROM|INTO|SET|TABLE)\s.{1,500};"
    r"|(?:if|for|while|switch)\s?\([^()]{0,200}[=<>;][^()]{0,200}\)\s?\{?"
)
"""A statement of a program, which is copied as a whole: it ends with a semicolon or a brace."""


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
        rf"{_LETTER}|{_DIGITS}|{_INCHES}|{_NUMBER}"
        if numbers
        else rf"{_DIGITS}|{_INCHES}|{signs}\s?{figures}|(?<!\d)(?<!\d[.,]){figures}\s?(?!{MARKUP}){signs}(?!\w)"
    )
    tagged = "" if numbers else f"{_TAGGED_NUMBER}|"
    return re.compile(
        rf"{VERBATIM.pattern}|{_ADDRESS}|{_SITE}|{tagged}{MARKUP}|{TEMPLATE}|{_SYMBOLS}|{_SIZE}|{_MATHS}|{_IDENTIFIER}"
        rf"|{_INITIALS}|{_NAMES}|{number}"
        rf"|{EMOTICON}|{word}|(?:(?!{MARKUP}|{TEMPLATE}|(?<!&)#\d+(?!\w)){signs})+"
    )
