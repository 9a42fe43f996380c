"""Times whose parts stand in several columns: year and month, year and quarter, date and hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from seqserve.tabular.dates import column as date_column
from seqserve.tabular.dates import names as date_names
from seqserve.tabular.dates.column import Reading
from seqserve.tabular.numeric import numbers

_NAMES = {
    "year": "year years yr yy yyyy jahr ano año annee année anno jaar rok vuosi ar år",
    "month": "month months mon mo mm monat mes mês mois mese maand miesiac mesic",
    "day": "day days dd dy tag dia día jour giorno dag dom mday",
    "hour": "hour hours hr hh he hora heure ora uur stunde std",
    "minute": "minute minutes min mn minuto",
    "second": "second seconds sec",
    "quarter": "quarter qtr quartal trimestre q kwartaal",
    "half": "half halves semester semestre semestr halbjahr hy",
    "doy": "doy dayofyear yday jday",
    "week": "week weeks wk woche kw semaine semana isoweek settimana vecka uge uke",
    "period": "period periods periode periodo período période per",
}
_ROLES = {word: role for role, words in _NAMES.items() for word in words.split()}
_OF_A_YEAR = {"month": (12,), "quarter": (4,), "half": (2,), "week": (52, 53), "doy": (365, 366)}
_HOURS = 24
_HALF_HOURS = (46, 50)  # of a day, on days when clocks are changed too


def find(frame: pd.DataFrame) -> dict[str, str] | None:
    """Role to column of a year and what goes with it, or none."""
    found: dict[str, str] = {}
    for column in frame.columns:
        role = role_of(column)
        if role is not None:
            found.setdefault(role, column)
    if "year" not in found or not are_years(frame[found["year"]]):
        return None
    for finer in ("month", "quarter", "half", "week", "doy", "period"):
        if finer in found:
            chosen = ["year", finer]
            if finer == "month" and "day" in found:
                chosen += ["day"]
                for part in ("hour", "minute", "second"):
                    if part not in found:
                        break
                    chosen.append(part)
            return {role: found[role] for role in chosen}
    return None


def role_of(column: str) -> str | None:
    """The part of a time that a column is named for."""
    name = column.strip().lower().replace("_", " ").replace(" of ", "of")
    return _ROLES.get(name) or next(
        (
            _ROLES[word]
            for word in (name.replace("iso ", ""), name.split()[-1:][0] if name.split() else "")
            if word in _ROLES
        ),
        None,
    )


def read(frame: pd.DataFrame, roles: dict[str, str], day_first: bool | None) -> tuple[list[str], Reading]:
    """The times of columns by role, see `find`."""
    text = {role: as_text(frame[column]) for role, column in roles.items()}
    year = text["year"]
    if "quarter" in text:
        day = year + "-Q" + text["quarter"].str.extract(r"(\d)")[0].fillna("?")
    elif "half" in text:
        day = year + "-H" + text["half"].str.extract(r"([12])")[0].fillna("?")
    elif "doy" in text:
        day = year + "-" + text["doy"].str.zfill(3)
    elif "week" in text:
        day = year + "-W" + text["week"].str.extract(r"(\d{1,2})")[0].fillna("?")
    elif "period" in text:
        day = year + "-" + _periods(text["period"])
    else:
        day = year + "-" + text["month"] + "-" + text.get("day", pd.Series("1", index=year.index))
    reading = date_column.read(day.rename(" ".join(roles.values())), day_first=day_first)
    times = reading.times
    for role, seconds in (("hour", 3_600), ("minute", 60), ("second", 1)):
        if role in text:
            of_day = time_of_day(text[role], {role}) if role == "hour" else None
            plain = pd.to_timedelta(pd.to_numeric(text[role], errors="coerce") * seconds, unit="s")
            times = times + (of_day if of_day is not None else pd.TimedeltaIndex(plain))
    form = f"{', '.join(roles)} in a column each"
    return list(roles.values()), replace(reading, times=pd.DatetimeIndex(times).as_unit("us"), form=form)


def read_named(frame: pd.DataFrame, columns: Sequence[str], day_first: bool | None) -> Reading:
    """The times of columns that the user names: parts by their names, or a date and a time of day, in any order."""
    roles = {role: column for column in columns if (role := role_of(column)) is not None}
    if "year" in roles and len(roles) == len(columns):
        return read(frame, roles, day_first)[1]
    for first in columns:
        day = date_column.read(frame[first], day_first=day_first)
        rest = [other for other in columns if other != first]
        clocks = [time_of_day(frame[other], date_names.words_of(other)) for other in rest]
        of_day = [part for part in clocks if part is not None]
        if day.share > 0.5 and not day.only_clock and len(of_day) == len(rest):
            times = day.times
            for part in of_day:
                times = times + part
            return replace(day, times=pd.DatetimeIndex(times).as_unit("us"), form=f"{day.form} and time of day")
    joined = as_text(frame[columns[0]])
    for column in columns[1:]:
        joined = joined + " " + as_text(frame[column])
    return date_column.read(joined.rename(" ".join(columns)), day_first=day_first)


def time_of_day(cells: pd.Series, words: set[str]) -> pd.TimedeltaIndex | None:
    """How long after midnight each row is, or none if the column does not say that.

    A column of whole numbers does if it is named for hours, or for the 48 half-hours of a day.

    Raises:
        ValueError: a day has 25 hours, which a time of day cannot tell.
    """
    sample = numbers.gaps_aside(as_text(cells.iloc[:: max(1, len(cells) // 200)]))
    if not len(sample):
        return None
    if sample.str.contains(":|[AaPp]\\.?[Mm]", regex=True).mean() > 0.9:
        try:
            reading = date_column.read(as_text(cells))
        except ValueError:  # dates, whose day and month could change places
            return None
        return (
            pd.TimedeltaIndex(reading.times - pd.Timestamp(0)) if reading.only_clock and reading.share > 0.5 else None
        )
    roles = {_ROLES.get(word) for word in words}
    if not roles & {"hour", "period"} or not sample.str.fullmatch(r"\d{1,4}(?:\.0+)?|[Hh]\d{1,2}").all():
        return None
    text = as_text(cells)
    whole = pd.to_numeric(text.str.replace(r"^[Hh]", "", regex=True), errors="coerce")
    lowest, highest = whole.min(), whole.max()
    if "hour" in roles and highest == 25:
        raise ValueError(
            f"column {cells.name} counts 25 hours on days when clocks are put back; write the time of each row with "
            "its offset from UTC instead"
        )
    if "hour" in roles and highest <= 24:
        return pd.TimedeltaIndex(pd.to_timedelta(whole, unit="h"))
    if "hour" in roles and 99 < highest <= 2400 and (whole % 100 < 60).all():
        return pd.TimedeltaIndex(pd.to_timedelta(whole // 100 * 60 + whole % 100, unit="min"))
    if "period" in roles and lowest == 1 and _HALF_HOURS[0] <= highest <= _HALF_HOURS[1]:
        return pd.TimedeltaIndex(pd.to_timedelta((whole - 1) * 30, unit="min"))
    return None


def ends_of_hours(cells: pd.Series) -> bool:
    """Whether a column numbers the hours of a day 1 to 24, so that each is read as the time when it ends."""
    hours = pd.to_numeric(as_text(cells), errors="coerce")
    return role_of(str(cells.name)) == "hour" and bool(hours.min() == 1 and hours.max() == 24)


def covers_a_day(cells: pd.Series) -> bool:
    """Whether a column holds the times of a day, evenly, as the rows of a table with a column for each day do."""
    of_day = time_of_day(cells, date_names.words_of(str(cells.name)))
    if of_day is None or of_day.hasnans or not of_day.is_unique or len(of_day) < _HOURS:
        return False
    steps = set(np.diff(of_day.to_numpy()))
    return len(steps) == 1 and bool(steps.pop() * len(of_day) == pd.Timedelta(days=1))


def are_of_a_year(cells: pd.Series) -> bool:
    """Whether a column counts the months, quarters, weeks or days of a year, or has their names."""
    role = role_of(str(cells.name)) or ""
    different = list(dict.fromkeys(as_text(cells)))
    if role == "month" and not different[0].isdecimal():
        return len(different) == 12
    counted = pd.Series(different).str.extract(r"^\D{0,8}(\d{1,3})\D{0,8}$")[0]
    return len(different) in _OF_A_YEAR.get(role, ()) and counted.nunique() == len(different)


def as_text(cells: pd.Series) -> pd.Series:
    """Cells as strings, whole numbers without a fraction."""
    if cells.dtype.kind in "iuf":
        whole = cells.dtype.kind != "f" or bool((cells.dropna() % 1 == 0).all())
        return (cells.astype("Int64") if whole else cells).astype("str").where(cells.notna(), "")
    if cells.dtype.kind == "M" or isinstance(cells.dtype, pd.DatetimeTZDtype):
        return cells.astype("str")
    return cells.str.strip()


def are_years(cells: pd.Series) -> bool:
    """Whether a column holds years of four digits."""
    found = pd.to_numeric(cells, errors="coerce")
    return bool(found.between(1600, 2300).mean() > 0.9 and (found.dropna() % 1 == 0).all())


def are_years_of_rows(cells: pd.Series) -> bool:
    """Whether a column holds the year of each row, whatever its name: years in order, several rows each."""
    found = pd.to_numeric(cells, errors="coerce").dropna()
    in_order = found.is_monotonic_increasing or found.is_monotonic_decreasing
    return are_years(cells) and bool(in_order) and 4 * found.nunique() <= len(found)


def _periods(text: pd.Series) -> pd.Series:
    if text.str.fullmatch(r"\d{1,2}").mean() < 0.5:
        return text  # M01, Q1
    highest = float(np.nanmax(pd.to_numeric(text, errors="coerce")))
    weeks = "W" if highest > 50 else "?"  # 13 periods are no months and no weeks
    return ("Q" if highest <= 4 else "M" if highest <= 12 else weeks) + text
