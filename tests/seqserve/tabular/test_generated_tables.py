"""Tables in many formats, written by a seeded generator, come back as they were written, or are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular import series_table
from seqserve.tabular.series_table import Table

TABLES, PARTS = 240, 12
MOST_REFUSED = 0.1
"""Share of the tables that may have two readings: a short one whose days are all below 13."""

GERMAN = ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
SPANISH = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"]
SPANISH += ["septiembre", "octubre", "noviembre", "diciembre"]
FRENCH = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]

Write = Callable[[pd.Timestamp], str]


def worded(names: list[str], form: str) -> Write:
    return lambda time: form.format(name=names[time.month - 1], time=time)


DAYS: list[Write] = [
    lambda time: f"{time:%Y-%m-%d}",
    lambda time: f"{time:%Y/%m/%d}",
    lambda time: f"{time:%Y%m%d}",
    lambda time: f"{time:%d.%m.%Y}",
    lambda time: f"{time:%d/%m/%Y}",
    lambda time: f"{time:%m/%d/%Y}",
    lambda time: f"{time.day}.{time.month}.{time.year}",
    lambda time: f"{time.month}/{time.day}/{time:%y}",
    lambda time: f"{time:%y-%m-%d}",
    lambda time: f"{time:%d-%b-%Y}",
    lambda time: f"{time:%b %d, %Y}",
    lambda time: f"{time:%a, %d %b %Y}",
    lambda time: f"{time:%Y-%m-%d}T00:00:00Z",
    worded(GERMAN, "{time.day}. {name} {time.year}"),
    worded(SPANISH, "{time.day} de {name} de {time.year}"),
    worded(FRENCH, "{time.day} {name} {time.year}"),
    lambda time: str((time - pd.Timestamp("1899-12-30")).days),
    lambda time: str(time.value // 10**9),
    lambda time: str(time.value // 10**6),
]
MONTHS: list[Write] = [
    *DAYS[:7],
    lambda time: f"{time:%Y-%m}",
    lambda time: f"{time:%Y%m}",
    lambda time: f"{time:%m/%Y}",
    lambda time: f"{time:%b-%y}",
    lambda time: f"{time:%YM%m}",
    worded(GERMAN, "{name} {time.year}"),
    worded(SPANISH, "{name}-{time.year}"),
    worded(FRENCH, "{name} {time.year}"),
]
QUARTERS: list[Write] = [
    lambda time: f"{time.year}Q{time.quarter}",
    lambda time: f"Q{time.quarter} {time.year}",
    lambda time: f"{time.year}-Q{time.quarter}",
    lambda time: f"{time:%Y-%m-%d}",
]
WEEKS: list[Write] = [
    lambda time: "{}-W{:02d}".format(*time.isocalendar()[:2]),
    lambda time: "KW{1:02d}/{0}".format(*time.isocalendar()[:2]),
    *DAYS[:6],
]
TIMES: list[Write] = [
    lambda time: f"{time:%Y-%m-%d %H:%M}",
    lambda time: f"{time:%Y-%m-%dT%H:%M:%S}",
    lambda time: f"{time:%Y-%m-%d %H:%M:%S.000}",
    lambda time: f"{time:%d.%m.%Y %H:%M}",
    lambda time: f"{time:%m/%d/%Y %I:%M %p}",
    lambda time: f"{time:%Y%m%d%H%M}",
    lambda time: f"{time:%Y-%m-%d %H:%M:%S}+00",
    lambda time: f"{time:%Y-%m-%dT%H:%M:%S}Z",
    lambda time: f"{time:%Y-%m-%dT%H:%M:%S}+05:30",
    lambda time: f"{time:%Y-%m-%d %H:%M:%S}-0300",
    lambda time: str(time.value // 10**9),
    lambda time: (
        f"{time - pd.Timedelta(days=1):%Y-%m-%d} 24:00" if time.hour + time.minute == 0 else f"{time:%Y-%m-%d %H:%M}"
    ),
]
FORMS = {
    **dict.fromkeys(["D", "B", "28D", "SMS", "BME"], DAYS),
    **dict.fromkeys(["MS", "2MS"], MONTHS),
    **dict.fromkeys(["h", "30min", "15min", "6h"], TIMES),
    "W-MON": WEEKS,
    "QS": QUARTERS,
}
GAPS = ["", "NA", "n/a", "-", "NULL", "#N/A", "?"]
IDS: list[list[list[str]]] = [
    [],
    [["north", "south", "a/b"]],
    [["1", "2", "3"]],
    [["x", "y"], ["10", "20"]],
]
ID_NAMES = ["store", "product"]


@dataclass(frozen=True)
class Written:
    """A table and what it says: id to time (as it is written on the clock) to value."""

    content: bytes
    truth: dict[str | None, dict[pd.Timestamp, float]]
    about: str


def number(rng: np.random.Generator, decimals: int, mark: str, thousands: str) -> Callable[[float], str]:
    def write(value: float) -> str:
        text = f"{value:,.{decimals}f}".replace(",", "_").replace(".", mark).replace("_", thousands)
        return f"{text}"

    return write


def write(seed: int) -> Written:
    rng = np.random.default_rng(seed)

    def choose(options: list) -> object:
        return options[int(rng.integers(len(options)))]

    frequency = str(choose(list(FORMS)))
    form = choose(FORMS[frequency])
    delimiter = str(choose([",", ",", ";", "\t", "|"]))
    mark = "," if delimiter == ";" and rng.random() < 0.7 else str(choose([".", ","])) if delimiter == "\t" else "."
    thousands = str(choose(["", "", "." if mark == "," else ",", "\u00a0", "'"]))
    put = number(rng, int(rng.integers(0, 4)), mark, thousands)
    parse = lambda text: float(text.replace(thousands, "").replace(mark, ".") if thousands else text.replace(mark, "."))  # noqa: E731
    start = pd.Timestamp("1996-01-01") + pd.Timedelta(days=int(rng.integers(0, 9_000)))
    ids = choose(IDS)
    combinations: list[tuple[str, ...]] = [()]
    for values in ids:
        combinations = [(*before, value) for before in combinations for value in values]
    truth: dict[str | None, dict[pd.Timestamp, float]] = {}
    rows = []
    level = float(choose([3.0, 120.0, 4_000.0, 2_000_000.0]))
    for combination in combinations:
        times = pd.date_range(start, periods=int(rng.integers(40, 140)), freq=frequency)
        if rng.random() < 0.4:
            times = times.delete(np.unique(rng.integers(1, len(times) - 1, 3)))
        known = truth.setdefault("/".join(combination) or None, {})
        for time in times:
            cell = put(level * (1 + 0.3 * float(rng.standard_normal())))
            if rng.random() < 0.02 and time not in (times[0], times[-1]):
                known[time], cell = np.nan, str(choose(GAPS))
            else:
                known[time] = parse(cell)
            rows.append([*combination, form(time), cell])
    order = str(choose(["as is", "newest first", "shuffled", "by time"]))
    if order == "newest first":
        rows.reverse()
    elif order == "shuffled":
        rows = [rows[at] for at in rng.permutation(len(rows))]
    names = [
        *ID_NAMES[: len(ids)],
        str(choose(["date", "ds", "Time stamp", "Datum"])),
        str(choose(["y", "value", "Umsatz €"])),
    ]
    if rng.random() < 0.3:
        names, rows = ["", *names], [[str(at), *row] for at, row in enumerate(rows)]
    if rng.random() < 0.3:
        names, rows = [*names, "remark"], [[*row, str(choose(["ok", "late", "ok"]))] for row in rows]

    def line(cells: list[str]) -> str:
        return delimiter.join(f'"{cell}"' if delimiter in cell or rng.random() < 0.05 else cell for cell in cells)

    lines = [line(names), *map(line, rows)]
    if rng.random() < 0.2:
        lines = ["Report of all stores", "", *lines]
    if rng.random() < 0.2:
        lines.append("Source: our desk")
    encoding = str(choose(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    text = str(choose(["\n", "\r\n"])).join(lines)
    about = f"{frequency} {form(start)!r} {delimiter!r} {mark!r} {thousands!r} {order} {encoding}"
    return Written(text.encode(encoding), truth, about)


def read(written: Written) -> Table | None:
    try:
        return series_table.clean(series_table.parse("a.csv", written.content), name="a.csv")
    except ValueError as error:
        assert str(error).startswith("a.csv")  # noqa: PT017
        return None


def differs(table: Table, truth: dict[str | None, dict[pd.Timestamp, float]]) -> str:
    """What is otherwise than it was written; nothing if all is as it was."""
    if {series.id for series in table.series} != set(truth):
        return f"ids {[series.id for series in table.series]} for {list(truth)}"
    for series in table.series:
        assert series.times is not None or table.times is None
        if series.times is None:
            return "no times"
        local = series.times.tz_localize(None)
        known = {time: value for time, value in zip(local, series.values[:, 0], strict=True) if np.isfinite(value)}
        expected = {time: value for time, value in truth[series.id].items() if np.isfinite(value)}
        if known != pytest.approx(expected):
            missing = sorted(expected.keys() - known.keys())[:2]
            first = list(known.items())[:2]
            return f"{series.id}: {len(known)} of {len(expected)} values, missing {missing}, first {first}"
    return ""


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, PARTS))])
def test_tables_come_back_as_they_were_written_or_are_refused(part: int) -> None:
    wrong, refused = [], 0
    seeds = range(part, TABLES, PARTS)
    for seed in seeds:
        written = write(seed)
        table = read(written)
        refused += table is None
        if table is not None and (difference := differs(table, written.truth)):
            wrong.append(f"{seed}: {written.about}: {difference}")
    assert wrong == []
    assert refused <= max(4, MOST_REFUSED * len(seeds))
