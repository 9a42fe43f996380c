"""Reads a column of dates or times as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from seqserve.tabular.dates import clock, digits, names, order, zones
from seqserve.tabular.dates.day_forms import CERTAIN, Vocabulary, is_month_alone, readings
from seqserve.tabular.dates.parts import NO_CLOCK, Parts, take_apart
from seqserve.tabular.numeric import numbers
from seqserve.tabular.timegrid.steps import Integers

_ISO = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"


@dataclass(frozen=True)
class Reading:
    """A column read as times.

    Args:
        times: one a row, NaT where a cell is none; in one zone, or none.
        form: how they are written, for the reader.
        notes: what was decided, one sentence each.
        clock: whether times of day are written.
        only_clock: whether there are times of day without a date; then the times are those of 1970-01-01.
        needs_name: whether numbers of other kinds may look the same.
    """

    times: pd.DatetimeIndex
    form: str
    notes: list[str] = field(default_factory=list)
    clock: bool = False
    only_clock: bool = False
    needs_name: bool = False

    @property
    def share(self) -> float:
        """Of the rows, those that are read."""
        return float(np.mean(self.times.notna())) if len(self.times) else 0.0


_MOSTLY_ISO = 0.98  # share of the cells
_BLOCK = 100_000
_RANGE = re.compile(r"(?P<begin>\S*\d\D+\d.*?)\s+(?:[-–—/]|to|bis|au|a|al|tot)\s+(?P<end>\S*\d\D+\d.*)")


_BUDDHIST = re.compile(r"(?<!\d)2[45]\d\d(?!\d)")


class MonthsWithoutYearError(ValueError):
    """The column has names of months and no years."""


def read(column: pd.Series, *, day_first: bool | None = None) -> Reading:
    """The times of a column of strings, numbers or dates; nothing raises but what has two readings.

    Raises:
        ValueError: day and month could change places, and nothing tells; the message names the flag.
    """
    if isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind == "M":
        times = pd.DatetimeIndex(column).as_unit("us")
        return Reading(times, "dates", clock=bool((times != times.normalize()).any()))
    if column.dtype.kind in "iuf":
        whole = column.dtype.kind != "f" or bool((column.dropna() % 1 == 0).all())
        column = (column.astype("Int64") if whole else column).astype("str").where(column.notna(), "")
    if len(column) > _BLOCK:
        found = _iso_by_blocks(column)
        if found is not None:
            return found
    codes, text = _different(column)
    reading = _read_unique(text, str(column.name), day_first)
    return replace(reading, times=reading.times.take(codes))


def _different(column: pd.Series) -> tuple[Integers, pd.Series]:
    """The number of each cell's text, and the texts; one that says nothing is empty."""
    codes, found = pd.factorize(column)
    cells = pd.Series(found, name=column.name, dtype="str")
    return codes, cells.str.strip().str.strip("'\"=").where(~numbers.gaps(cells), "")


def _iso_by_blocks(column: pd.Series) -> Reading | None:
    """A long column of ISO 8601, a block at a time, which takes less memory; none if blocks are not all alike."""
    parts: list[Reading] = []
    for begin in range(0, len(column), _BLOCK):
        codes, text = _different(column.iloc[begin : begin + _BLOCK])
        found = _iso(text) if text[text != ""].str.fullmatch(_ISO).mean() > _MOSTLY_ISO else None
        if found is None or found.times.dtype != (parts[0] if parts else found).times.dtype:
            return None
        parts.append(replace(found, times=found.times.take(codes)))
    times = pd.DatetimeIndex(parts[0].times.append([part.times for part in parts[1:]]))
    return replace(parts[0], times=times, clock=any(part.clock for part in parts))


def _read_unique(text: pd.Series, name: str, day_first: bool | None) -> Reading:
    present = text[text != ""]
    if not len(present):
        return _nothing(len(text))
    if present.str.fullmatch(r"\d+(?:[.,]\d+)?").mean() > 0.9:
        return _of_digits(text, name, day_first)
    iso = present.str.fullmatch(_ISO)
    if iso.mean() > _MOSTLY_ISO:
        found = _iso(text)
        if found is not None:
            return found
    begins = _of_ranges(text)
    if begins is not None:
        found = _read_unique(begins, name, day_first)
        return replace(found, notes=[*found.notes, f"column {name} has ranges: each is read as its beginning"])
    return _of_parts(text, name, day_first)


