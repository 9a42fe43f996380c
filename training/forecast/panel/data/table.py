"""From a table to a panel: a series for each target of each id, covariates encoded, the calendar computed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.inputs import calendar
from seqserve.forecast.panel.inputs.calendar import CalendarName
from seqserve.forecast.panel.inputs.covariates import Covariate, encoded
from seqserve.tabular.table import Series, Table
from training.forecast.panel.data.series import PanelSeries

_YEARS_AHEAD = 10
"""Years of holidays behind the data that a version knows."""


@dataclass(frozen=True)
class Columns:
    """Names of the columns of a table by their role."""

    targets: list[str]
    known: list[str]
    past: list[str]
    static: list[str]


@dataclass(frozen=True)
class Panel:
    """The series of a table, and how its columns were encoded."""

    series: list[PanelSeries]
    known: list[Covariate]
    past: list[Covariate]
    static: list[Covariate]
    calendar: list[CalendarName]
    holidays: list[str]

    @property
    def has_covariates(self) -> bool:
        return bool(self.known or self.past or self.static or self.holidays)


def panel(table: Table, columns: Columns, countries: list[str]) -> Panel:
    """Encode a table.

    Args:
        countries: whose public holidays are known ahead, ISO codes.

    Raises:
        ValueError: a column is not there, a series has no value, or there is no such country.
    """
    known = [_covariate(table, name) for name in columns.known]
    past = [_covariate(table, name) for name in columns.past]
    static = [_static(table, name) for name in columns.static]
    dated = [series.times for series in table.series if series.times is not None]
    names = calendar.chosen(max(dated, key=len)) if dated and table.frequency else []
    days = holidays(countries, dated) if countries else []
    found = []
    for number, series in enumerate(table.series):
        beside = _beside(table, number, known, past, static, names, days)
        for target in columns.targets:
            label = "/".join([part for part in (series.id, target if len(columns.targets) > 1 else None) if part])
            values = series.values[:, _place(table, target)]
            if np.isfinite(values).any():
                found.append(PanelSeries(label or target, values, *beside, series.times))
    if not found:
        raise ValueError(f"column {columns.targets[0]} holds no value")
    return Panel(found, known, past, static, names, days)


def holidays(countries: list[str], dated: list[pd.DatetimeIndex]) -> list[str]:
    """Public holidays from the first date on until some years behind the last, ISO dates.

    Raises:
        ValueError: there are no dates, or no such country.
    """
    import holidays as public

    if not dated:
        raise ValueError("--holidays needs a table with dates")
    years = range(min(times[0].year for times in dated), max(times[-1].year for times in dated) + _YEARS_AHEAD)
    found: set[str] = set()
    for country in countries:
        try:
            found |= {day.isoformat() for day in public.country_holidays(country, years=years)}
        except NotImplementedError:
            raise ValueError(f"--holidays: no country {country!r}; write an ISO code such as DE, FR or US") from None
    return sorted(found)


def _beside(
    table: Table,
    number: int,
    known: list[Covariate],
    past: list[Covariate],
    static: list[Covariate],
    names: list[CalendarName],
    days: list[str],
) -> tuple[Floats, Floats, Floats, Floats]:
    """Known (T + F, K), past (T, P), static (S,) and calendar (T + F, Q) of a series."""
    series = table.series[number]
    steps = len(series.values)
    ahead = 0 if series.future is None else len(series.future)
    known_values = encoded(known, {one.name: _cells(table, number, one.name) for one in known}, "known", steps + ahead)
    past_values = encoded(past, {one.name: _cells(table, number, one.name)[:steps] for one in past}, "past", steps)
    cells = {one.name: [table.static[one.name][number]] for one in static}
    static_values = encoded(static, cells, "static", 1)[0]
    times = series.times
    if times is not None and series.future_times is not None:
        times = pd.DatetimeIndex(times.append(series.future_times))
    dates = np.zeros((steps + ahead, calendar.columns(names)))
    if names and times is not None:
        dates = calendar.values(times, names)
    if days and times is not None:
        free = pd.DatetimeIndex(times).tz_localize(None).normalize().isin(pd.DatetimeIndex(days))
        known_values = np.concatenate([known_values, free.astype(np.float64)[:, np.newaxis]], axis=1)
    return known_values, past_values, static_values, dates


def _cells(table: Table, number: int, name: str) -> list[float | str | None]:
    """The cells of a covariate, those behind the series included."""
    if name in table.texts:
        return list(table.texts[name][number])
    series: Series = table.series[number]
    place = _place(table, name)
    cells = series.values[:, place]
    if series.future is not None:
        cells = np.concatenate([cells, series.future[:, place]])
    return [None if np.isnan(cell) else float(cell) for cell in cells]


def _covariate(table: Table, name: str) -> Covariate:
    if name in table.texts:
        return Covariate.of_texts(name, [cell for cells in table.texts[name] for cell in cells])
    place = _place(table, name)
    return Covariate.of_numbers(name, np.concatenate([series.values[:, place] for series in table.series]))


def _static(table: Table, name: str) -> Covariate:
    if name not in table.static:
        raise ValueError(f"no static column {name!r}; there are: {', '.join(table.static) or 'none'}")
    cells = table.static[name]
    return Covariate.of_texts(name, [None if cell is None else str(cell) for cell in cells])


def _place(table: Table, name: str) -> int:
    lower = [feature.lower() for feature in table.features]
    if name.lower() not in lower:
        raise ValueError(f"no column {name!r}; the columns are {', '.join(table.features)}")
    return lower.index(name.lower())
