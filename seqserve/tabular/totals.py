"""Rows of totals and averages among the rows of a table, as reports and pivot tables have them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seqserve.core.messages import counted
from seqserve.tabular import column_runs
from seqserve.tabular.files import header, rows
from seqserve.tabular.numeric import numbers

_MOST_ROWS = 50_000  # reports are short
_MOST = 0.34  # share of the rows
_WORDS = (
    r"(?:(?:sub|grand|sous)[ -]?)?total(?:s|e|es)?|totaal|(?:zwischen|gesamt)?summe|sum|gesamt|insgesamt|somme"
    r"|suma|soma|average|avg|mean|mittelwert|durchschnitt|moyenne|promedio|media|média|gemiddelde"
    r"|итого|всего|среднее|razem|celkem|yhteensä|summa|toplam|合计|总计|小计|合計|小計|計|합계|소계"
)
_TOTAL = rf"(?i)^(?:.{{0,20}}[\s:,-])?(?:{_WORDS})(?:[\s:,-].{{0,20}})?$"


def without(frame: pd.DataFrame) -> pd.DataFrame:
    """The table without rows that say so where others have a date, a year or a month, and a note of it."""
    if len(frame) > _MOST_ROWS:
        return frame
    for column in frame.columns:
        cells = frame[column]
        if not pd.api.types.is_string_dtype(cells.dtype):
            continue
        text = cells.str.strip()
        are = text.str.fullmatch(_TOTAL).to_numpy(bool)
        if not are[: len(are) - int(np.argmin(are[::-1]))].any():  # below the table they are a footer
            continue
        others = list(dict.fromkeys(text[~are][~numbers.gaps(text[~are])]))
        if are.mean() <= _MOST and others and _are_times(others):
            attrs = frame.attrs
            note = f"{counted(int(are.sum()), 'row')} of totals or averages skipped: {text[are].iloc[0]}"
            frame = frame[~are]
            frame.attrs = attrs | {rows.NOTES: [*attrs.get(rows.NOTES, []), note]}
    return frame


def _are_times(cells: list[str]) -> bool:
    months = column_runs.months(cells[:12])
    dates = (header.is_date(cell) and (not numbers.is_number(cell) or len(cell) == 4) for cell in cells[:200])
    return all(dates) or len(months) == len(cells[:12])
