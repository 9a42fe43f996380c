"""Lays the rows of a table out as series on a grid of steps: in order, no time twice, holes as gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from seqserve.core.messages import counted
from seqserve.tabular.timegrid import frequency
from seqserve.tabular.timegrid.steps import Integers, Steps

_SERIES_LOOKED_AT = 200  # for the frequency of a panel
_MOST_STEPS = 50_000_000
_NEAR = 0.25  # of a step, up to which a stray stamp is moved to an empty step
_AGREED = 0.8  # share of series, weighed by rows, that must go by the same steps


@dataclass(frozen=True)
class Layout:
    """Where the rows of a table go.

    Args:
        steps: those that the times go by; none if they are irregular.
        rows: (N), numbers of the rows that are used, by series and time.
        series: (N), the series of each.
        places: (N), where each goes within its series.
        keys: (S), the code of each series that has rows left.
        lengths: (S), steps of each series.
        times: of each series.
        notes: what was done, one sentence each.
    """

    steps: Steps | None
    rows: Integers
    series: Integers
    places: Integers
    keys: Integers
    lengths: Integers
    times: list[pd.DatetimeIndex]
    notes: list[str] = field(default_factory=list)


def lay_out(times: pd.DatetimeIndex, codes: Integers, zone: str | None, given: Steps | None) -> Layout:
    """Lay rows out, none of which has a time that its series has twice.

    Args:
        times: (rows), none missing.
        codes: (rows), the series of each, 0 to S - 1.
        zone: in whose calendar days and longer steps are counted, if not in that of the times.
        given: steps that the user names; stamps beside them are dropped.
    """
    rows = _order(codes, times.asi8)
    codes, ordered = codes[rows], times.take(rows)
    counted_in = ordered.tz_convert(zone) if zone is not None else ordered
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    notes: list[str] = []
    steps = given or _common_steps(counted_in, starts)
    if steps is None:
        moved = _rounded(counted_in, starts)
        if moved is not None:
            counted_in = moved
            steps = _common_steps(counted_in, starts)
            notes.append("times jitter around the steps: each is moved to its step")
    if steps is None:
        notes += _irregular(ordered)
        return _as_they_are(None, rows, codes, ordered, starts, notes)
    if not steps.filled:
        return _open_only(steps, rows, codes, counted_in, ordered.tz, starts, notes)
    return _on_grid(steps, rows, codes, counted_in, ordered.tz, notes)


def _irregular(times: pd.DatetimeIndex) -> list[str]:
    different = times.unique().sort_values()
    if len(different) < 3:
        return []
    usual = pd.Series(different).diff().median()
    if (different[-1] - different[0]) / usual > frequency.MOST_HOLES * len(different):
        span = f"{different[0]} to {different[-1]}"
        return [f"{span} is far more than {len(different)} times that are mostly {usual} apart; check the dates"]
    return ["steps are irregular: the rows are taken as they follow each other"]


def _order(codes: Integers, at: Integers) -> Integers:
    """The rows by series and time."""
    later = codes[1:] > codes[:-1]
    later |= (codes[1:] == codes[:-1]) & (at[1:] >= at[:-1])
    if later.all():
        return np.arange(len(codes))
    return np.lexsort((at, codes))


def _common_steps(times: pd.DatetimeIndex, starts: Integers) -> Steps | None:
    """The steps that most series go by, weighed by their rows."""
    ends = np.append(starts[1:], len(times))
    looked_at = np.argsort(starts - ends, kind="stable")[:_SERIES_LOOKED_AT]
    weights: dict[str, int] = {}
    found: dict[str, Steps] = {}
    for at in looked_at:
        part = times[starts[at] : ends[at]]
        steps = frequency.find(part)
        key = "" if steps is None else f"{steps.alias}{steps.words}"
        weights[key] = weights.get(key, 0) + len(part) * (len(part) > 2)
        if steps is not None:
            found[key] = steps
    if not found:
        return None
    best = max(found, key=lambda key: weights[key])
    return found[best] if weights[best] >= _AGREED * sum(weights.values()) else _of_all(times)


def _of_all(times: pd.DatetimeIndex) -> Steps | None:
    """The steps of the times of all series together: short or sparse series do not show theirs."""
    return frequency.find(times.unique().sort_values())


def _rounded(times: pd.DatetimeIndex, starts: Integers) -> pd.DatetimeIndex | None:
    ends = np.append(starts[1:], len(times))
    if len(starts) > _SERIES_LOOKED_AT:
        return None
    parts = [frequency.rounded(times[start:end]) for start, end in zip(starts, ends, strict=True)]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return pd.DatetimeIndex(found[0].append(found[1:])) if len(found) > 1 else found[0]


def _as_they_are(
    steps: Steps | None, rows: Integers, codes: Integers, times: pd.DatetimeIndex, starts: Integers, notes: list[str]
) -> Layout:
    lengths = np.diff(np.append(starts, len(rows)))
    places = np.arange(len(rows)) - np.repeat(starts, lengths)
    split = [times[start : start + length] for start, length in zip(starts, lengths, strict=True)]
    numbered = np.repeat(np.arange(len(starts)), lengths)
    return Layout(steps, rows, numbered, places, codes[starts], lengths, split, notes)


def _open_only(
    steps: Steps,
    rows: Integers,
    codes: Integers,
    times: pd.DatetimeIndex,
    zone: object,
    starts: Integers,
    notes: list[str],
) -> Layout:
    """Steps that are missing stay out: the shop is closed then, or it is a holiday."""
    different = times.unique().sort_values()
    missing = len(steps.between(different[0], different[-1]).difference(different))
    if missing:
        what = "business day" if steps.alias == "B" else "step of opening hours"
        what = what if missing == 1 else what.replace("day", "days").replace("step ", "steps ")
        notes.append(f"{missing} {what} without a row, taken for holidays")
    return _as_they_are(steps, rows, codes, _in_zone(times, zone), starts, notes)


def _on_grid(
    steps: Steps, rows: Integers, codes: Integers, times: pd.DatetimeIndex, zone: object, notes: list[str]
) -> Layout:
    grid = _grid(steps, times)
    if grid is None:
        notes.append(f"{times.min()} to {times.max()} is far more than {len(rows)} rows of its steps; check the dates")
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        return _as_they_are(None, rows, codes, _in_zone(times, zone), starts, notes)
    at = grid.get_indexer(times).astype(np.int64)
    at, more = _moved(grid, at, times, codes)
    notes += more
    used = at >= 0
    stray = int(np.count_nonzero(~used))
    if stray:
        named = ", ".join(map(str, times[~used][:3]))
        notes.append(f"{counted(stray, 'row')} beside the steps dropped: {named}{', ...' if stray > 3 else ''}")
        rows, codes, at = rows[used], codes[used], at[used]
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    first, last = at[starts], at[np.append(starts[1:], len(at)) - 1]
    lengths = last - first + 1
    places = at - np.repeat(first, np.diff(np.append(starts, len(at))))
    missing = int(lengths.sum() - len(at))
    if missing:
        notes.append(f"{counted(missing, 'missing step')} of frequency {steps.alias or steps.words} put in as gaps")
    shown = _in_zone(grid, zone)
    split = [shown[begin : begin + length] for begin, length in zip(first, lengths, strict=True)]
    numbered = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(at))))
    return Layout(steps, rows, numbered, places, codes[starts], lengths, split, notes)


def _grid(steps: Steps, times: pd.DatetimeIndex) -> pd.DatetimeIndex | None:
    """All steps from the first to the last; none if there are far too many."""
    different = times.unique().sort_values()
    first = _first_on(steps, different)
    try:
        second = steps.following(first, 1)[0]
        if (different[-1] - first) / (second - first) > min(_MOST_STEPS, 50 * len(different) + 1_000):
            return None
        grid = steps.between(first, different[-1])
    except (ValueError, OverflowError):
        return None
    before = different[different < first]
    if len(before) > 2:  # the frequency does not lead backwards from there
        return None
    return grid


def _first_on(steps: Steps, times: pd.DatetimeIndex) -> pd.Timestamp:
    """The first time that most of the next ones follow by the steps."""
    best, most = times[0], -1
    ahead = times[:200]
    for time in times[:4]:
        grid = steps.between(time, max(ahead[-1], time))
        hits = int(np.isin(ahead.asi8, grid.asi8).sum()) if len(grid) and grid[0] == time else -1
        if hits > most:
            best, most = time, hits
    return best


def _moved(
    grid: pd.DatetimeIndex, at: Integers, times: pd.DatetimeIndex, codes: Integers
) -> tuple[Integers, list[str]]:
    """A stray stamp near a step that its series has no row for stands for that step."""
    stray = np.flatnonzero(at < 0)
    if not 0 < len(stray) <= max(1, len(at) // 50) or len(grid) < 2:
        return at, []
    near = grid.get_indexer(times[stray], method="nearest").astype(np.int64)
    off = np.abs(times[stray].asi8 - grid[near].asi8) / np.median(np.diff(grid.asi8[:1000]))
    order = np.sort(at[at >= 0])
    at = at.copy()
    moved = []
    for row, place, distance in zip(stray, near, off, strict=True):
        in_series = codes == codes[row]
        if distance <= _NEAR and place not in at[in_series] and len(order):
            at[row] = place
            moved.append(f"{times[int(row)]} to {grid[int(place)]}")
    notes = [f"{counted(len(moved), 'stray stamp')} moved to the nearest step: {', '.join(moved[:3])}"] if moved else []
    return at, notes


def _in_zone(times: pd.DatetimeIndex, zone: object) -> pd.DatetimeIndex:
    return times if times.tz is None else times.tz_convert(zone)  # type: ignore[arg-type]


def without_times(codes: Sequence[int] | Integers, counts: Integers | None) -> Layout:
    """Rows of series without times, by their counts or as they follow each other; missing counts are gaps."""
    codes = np.asarray(codes, np.int64)
    order = counts if counts is not None else np.arange(len(codes))
    rows = _order(codes, np.asarray(order, np.int64))
    codes, order = codes[rows], order[rows]
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    sizes = np.diff(np.append(starts, len(rows)))
    places = np.arange(len(rows)) - np.repeat(starts, sizes)
    lengths, notes = sizes, []
    if counts is not None:
        by_count = order - np.repeat(order[starts], sizes)
        spans = by_count[np.append(starts[1:], len(rows)) - 1] + 1
        if spans.sum() <= 10 * len(rows):
            places, lengths = by_count, spans
            missing = int(spans.sum() - len(rows))
            notes = [f"{counted(missing, 'missing step')} put in as gaps"] * bool(missing)
    numbered = np.repeat(np.arange(len(starts)), sizes)
    return Layout(None, rows, numbered, places, codes[starts], lengths, [], notes)
