"""Rows of totals and averages among the rows of a table, as reports, pivot tables and statistical offices have them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seqserve.core.messages import counted
from seqserve.tabular import column_runs
from seqserve.tabular.files import header, rows
from seqserve.tabular.numeric import numbers
from seqserve.tabular.roles import parts

_MOST_ROWS = 50_000  # reports are short
_MOST = 0.34  # share of the rows
_WORDS = (
    r"(?:(?:sub|grand|sous)[ -]?)?total(?:s|e|es)?|totaal|(?:zwischen|gesamt)?summe|sum|gesamt|insgesamt|somme"
    r"|suma|soma|average|avg|mean|mittelwert|durchschnitt|moyenne|promedio|media|média|gemiddelde"
    r"|итого|всего|среднее|razem|celkem|yhteensä|summa|toplam|合计|总计|小计|合計|小計|計|합계|소계"
)
_TOTAL = rf"(?i)^(?:.{{0,20}}[\s:,-])?(?:{_WORDS})(?:[\s:,-].{{0,20}})?$"
_NAME = r"[^\W\d_]{3,10}\.?"
_PERIODS = {  # the longest first
    "years": r"\d{4}",
    "quarters": r"\d{4}[ -]?[Qq][1-4]|[Qq][1-4][ /-]?\d{4}",
    "months": rf"\d{{4}}[ -]?(?:M?\d\d|{_NAME})|{_NAME}[ -]?\d{{4}}",
}
_OF_YEAR = r"M13|Q0?5|S0?3"  # how the Bureau of Labor Statistics counts the average of a year


def without(frame: pd.DataFrame) -> pd.DataFrame:
    """The table without rows that say so where others have a date, a year or a month, and a note of it."""
    if len(frame) > _MOST_ROWS:
        return frame
    for column in frame.columns:
        cells = frame[column]
        if not pd.api.types.is_string_dtype(cells.dtype):
            continue
        text = cells.str.strip()
        longer, words = _of_longer_periods(text)
        if longer.any():
            frame = _cut(
                frame, longer, f"{counted(int(longer.sum()), 'row')} of {words} skipped, as others are shorter"
            )
            text = text[~longer]
        are = text.str.fullmatch(_TOTAL).to_numpy(bool)
        if not are[: len(are) - int(np.argmin(are[::-1]))].any():  # below the table they are a footer
            continue
        others = list(dict.fromkeys(text[~are][~numbers.gaps(text[~are])]))
        if are.mean() <= _MOST and others and _are_times(others):
            frame = _cut(
                frame, are, f"{counted(int(are.sum()), 'row')} of totals or averages skipped: {text[are].iloc[0]}"
            )
    return frame


def _cut(frame: pd.DataFrame, out: np.ndarray, note: str) -> pd.DataFrame:
    attrs = frame.attrs
    frame = frame[~out]
    frame.attrs = attrs | {rows.NOTES: [*attrs.get(rows.NOTES, []), note]}
    return frame


def _of_longer_periods(text: pd.Series) -> tuple[np.ndarray, str]:
    """Which rows are years, or quarters, where most are months; and what they are."""
    if parts.role_of(str(text.name)) == "period" and text.str.fullmatch(r"[MQS]\d\d?").all():
        return text.str.fullmatch(_OF_YEAR).to_numpy(bool), "years"
    if text.head(1).str.fullmatch("|".join(_PERIODS.values())).all():
        kinds = {words: text.str.fullmatch(pattern).to_numpy(bool) for words, pattern in _PERIODS.items()}
        there = [words for words, are in kinds.items() if are.any()]
        if len(there) > 1 and sum(int(are.sum()) for are in kinds.values()) >= 0.95 * len(text):
            return np.logical_or.reduce([kinds[words] for words in there[:-1]]), " and ".join(there[:-1])
    return np.zeros(len(text), bool), ""


def _are_times(cells: list[str]) -> bool:
    months = column_runs.months(cells[:12])
    dates = (header.is_date(cell) and (not numbers.is_number(cell) or len(cell) == 4) for cell in cells[:200])
    return all(dates) or len(months) == len(cells[:12])
