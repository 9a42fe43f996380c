"""How French writes English dates, days, decades and times of the day."""

from __future__ import annotations

import re

from seqserve.translation.wordings import english_numerals
from seqserve.translation.wordings.english_numerals import BEFORE_NOUN
from seqserve.translation.wordings.rule import Rule

_NOUN = re.compile(BEFORE_NOUN)
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
_MONTH_OF = re.compile(rf"(?<=\b[Tt]he )(?P<month>{'|'.join(_MONTHS)}) (?P<year>[12]\d{{3}}){BEFORE_NOUN}")
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


def _days(match: re.Match[str]) -> str:
    return f"{'D' if match.start() == 0 else 'd'}u {_DAY_NAMES[match['first']]} au {_DAY_NAMES[match['last']]}"


RULES = [
    Rule(_DAYS, _days),
    Rule(_CLOCK, _clock),
    Rule(_TOLD, _told),
    Rule(_DAY_OF_MONTH, _day_of_month),
    Rule(_DATE, _date),
    Rule(_MONTH_OF, _month_of),
    Rule(_PART_OF_DECADE, _part_of_decade),
    Rule(_DECADE, _decade),
    Rule(_DECADE_SHORT, _decade),
    Rule(_AGED, _aged),
]