def _of_ranges(text: pd.Series) -> pd.Series | None:
    """The beginnings of cells such as `01.01.2024 00:00 - 01.01.2024 01:00`, or none if they are no ranges."""
    present = text[text != ""]
    if not _RANGE.fullmatch(str(present.iloc[0])):
        return None
    ends = text.str.extract(_RANGE)
    forms = [ends[end].str.replace(r"\d", "0", regex=True) for end in ("begin", "end")]
    return ends["begin"].fillna("") if (forms[0] == forms[1])[text != ""].mean() > 0.98 else None


def _nothing(length: int) -> Reading:
    return Reading(pd.DatetimeIndex([pd.NaT] * length).as_unit("us"), "nothing")


def _of_digits(text: pd.Series, name: str, day_first: bool | None) -> Reading:
    clean = text.where(text.str.fullmatch(r"\d+(?:[.,]\d+)?"), "")
    apart = digits.apart(clean, names.hint(name))
    if apart is not None:
        return replace(_of_parts(apart, name, day_first), needs_name=True)
    found = digits.read(clean)
    if found is None and clean.str.fullmatch(r"\d{7,8}|").all():
        return _of_parts(clean.str.zfill(8).where(clean != "", ""), "", day_first)  # ddmmyyyy
    if found is None:
        return _nothing(len(text))
    times, form = found
    return Reading(
        times,
        digits.words(form),
        clock=bool((times.dropna() != times.dropna().normalize()).any()),
        needs_name=form in digits.NEEDS_NAME,
    )


def _iso(text: pd.Series) -> Reading | None:
    """Cells of ISO 8601, read by pandas at once; none if some have a zone and others none, or 24:00."""
    clean = text.where(text.str.fullmatch(_ISO), "")
    zone = clean.str.extract(r"\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)$")[0]
    present = clean != ""
    zoned = zone.notna() & present
    if clean.str.contains(r"[T ]24:", regex=True).any() or (zoned.any() and not zoned[present].all()):
        return None
    has_clock = bool(clean.str.contains(":", regex=False).any())
    if not zoned.any():
        times = pd.DatetimeIndex(pd.to_datetime(clean, format="ISO8601", errors="coerce")).as_unit("us")
        return Reading(times, "ISO 8601", clock=has_clock)
    codes, offsets = pd.factorize(zone)
    parsed = [clock.split(f"0:00 {offset}") for offset in offsets]
    minutes = np.array([cell.zone if cell and isinstance(cell.zone, int) else 0 for cell in parsed] + [0])[codes]
    bare = clean.str.replace(r"(?:Z|(?<=:\d\d)[+-]\d\d(?::?\d\d)?|(?<=\.\d{3})[+-]\d\d(?::?\d\d)?)$", "", regex=True)
    local = pd.DatetimeIndex(pd.to_datetime(bare, format="ISO8601", errors="coerce"))
    if local.tz is not None:  # pragma: no cover
        return None
    return Reading(zones.with_offsets(local.as_unit("us"), minutes.astype(np.int64)), "ISO 8601 with zone", clock=True)


def _of_parts(text: pd.Series, name: str, day_first: bool | None) -> Reading:
    """Any other way to write them: day, time of day and zone by themselves, each different one once."""
    parts = take_apart(text)
    has_clock = parts.clock != NO_CLOCK
    if has_clock.any() and not any(parts.days):
        times = pd.DatetimeIndex(np.where(has_clock, parts.clock.astype("M8[us]"), np.datetime64("NaT")))
        return Reading(times, "time of day", clock=True, only_clock=True)
    of_day = np.where(has_clock, parts.clock, 0).astype("timedelta64[us]")
    days, form, notes = _days(parts, of_day, name, day_first)
    times = pd.DatetimeIndex(days.take(parts.day) + of_day).as_unit("us")
    return Reading(_in_zone(times, parts.zone, parts.zones), form, notes, clock=bool(has_clock.any()))


