"""What the name of a column says of the dates in it."""

from __future__ import annotations

import re

_NAMES = re.compile(
    "date|datum|fecha|data|dato|datetime|time|zeit|zeitpunkt|zeitstempel|timestamp|ts|ds|epoch|unix|when|stamp"
    "|day|tag|dia|día|jour|week|woche|semaine|semana|yearweek|month|monat|mes|mois|mese|quarter|quartal|trimestre"
    "|日付|日期|日時|年月|年度|時間|时间|時刻|月份|날짜|일자|дата|время|месяц|период|год|tarih|dátum|päivämäärä|pvm|ngày"
    "|التاريخ|تاريخ|تاریخ|วันที่|תאריך|दिनांक|ημερομηνία|okres|miesiąc|kuukausi|hónap"
    "|year|jahr|ano|año|annee|année|anno|jaar|rok|period|periode|periodo|período|uhrzeit|hora|heure|ora|tijd|päivä"
)
_WORDS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zäöü])(?=[A-Z])")
_WEEKS = {"yearweek", "week", "weeks", "woche", "kw", "semaine", "semana", "wk", "isoweek"}
_QUARTERS = {"quarter", "quarters", "quartal", "trimestre", "qtr", "trimester"}


def is_named(column: str) -> bool:
    """Whether the name of a column says that it holds dates or times."""
    return any(map(_NAMES.fullmatch, words_of(column)))


def is_only_named(column: str) -> bool:
    """Whether all words of its name say so: not those of `day-ahead price`."""
    return bool(words_of(column)) and all(map(_NAMES.fullmatch, words_of(column)))


def words_of(column: str) -> set[str]:
    """The words of a name, in lower case: `tradeDate` and `trade_date` have two."""
    return {word.lower() for word in _WORDS.findall(_CAMEL.sub(" ", column))}


def hint(name: str) -> str:
    """`week` or `quarter` where a name says that its column holds those, else nothing."""
    words = words_of(name)
    return "week" if words & _WEEKS else "quarter" if words & _QUARTERS else ""
