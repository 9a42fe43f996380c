"""The days that a cell without a time of day may mean: dates, months, quarters, weeks, in any order of their parts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date

from seqserve.tabular.dates import month_names

YEARS = range(1600, 2301)
_BUDDHIST = range(2400, 2644)  # years of the Thai calendar
_BUDDHA = 543  # years that it is ahead
LAST_TWO_DIGIT = 36  # 36 is 2036, 37 is 1937
_ERAS = {
    "明治": 1867,
    "大正": 1911,
    "昭和": 1925,
    "平成": 1988,
    "令和": 2018,
    "民國": 1911,
    "民国": 1911,
}  # year before 1
CERTAIN = "certain"  # the reading of a form that has only one

_FISCAL = re.compile(r"\s*fy", re.IGNORECASE)
_TOKENS = re.compile(r"\d+|[^\W\d_]+")
_ERA = re.compile(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)年?")
_FOREIGN = re.compile(r"[^\w\s\-/.,:'’()º]")
_FILLERS = {*("st", "nd", "rd", "th", "of", "de", "del", "the", "den", "le", "er", "e", "d", "a", "fy", "anno")}
_FILLERS |= {*("年", "月", "日", "년", "월", "일", "г", "год", "р", "tháng", "ngày", "năm")}
_QUARTER = {
    *("q", "qtr", "quarter", "quartal", "trimestre", "trimester", "trim", "t", "kv", "kvartal", "kwartal", "tr", "кв")
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WEEK = {*("w", "wk", "week", "kw", "woche", "semaine", "sem", "semana", "settimana", "uke", "vecka", "uge", "tydzien")}
_MOST_WEEKDAYS = 14  # written in full and cut short


class Vocabulary:
    """What the words of a column mean, given all of its cells.

    Args:
        cells: all of them, a day each.
        hint: `week`, `quarter` or nothing, told by the column's name; `season` for years such as 1999/00.
        weekdays: whether a few unknown words in front of whole dates, or behind them, are days of the week.
    """

    def __init__(self, cells: Iterable[str], hint: str = "", *, weekdays: bool = True) -> None:
        tokens = [tokenize(cell) for cell in cells]
        words = {token for row in tokens for token in row if not token.isdecimal()} - _FILLERS
        self.romans = _ROMAN if words >= {"ii", "iii"} else {}
        known = words & (_QUARTER | _WEEK | {"m", "s", "h"} | self.romans.keys())
        self.months = month_names.numbers(words - known) if 0 < len(words - known) <= 100 else {}
        others = words - known - self.months.keys()
        at_the_edge = {token for row in tokens if row for token in (row[0], row[-1])}
        self.weekdays = others if weekdays and len(others) <= _MOST_WEEKDAYS and others <= at_the_edge else set()
        halves = [row[row.index("s") + 1] for row in tokens if "s" in row[:-1]]
        self.s_is_half = all(number in ("1", "2") for number in halves)
        self.hint = hint or _hint_of_numbers(tokens)

    def kind(self, token: str) -> str:
        """`Y` four digits, `n` fewer, `D` eight, `M` a month, `R` a Roman quarter, `Q`, `W`, `H`, `?` unknown."""
        if token.isdecimal():
            return {1: "n", 2: "n", 3: "j", 4: "Y", 8: "D"}.get(len(token), "?")
        if token in self.months:
            return "M"
        if token in self.romans:
            return "R"
        if token in _QUARTER:
            return "Q"
        if token in _WEEK or (token == "s" and not self.s_is_half):
            return "W"
        return {"m": "P", "s": "H", "h": "H"}.get(token, "?")


def _hint_of_numbers(cells: list[list[str]]) -> str:
    """What numbers beside years count, where they are too many for months, or never more than four in several years."""
    pairs = [sorted(row, key=len) for row in cells if len(row) == 2 and sorted(map(len, row))[-1] == 4]
    parts = {(part, year) for part, year in pairs if part.isdecimal() and len(part) < 3 and year.isdecimal()}
    counted = {int(part) for part, _ in parts}
    if not counted or len(parts) < len(cells) / 2:
        return ""
    if len(parts) > 2 and all(len(part) == 2 and int(part) == (int(year) + 1) % 100 for part, year in parts):
        return "season"
    if max(counted) > 12:
        return "week" if max(counted) <= 53 else ""
    return "quarter" if counted == {1, 2, 3, 4} and len(parts) >= 8 else ""


def tokenize(cell: str) -> list[str]:
    """Its words, in lower case, and numbers; nothing if it has signs that no date has."""
    text = unicodedata.normalize("NFKC", cell).lower()
    if not text.isascii():
        text = _ERA.sub(_year_of_era, text)  # vowels of Thai and Hindi are marks, which are no letters
        text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Mc"))
    return [] if _FOREIGN.search(text) or text.startswith("-") else _TOKENS.findall(text)


def _year_of_era(match: re.Match[str]) -> str:
    return str(_ERAS[match[1]] + (1 if match[2] == "元" else int(match[2]))) + "年"


def readings(cell: str, vocabulary: Vocabulary) -> dict[str, date]:
    """Order of the parts (`dmy`, `mdy`, `ymd`, `my`, or `certain`) to the day that the cell means in it."""
    tokens = [token for token in tokenize(cell) if token not in _FILLERS]
    shorter = [token for token in tokens if token not in vocabulary.weekdays]
    if len(shorter) < len(tokens) and len(shorter) != 3:
        return {}  # a weekday stands beside a whole date
    tokens = shorter
    form = "".join(map(vocabulary.kind, tokens))
    months = vocabulary.months | vocabulary.romans
    numbers = [
        months[token] if token in months else int(token) for token in tokens if token in months or token.isdecimal()
    ]
    if form == "D":
        return _of_digits(tokens[0])
    found: dict[str, date | None] = {}
    if form in _ORDERED:
        for order, places in _ORDERED[form].items():
            year, month, day = (numbers[place] for place in places)
            found[order] = _day(year, month, day)
    elif form in _SHORT:
        year, part = (numbers[place] for place in _SHORT[form][1])
        found[CERTAIN] = _PERIODS[_SHORT[form][0] or vocabulary.hint or "month"](year, part)
    elif form in ("Mn", "nM"):  # month and year of two digits; of a day it would have no year
        found["my"] = _day(numbers[form.index("n")], numbers[form.index("M")], 1)
    elif form == "Y" or (form == "n" and len(tokens[0]) == 2 and _FISCAL.match(cell)):
        found[CERTAIN] = _day(numbers[0], 1, 1)
    elif form == "YY":
        found[CERTAIN] = _day(numbers[0], 1, 1) if numbers[1] == numbers[0] + 1 else None
    elif form == "YWnn":
        found[CERTAIN] = _week(numbers[0], numbers[1], numbers[2])
    elif form == "Yj":
        found[CERTAIN] = _day_of_year(numbers[0], numbers[1])
    return {order: day for order, day in found.items() if day is not None}


def is_month_alone(cell: str, vocabulary: Vocabulary) -> bool:
    """Whether a cell is the name of a month and no more."""
    return [vocabulary.kind(token) for token in tokenize(cell)] == ["M"]


# Form to order to where year, month and day stand.
_ORDERED: dict[str, dict[str, tuple[int, int, int]]] = {
    "Ynn": {CERTAIN: (0, 1, 2)},
    "YMn": {CERTAIN: (0, 1, 2)},
    "nMY": {CERTAIN: (2, 1, 0)},
    "MnY": {CERTAIN: (2, 0, 1)},
    "Mnn": {CERTAIN: (2, 0, 1)},
    "nMn": {"dmy": (2, 1, 0), "ymd": (0, 1, 2)},
    "nnY": {"dmy": (2, 1, 0), "mdy": (2, 0, 1)},
    "nnn": {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)},
    # A weekday that reads like a month stands beside a whole date: `mar. 04/01/2022`.
    "MnnY": {"dmy": (3, 2, 1), "mdy": (3, 1, 2)},
    "nnYM": {"dmy": (2, 1, 0), "mdy": (2, 0, 1)},
    "MYnn": {CERTAIN: (1, 2, 3)},
    "MnMY": {CERTAIN: (3, 2, 1)},
}
# Form to the period that it names, empty where the column's name says which, and where year and number stand.
_SHORT: dict[str, tuple[str, tuple[int, int]]] = {
    "Yn": ("", (0, 1)),
    "nY": ("", (1, 0)),
    "YM": ("month", (0, 1)),
    "MY": ("month", (1, 0)),
    "YPn": ("month", (0, 1)),
    "PnY": ("month", (1, 0)),
    "YQn": ("quarter", (0, 1)),
    "QnY": ("quarter", (1, 0)),
    "nQY": ("quarter", (1, 0)),
    "RY": ("quarter", (1, 0)),
    "YR": ("quarter", (0, 1)),
    "RQY": ("quarter", (1, 0)),
    "RWY": ("quarter", (1, 0)),  # `I kw. 2020` in Polish
    "YQR": ("quarter", (0, 1)),
    "QRY": ("quarter", (1, 0)),
    "Qnn": ("quarter", (1, 0)),
    "nQn": ("quarter", (1, 0)),
    "nnQ": ("quarter", (0, 1)),
    "YnQ": ("quarter", (0, 1)),
    "YWn": ("week", (0, 1)),
    "WnY": ("week", (1, 0)),
    "nWY": ("week", (1, 0)),
    "YHn": ("half", (0, 1)),
    "HnY": ("half", (1, 0)),
}


def _of_digits(digits: str) -> dict[str, date]:
    certain = _day(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if int(digits[:4]) in YEARS else None
    if certain is not None:
        return {CERTAIN: certain}
    first, second, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    found = {"dmy": _day(year, second, first), "mdy": _day(year, first, second)}
    return {order: day for order, day in found.items() if day is not None}


def _day(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 2000 if year <= LAST_TWO_DIGIT else 1900
    if year in _BUDDHIST:
        year -= _BUDDHA
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _quarter(year: int, number: int) -> date | None:
    return _day(year, 3 * number - 2, 1) if 1 <= number <= 4 else None


def _half(year: int, number: int) -> date | None:
    return _day(year, 6 * number - 5, 1) if 1 <= number <= 2 else None


def _month(year: int, number: int) -> date | None:
    return _day(year, number, 1)


def _season(year: int, _: int) -> date | None:
    return _day(year, 1, 1)


def _week(year: int, week: int, weekday: int = 1) -> date | None:
    """Monday of an ISO 8601 week."""
    try:
        return date.fromisocalendar(year, week, weekday) if year in YEARS else None
    except ValueError:
        return None


def _day_of_year(year: int, number: int) -> date | None:
    first = _day(year, 1, 1)
    if first is None or not 1 <= number <= 366:
        return None
    found = date.fromordinal(first.toordinal() + number - 1)
    return found if found.year == year else None


_PERIODS: dict[str, Callable[[int, int], date | None]] = {
    "month": _month,
    "quarter": _quarter,
    "week": _week,
    "half": _half,
    "season": _season,
}