def _days(
    parts: Parts, of_day: np.ndarray, name: str, day_first: bool | None
) -> tuple[pd.DatetimeIndex, str, list[str]]:
    """The different days, the way they are written, and what was decided.

    Args:
        of_day: (rows), the time of day of each.
    """
    cells = parts.days
    vocabulary = Vocabulary(cells, names.hint(name))
    found = [readings(cell, vocabulary) for cell in cells]
    present = [cell for cell in cells if cell]
    if present and sum(is_month_alone(cell, vocabulary) for cell in present) > len(present) / 2:
        raise MonthsWithoutYearError(
            f"column {name} has months without a year ({', '.join(present[:3])}, ...); "
            "put the year beside them, or in a column of its own and name both with --time"
        )
    swapped = order.unswapped(cells, _stamps(found, CERTAIN))
    if swapped is not None:
        note = (
            f"day and month are the wrong way round in some cells of column {name}: changed back, so rows are in order"
        )
        return swapped, "dates", [note]
    orders = sorted({key for row in found for key in row} - {CERTAIN})
    if not orders:
        return _stamps(found, CERTAIN), _certain_form(cells, vocabulary), []
    days = {key: _stamps(found, key) for key in orders}
    dots = sum("." in cell for cell in present) >= len(present) / 2
    decision = order.decide(days, lambda those: those.take(parts.day) + of_day, day_first, dots, name)
    times, notes = decision.days, []
    if decision.why:
        notes.append(f"dates of column {name} are {order.WORDS[decision.order]}: {decision.why}")
    if any(_BUDDHIST.search(cell) for cell in present):
        notes.append(f"years of column {name} are of the Thai calendar: {times.min():%Y} to {times.max():%Y}")
    if not any(re.search(r"\d{4}", cell) for cell in present):
        moved = order.earlier_century(times)
        if moved is not None:
            times = moved
        notes.append(f"years of column {name} are of two digits: {times.min():%Y} to {times.max():%Y}")
        if decision.order == "my" and not order.are_months(times):
            raise ValueError(
                f"cells of column {name} such as {present[0]!r} can be a month and a year, or a day without a year; "
                "write the year with four digits"
            )
    return times, order.WORDS[decision.order], notes


def _stamps(found: list[dict[str, date]], key: str) -> pd.DatetimeIndex:
    days: list[date | None] = [row.get(key, row.get(CERTAIN)) for row in found]
    return pd.DatetimeIndex(np.array([day or np.datetime64("NaT") for day in days], "datetime64[D]").astype("M8[us]"))


def _certain_form(cells: list[str], vocabulary: Vocabulary) -> str:
    kinds = {"W": "ISO weeks, each as its Monday", "Q": "quarters, each as its first day", "M": "names of months"}
    from seqserve.tabular.dates.day_forms import tokenize

    used = {vocabulary.kind(token) for cell in cells[:50] for token in tokenize(cell)}
    named = next((words for kind, words in kinds.items() if kind in used), None)
    hinted: Mapping[str, str] = {"week": kinds["W"], "quarter": kinds["Q"]}
    short = all(len(tokenize(cell)) == 2 for cell in cells[:50] if cell)
    return named or (hinted.get(vocabulary.hint) if short else None) or "dates"


def _in_zone(local: pd.DatetimeIndex, codes: Integers, written: list[int | str | None]) -> pd.DatetimeIndex:
    """Times with the zones that are written behind them.

    Args:
        codes: (rows), the number of each one's zone in `written`.
    """
    found = {written[code] for code in np.unique(codes[np.asarray(local.notna())])}
    if found <= {None}:
        return local
    if None in found:
        raise ValueError("some times have a zone and others none; write one behind each, or none and say --timezone")
    if all(isinstance(zone, int) for zone in found):
        minutes = np.array([zone if isinstance(zone, int) else 0 for zone in written], np.int64)
        return zones.with_offsets(local, minutes[codes])
    names = {zone for zone in found if isinstance(zone, str)}
    if len(found) > 1:
        shown = ", ".join(sorted(map(str, found))[:3])
        raise ValueError(f"times in several zones, such as {shown}; write one offset from UTC each")
    return zones.localized(local, names.pop())
