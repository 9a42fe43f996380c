"""How French writes what English has: amounts, ordinals, dates, times of the day, titles, abbreviations."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from seqserve.translation.markup.copied_patterns import UNIT
from seqserve.translation.wordings import english_numerals
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
_NO_NOUN = (
    "in|of|by|for|at|on|and|or|to|from|with|as|a|an|per|last|this|each|every|was|were|is|are|will|would|has|had|have"
    "|since|than|but|during|after|before|when|if|because|not|did|do|does|can|could|may|so|which|that|who|more|less"
    "|today|tonight|now|ago|yesterday|tomorrow|here|there|please|sharp|exactly"
)
_BEFORE_NOUN = rf"(?= (?!(?:{_NO_NOUN})\b)[a-z])"
_NOUN = re.compile(_BEFORE_NOUN)
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<country>(?:US|CA|AU|NZ|HK|[ACS])(?=\$[\d.,]*\d(?!\w)))?(?P<sign>[$\u20ac\u00a3\u00a5])?\s?"
    rf"(?P<range>(?:{_FIGURES})(?:[-\u2013](?P=sign)?|\s[-\u2013]\s(?P=sign)))?(?P<figures>{_FIGURES})(?![.,\u2013-]?\d|\s?%|[A-Za-z])"
    rf"(?:[ -](?P<scale>(?i:{'|'.join(_SCALES)}))s?\b)?"
    rf"(?![ -](?i:{'|'.join(_SCALES)}))(?: (?P<coin>(?i:{'|'.join(_COINS)}))\b)?(?P<noun>{_BEFORE_NOUN})?"
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
_NUMERAL = re.compile(rf"{english_numerals.NUMERAL}(?P<noun>{_BEFORE_NOUN})?", re.IGNORECASE)
_ENDINGS = {"one": "st", "two": "nd", "few": "rd", "other": "th"}
_ORDINAL = re.compile(
    r"(?<![\w.,])(?<![Oo]n the )(?P<figures>\d{1,4})(?:st|nd|rd|th)\b(?! of\b)(?P<century> century\b)?"
)
_BRANCHES = r"\s+".join(rf"{kind}\s?\{{#{ending}\}}" for kind, ending in _ENDINGS.items())
_ORDINAL_MESSAGE = re.compile(rf"(?P<begin>\{{\s?\w{{1,60}},\s?selectordinal,)\s*{_BRANCHES}\s*\}}")
_DECADE = re.compile(r"\b(?:(?P<in>[Ii]n )?(?P<the>[Tt]he ))?(?P<year>(?:1[5-9]|20)\d0)s\b")

_DECADE_SHORT = re.compile(r"\b(?P<in>[Ii]n )?(?P<the>[Tt]he )['\u2019]?(?P<year>[2-9]0)s\b")
_PART_OF_DECADE = re.compile(
    r"\b(?P<in>[Ii]n )?(?:the )?(?P<part>[Ee]arly|[Mm]id|[Ll]ate)[ -](?:the )?['\u2019]?"
    r"(?P<year>(?:(?:1[5-9]|20)\d|[2-9])0)s\b"
)
_PARTS = {
    "early": ("au d\u00e9but", "le d\u00e9but"),
    "mid": ("au milieu", "le milieu"),
    "late": ("\u00e0 la fin", "la fin"),
}
_AGED = re.compile(r"\bin (?:his|her|their|my|your|our) (?P<years>[2-9]0)s\b")
_TENS = {"20": "vingtaine", "30": "trentaine", "40": "quarantaine", "50": "cinquantaine", "60": "soixantaine"}

_MONTHS = {
    "January": "janvier",
    "February": "f\u00e9vrier",
    "March": "mars",
    "April": "avril",
    "May": "mai",
    "June": "juin",
    "July": "juillet",
    "August": "ao\u00fbt",
    "September": "septembre",
    "October": "octobre",
    "November": "novembre",
    "December": "d\u00e9cembre",
}
_SHORT = {month[:3]: name for month, name in _MONTHS.items()}
_MONTH = "|".join(rf"{month}|{month.upper()}|{month[:3]}t?\.?" for month in _MONTHS)
_DAY_NAMES = {
    "Mon": "lundi",
    "Tue": "mardi",
    "Wed": "mercredi",
    "Thu": "jeudi",
    "Fri": "vendredi",
    "Sat": "samedi",
    "Sun": "dimanche",
}
_DAY, _REST = "|".join(_DAY_NAMES), r"(?:s|r|rs|(?:s|nes|rs|ur)?day)?"
_DAY_NUMBER, _ENDED = r"(?:3[01]|[12]\d|0?[1-9])", "(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:(?P<on>[Oo]n )(?:the )?)?(?:(?P<weekday>{_DAY}){_REST}\.?, )?(?<!\b[Ii]n )(?P<month>{_MONTH}) "
    rf"(?P<day>{_DAY_NUMBER}){_ENDED}(?:\s?[-\u2013]\s?(?P<until>{_DAY_NUMBER}){_ENDED})?"
    r"(?![.,:]?\d)(?:,? (?P<year>[12]\d{3})\b)?"
)
_DAY_OF_MONTH = re.compile(
    rf"\b(?:[Oo]n )?[Tt]he (?P<day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th) of (?P<month>{_MONTH})\b"
    r"(?:,? (?P<year>[12]\d{3})\b)?"
)
_MONTH_OF = re.compile(rf"(?<=\b[Tt]he )(?P<month>{'|'.join(_MONTHS)}) (?P<year>[12]\d{{3}}){_BEFORE_NOUN}")
_CLOCK = re.compile(
    r"(?<![\w.,:])(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[apAP])"
    r"(?:\.[mM](?:\.(?=\s+[^A-Z])|\.(?=[,;\u2013-]))?|[mM])(?!\w)"
)
_DAYS = re.compile(rf"\b(?P<first>{_DAY}){_REST}\.?\s?[-\u2013]\s?(?P<last>{_DAY}){_REST}(?:\.(?=\s*[\d,]))?(?!\w)")
_MINUTES = {"half": 30, "a quarter": 15, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
_TOLD = re.compile(
    rf"\b(?P<minutes>{'|'.join(sorted(_MINUTES, key=len, reverse=True))})(?: minutes)? (?P<side>past|to) "
    rf"(?P<hour>{english_numerals.HOURS})\b(?![ -](?:people|of|years?|hundred|thousand))",
    re.IGNORECASE,
)

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
_NUMBERED = re.compile(rf"(?<!\w)[Nn]o\.\s?(?P<figures>\d+)(?!\w|[.,]\d)(?! (?!(?:{_NO_NOUN})\b)[a-z])")
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


def _decade(match: re.Match[str]) -> str:
    before = {"I": "Dans ", "i": "dans "}.get((match["in"] or " ")[0], "")
    article = {"T": "Les ", "t": "les "}.get((match["the"] or " ")[0], "")
    return f"{before}{article}ann\u00e9es {match['year']}"


def _part_of_decade(match: re.Match[str]) -> str:
    within, alone = _PARTS[match["part"].lower()]
    words = f"{within if match['in'] else alone} des ann\u00e9es {match['year']}"
    return words[0].upper() + words[1:] if match[0][0].isupper() else words


def _aged(match: re.Match[str]) -> str:
    years = match["years"]
    return f"dans la {_TENS[years]}" if years in _TENS else f"\u00e0 plus de {years} ans"


def _date(match: re.Match[str]) -> str:
    articles = ("Du ", "du ", " au ") if match["until"] else ("Le ", "le ", "")
    before = {"O": articles[0], "o": articles[1]}.get((match["on"] or " ")[0], "")
    weekday = f"{_DAY_NAMES[match['weekday']]} " if match["weekday"] else ""
    day = {"1": "1er"}.get(number := match["day"].lstrip("0"), number)
    until = f"{articles[2] if before else '-'}{match['until'].lstrip('0')}" if match["until"] else ""
    year = f" {match['year']}" if match["year"] else ""
    return f"{before}{weekday}{day}{until} {_SHORT[match['month'][:3].title()]}{year}"


def _day_of_month(match: re.Match[str]) -> str:
    day = "1er" if match["day"] == "1" else match["day"]
    year = f" {match['year']}" if match["year"] else ""
    return f"{'L' if match[0][0].isupper() else 'l'}e {day} {_SHORT[match['month'][:3].title()]}{year}"


def _month_of(match: re.Match[str]) -> str:
    month = _MONTHS[match["month"]]
    of = "d'" if month[0] in "ao" else "de "
    return f"{of}{month} {match['year']}"


def _time(hour: int, minute: int) -> str:
    return f"{hour} h {minute:02}" if minute else f"{hour} h"


def _clock(match: re.Match[str]) -> str:
    hour = int(match["hour"]) % 12 + (12 if match["half"] in "pP" else 0)
    return _time(hour, int(match["minute"] or 0))


def _told(match: re.Match[str]) -> str | None:
    hour, minutes = english_numerals.value(match["hour"]), _MINUTES[match["minutes"].lower()]
    if hour is None:
        return None
    if match["side"] == "past":
        return _time(hour, minutes)
    if minutes == _MINUTES["half"] or _NOUN.match(match.string, match.end()):  # "five to ten minutes"
        return None
    return _time((hour - 2) % 12 + 1, 60 - minutes)


def _numbered(match: re.Match[str]) -> str:
    return f"{'N' if match.start() == 0 else 'n'}\u00b0{_SPACE}{match['figures']}"


def _days(match: re.Match[str]) -> str:
    return f"{'D' if match.start() == 0 else 'd'}u {_DAY_NAMES[match['first']]} au {_DAY_NAMES[match['last']]}"


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
    Rule(_DAYS, _days),
    Rule(_MEASURE, _measure),
    Rule(_CLOCK, _clock),
    Rule(_TOLD, _told),
    Rule(_DAY_OF_MONTH, _day_of_month),
    Rule(_DATE, _date),
    Rule(_MONTH_OF, _month_of),
    Rule(_PART_OF_DECADE, _part_of_decade),
    Rule(_DECADE, _decade),
    Rule(_DECADE_SHORT, _decade),
    Rule(_AGED, _aged),
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
