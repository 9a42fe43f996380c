"""How French writes what English has: amounts, ordinals, titles, abbreviations; dates and times are beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from seqserve.translation.markup.copied_patterns import UNIT
from seqserve.translation.wordings import english_french_dates, english_numerals
from seqserve.translation.wordings.english_numerals import BEFORE_NOUN, NO_NOUN
from seqserve.translation.wordings.rule import Rule, Tidying

_SPACE = "\N{NO-BREAK SPACE}"
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MILLION, _BILLION = 1_000_000, 1_000_000_000
_SCALES = {"thousand": "mille", "million": "million", "billion": "milliard", "trillion": "billion"}
_SIGNS = {"$": "dollar", "\u20ac": "euro", "\u00a3": "livre", "\u00a5": "yen"}
_COINS = {"dollars": "dollar", "euros": "euro", "yen": "yen"}
_UNITS_OF_PRICES = {"hour": "h", "hr": "h", "h": "h", "day": "jour", "week": "semaine", "month": "mois", "mo": "mois"}
_UNITS_OF_PRICES |= {"year": "an", "yr": "an", "night": "nuit", "person": "personne", "kg": "kg", "lb": "livre"}
_PER = {f"/{unit}": f"/{french}" for unit, french in _UNITS_OF_PRICES.items()}
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<country>(?:US|CA|AU|NZ|HK|[ACS])(?=\$[\d.,]*\d(?!\w)))?(?P<sign>[$\u20ac\u00a3\u00a5])?\s?"
    rf"(?P<range>(?:{_FIGURES})(?:[-\u2013](?P=sign)?|\s[-\u2013]\s(?P=sign)))?(?P<figures>{_FIGURES})(?![.,\u2013-]?\d|\s?%|[A-Za-z])"
    rf"(?:[ -](?P<scale>(?i:{'|'.join(_SCALES)}))s?\b)?"
    rf"(?![ -](?i:{'|'.join(_SCALES)}))(?: (?P<coin>(?i:{'|'.join(_COINS)}))\b)?(?P<noun>{BEFORE_NOUN})?"
    rf"(?P<per>/(?:{'|'.join(_UNITS_OF_PRICES)})\b)?"
)
# With commas, which French reads as the point of a decimal; or decimal, with a unit: without one it may be a version.
_GROUPED = re.compile(
    rf"(?<![\w.,:/])(?P<sign>(?<![^\s(\[])[-+\u2212])?(?:(?P<figures>[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d+)?)|(?P<decimal>\d+\.\d+)"
    rf"(?=\s?%|{UNIT}))(?P<unit>\s?%|{UNIT})?(?!\w|[.,]\d)"
)
_SHORT_SCALES = {"k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "bn": "billion"}
_SHORT_SCALES |= {"B": "billion", "b": "billion", "tn": "trillion", "T": "trillion"}
_SHORT_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<sign>[$\u20ac\u00a3\u00a5])(?P<figures>{_FIGURES})(?P<scale>{'|'.join(_SHORT_SCALES)})\b"
)
_NUMERAL = re.compile(rf"{english_numerals.NUMERAL}(?P<noun>{BEFORE_NOUN})?", re.IGNORECASE)
_ENDINGS = {"one": "st", "two": "nd", "few": "rd", "other": "th"}
_ORDINAL = re.compile(
    r"(?<![\w.,])(?<![Oo]n the )(?P<figures>\d{1,4})(?:st|nd|rd|th)\b(?! of\b)(?P<century> century\b)?"
)
_BRANCHES = r"\s+".join(rf"{kind}\s?\{{#{ending}\}}" for kind, ending in _ENDINGS.items())
_ORDINAL_MESSAGE = re.compile(rf"(?P<begin>\{{\s?\w{{1,60}},\s?selectordinal,)\s*{_BRANCHES}\s*\}}")


_TITLES = {"Mr": "M.", "Mrs": "Mme", "Ms": "Mme", "Dr": "Dr", "Prof": "Pr", "St": "St"}
_NAME = r"[A-Z][^\W\d_'\u2019]+(?:-[A-Z][^\W\d_]+)?"
TITLE = re.compile(
    rf"\b(?P<title>{'|'.join(_TITLES)})(?:\.|(?<=Mr)|(?<=Mrs)|(?<=Ms)|(?<=Dr))"
    rf"(?: (?P<name>(?:[A-Z]\. ?){{0,3}}{_NAME}(?: {_NAME})?)|(?= and (?:Mr|Mrs|Ms|Dr)\b))"
)
_STREET = re.compile(
    r"(?<!\w)(?:\d{1,5} )?(?:[A-Z][^\W\d_]+ |\d{1,3}(?:st|nd|rd|th) ){1,3}(?:St|Ave|Rd|Blvd|Ln|Sq)"
    r"(?:\.(?=\s|,)|(?=\.\Z|,))"
)
_ADDRESS = re.compile(
    r"(?<!\w)\d{1,5}[A-Z]? (?:[A-Z][^\W\d_]+ ){1,3}"
    r"(?:Street|Avenue|Road|Lane|Drive|Boulevard|Square|Court|Place|Terrace|Way)\b"
)
_WORLD_WAR = re.compile(r"\b(?:World War |WW)(?:(?P<second>II|2|Two)|I|1|One)\b")
# The full stop of an abbreviation, but not that of its sentence.
_STOP = r"(?:\.(?=\s+\S|[,;:)])|(?=\.))"
_ABBREVIATIONS = {
    rf"e\.g{_STOP}": "par exemple",
    rf"i\.e{_STOP}": "c'est-\u00e0-dire",
    r"approx\.(?= [\da-z])": "environ",
    r"vs\.?(?= )": "contre",
    r"etc(?:\.(?=\s+[a-z(]|[,;)])|(?=\.))": "etc",
    rf"(?<=\b[Aa] )Ph\.D{_STOP}": "doctorat",
    rf"(?<=[Tt][Hh][Ee] )(?:U\.K{_STOP}|UK\b(?!'))": "Royaume-Uni",
    rf"(?<=[Tt][Hh][Ee] )(?:U\.N{_STOP}|UN\b(?!'))": "ONU",
    rf"(?<=[Tt][Hh][Ee] )(?:E\.U{_STOP}|EU\b(?!'))": "UE",
}
_INITIALS = re.compile(r"(?<![\w.])(?:Ph\.D|(?:[A-Z]\.){1,4}[A-Z])(?:\.(?=\s+[^A-Z\s]|[,;)])|(?=\.))")
_NUMBERED = re.compile(rf"(?<!\w)[Nn]o\.\s?(?P<figures>\d+)(?!\w|[.,]\d)(?! (?!(?:{NO_NOUN})\b)[a-z])")
_REFERENCE = re.compile(r"\b(?:[Ff]igs?|[Vv]ol|pp?|[Cc]h|[Ee]q)\.\s?\d+(?:[-\u2013.]\d+)*(?!\w)")
_UNITS = {"ft": "pieds", "in": "pouces", "lb": "livres", "lbs": "livres", "oz": "onces", "hrs": "h", "min": "min"}
_MEASURE = re.compile(rf"(?<![\w.,])(?P<figures>{_FIGURES}) (?P<unit>{'|'.join(_UNITS)})\.(?=\s+[a-z\d])")


def _figures(text: str) -> str:
    """Figures as French writes them."""
    return text.replace(",", _SPACE).replace(".", ",")


def _counted(noun: str, figures: str) -> str:
    return noun if noun == "mille" or float(figures.replace(",", "")) < 2 else f"{noun}s"


def _amount(match: re.Match[str]) -> str | None:
    figures, scale = match["figures"], (match["scale"] or "").lower()
    until = "\u2013".join(map(_figures, [*re.findall(_FIGURES, match["range"] or ""), figures]))
    country = f" {match['country']}" if match["country"] else ""
    per = _PER.get(match["per"] or "", "")
    coin = _SIGNS.get(match["sign"] or "") or _COINS.get((match["coin"] or "").lower())
    if not scale and match["sign"]:
        return f"{until}{_SPACE}{match['sign']}{country}{per}"
    if not scale:
        return f"{until} {_counted(coin, figures)}{per}" if coin else None
    words = f"{until} {_counted(_SCALES[scale], figures)}"
    if coin:
        of = "" if scale == "thousand" else "d'" if coin == "euro" else "de "
        return f"{words} {of}{coin}s{country}{per}"
    return f"{words}{per}" if scale == "thousand" or match["noun"] is None else f"{words} de"


def _grouped(match: re.Match[str]) -> str:
    unit = (match["unit"] or "").replace(" ", "")
    between = _SPACE if unit and (unit != match["unit"] or unit == "%") else ""
    return f"{match['sign'] or ''}{_figures(match['figures'] or match['decimal'])}{between}{unit}"


def _short_amount(match: re.Match[str]) -> str | None:
    spelled = _AMOUNT.fullmatch(f"{match['sign']}{match['figures']} {_SHORT_SCALES[match['scale']]}")
    return _amount(spelled) if spelled else None


def _numeral(match: re.Match[str]) -> str | None:
    value = english_numerals.value(match[0])
    if value is None:
        return None
    if value < _MILLION or value % (_MILLION // 10):
        return f"{value:,}".replace(",", _SPACE) if value >= 10_000 else str(value)
    name, unit = ("milliard", _BILLION) if value >= _BILLION else ("million", _MILLION)
    count = f"{value / unit:.10g}"
    return f"{_figures(count)} {_counted(name, count)}{' de' if match['noun'] is not None else ''}"


def _ordinal(match: re.Match[str]) -> str:
    century = " si\u00e8cle" if match["century"] else ""
    return f"{match['figures']}{'er' if match['figures'] == '1' else 'e'}{century}"


def _ordinal_message(match: re.Match[str]) -> str:
    return f"{match['begin']} one {{#er}} other {{#e}}}}"


def _numbered(match: re.Match[str]) -> str:
    return f"{'N' if match.start() == 0 else 'n'}\u00b0{_SPACE}{match['figures']}"


def titled(match: re.Match[str]) -> str:
    title = _TITLES[match["title"]]
    return f"{title} {match['name']}" if match["name"] else title


def _measure(match: re.Match[str]) -> str:
    return f"{_figures(match['figures'])} {_UNITS[match['unit']]}"


def _world_war(match: re.Match[str]) -> str:
    number = "Seconde" if match["second"] else "Premi\u00e8re"
    return f"{'L' if match.start() == 0 else 'l'}a {number} Guerre mondiale"


def said(words: str, _: re.Match[str]) -> str:
    return words


def _same(match: re.Match[str]) -> str:
    return match[0]


def _united_states(match: re.Match[str]) -> str:
    return "UNITED STATES" if match.string.isupper() else "United States"


_SLASHED = {"he/she": "he or she", "she/he": "she or he", "him/her": "him or her", "his/her": "his or her"}
_SLASHED |= {"her/his": "her or his", "s/he": "he or she", "w/o": "without", "w/": "with"}


def _unslashed(match: re.Match[str]) -> str:
    words = _SLASHED[match[0].lower()]
    return words.upper() if match[0].isupper() else words.capitalize() if match[0][0].isupper() else words


SPELLED: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str] | str]] = [
    *(
        (re.compile(rf"(?<=\b{the} )(?:USA?(?!\.?\w)|U\.S(?:\.A)?(?:\.(?=\s+\S|[,;:)])|(?!\.?\w)))"), _united_states)
        for the in ("[Tt]he", "THE")
    ),
    (re.compile(rf"(?<![\w/])(?:{'|'.join(_SLASHED)})(?![\w/])", re.IGNORECASE), _unslashed),
    (re.compile(r"(?<=[a-z]) & (?!(?:character|sign|symbol|key|operator)\b)(?=[a-z])"), " and "),
]
RULES = [
    Rule(_ORDINAL_MESSAGE, _ordinal_message),
    Rule(_STREET, _same),
    Rule(_ADDRESS, _same),
    Rule(_WORLD_WAR, _world_war),
    Rule(re.compile(r"(?<![\w/])and/or(?![\w/])", re.IGNORECASE), partial(said, "et/ou")),
    Rule(TITLE, titled),
    *(Rule(re.compile(rf"(?<![\w.]){found}"), partial(said, words)) for found, words in _ABBREVIATIONS.items()),
    Rule(_INITIALS, _same),
    Rule(_NUMBERED, _numbered),
    Rule(_REFERENCE, _same),
    Rule(_MEASURE, _measure),
    *english_french_dates.RULES,
    Rule(_ORDINAL, _ordinal),
    Rule(_SHORT_AMOUNT, _short_amount),
    Rule(_AMOUNT, _amount),
    Rule(_GROUPED, _grouped),
    Rule(_NUMERAL, _numeral),
]
_SCALE = r"\b(millions?|milliards?|billions?) "
TIDIED: list[Tidying] = [
    (re.compile(r"\b([Jj]e|[Tt]u) sais (?=[A-Z][a-z])"), r"\1 connais "),  # who is known, not what
    (re.compile(rf"{_SCALE}de (?:de |des |d'|en )"), r"\1 de "),
    (re.compile(rf"{_SCALE}de (?=[aeiouh\u00e0\u00e2\u00e9\u00e8\u00ea\u00ee\u00f4])"), r"\1 d'"),
    (re.compile(r"\b(?:dans|\u00e0|en) l[ae] (?=Royaume-Uni\b)"), "au "),
    (re.compile(r"\bla (?=Royaume-Uni\b)"), "le "),
    (re.compile(r"\bde les (?=ann\u00e9es \d)"), "des "),
    (re.compile(r"\bde le (?=(?:d\u00e9but|milieu) des ann\u00e9es)"), "du "),
    (re.compile(r"\bde du (?=(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) au )"), "du "),
    (re.compile(r"\b(?:en|\u00e0) la (?=(?:Seconde|Premi\u00e8re) Guerre mondiale)"), "pendant la "),
    (re.compile(r"\bl[ae] (?=(?:ONU|UE)\b)"), "l'"),
    (re.compile(r"\bdu (?=(?:ONU|UE)\b)"), "de l'"),
    (re.compile(r"\bau (?=(?:ONU|UE)\b)"), "\u00e0 l'"),
]
