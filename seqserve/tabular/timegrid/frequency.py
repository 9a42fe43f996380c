"""Finds the steps that times go by, holes and a few stray stamps aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from seqserve.tabular.timegrid import calendars, opening_hours
from seqserve.tabular.timegrid.calendars import Candidate
from seqserve.tabular.timegrid.steps import DAY, HOUR, MINUTE, WEEK, Integers, Steps, of_alias, seconds

_FEWEST = 3
_STRAY = 0.02  # share of stamps that may lie beside the steps
_FEWEST_STRAY = 20  # from as many stamps on, one may
_DIRECT = 0.5  # share of steps that must have no hole in them
MOST_HOLES = 10  # steps a stamp; beyond, a date is wrong rather than missing
_WEEKEND = 0.1  # share of Saturdays and Sundays from which on days are not business days: it is 2 of 7
_MANY_HOLES = 0.1  # share from which on opening hours are looked for
_ROUND = [1, 5, 10, 15, 30, MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 30 * MINUTE, HOUR]
_ROUND += [2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR, DAY]
_OFF = 0.25  # how far a stamp may lie from its step, in steps
_WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


def find(times: pd.DatetimeIndex) -> Steps | None:
    """The steps of times that are sorted, none twice; days and longer ones by the clock of their zone.

    Of those that explain the stamps, the coarsest are taken: they leave the fewest holes.
    """
    if len(times) < _FEWEST:
        return None
    fitting = [candidate for candidate in _candidates(times) if _explains(candidate.positions)]
    if not fitting:
        return None
    best = min(fitting, key=lambda candidate: _span(candidate.positions))
    if best.steps.alias == "D" and np.mean(times.day_of_week >= 5) <= _WEEKEND:
        return replace(of_alias("B"), words="on business days; one that is missing is taken for a holiday")
    if 1 - len(times) / _span(best.positions) > _MANY_HOLES:
        return opening_hours.find(times, best.steps) or best.steps
    return best.steps


def holes(times: pd.DatetimeIndex, steps: Steps) -> float:
    """Share of the steps between first and last that have no stamp."""
    count = len(steps.between(times[0], times[-1]))
    return max(0.0, 1 - len(times) / count) if count else 1.0


def rounded(times: pd.DatetimeIndex) -> pd.DatetimeIndex | None:
    """Stamps that jitter around steps of a round length, each moved to its step; none if they do not.

    Args:
        times: sorted, none twice.
    """
    if len(times) < _FEWEST:
        return None
    at = times.as_unit("us").asi8
    usual = float(np.median(np.diff(at))) / 1e6
    step = min(_ROUND, key=lambda length: abs(length - usual))
    if abs(step - usual) > 0.1 * step:
        return None
    for phase in (0, _phase(at, step)):
        slots = np.round((at - phase) / (step * 1_000_000)).astype(np.int64)
        moved = slots * step * 1_000_000 + phase
        close = np.abs(at - moved).max() <= _OFF * step * 1_000_000
        if close and len(np.unique(slots)) == len(slots) and np.mean(np.diff(slots) == 1) >= _DIRECT:
            found = pd.DatetimeIndex(moved.astype("datetime64[us]"))
            return found if times.tz is None else found.tz_localize("UTC").tz_convert(times.tz)
    return None


def _phase(at: Integers, step: int) -> int:
    """Where in a step the stamps lie on average, in whole minutes, as microseconds."""
    angle = np.angle(np.mean(np.exp(2j * np.pi * (at % (step * 1_000_000)) / (step * 1_000_000))))
    return round(float(angle) / (2 * np.pi) * step / MINUTE) * MINUTE * 1_000_000


def _candidates(times: pd.DatetimeIndex) -> Iterator[Candidate]:
    local = seconds(times)
    step, _ = _most_frequent(np.diff(local))
    if step == 0:
        yield from _milliseconds(times)
    elif step < DAY:
        # hours go on while clocks are changed
        yield from _fixed(seconds(times if times.tz is None else times.tz_convert("UTC")), times)
    else:
        yield from _of_days(times, local)


def _of_days(times: pd.DatetimeIndex, local: Integers) -> Iterator[Candidate]:
    """Steps of days and longer, where most stamps are of one time of day."""
    of_day, at_it = _most_frequent(local % DAY)
    if at_it >= (1 - _STRAY) * len(times):
        yield from _fixed(local, times)
        days = (times.tz_localize(None) - pd.Timedelta(seconds=of_day)).as_unit("us")
        midnight = days == days.normalize()
        if len(days[midnight]) >= _FEWEST:
            for candidate in calendars.candidates(days[midnight]):
                positions = np.full(len(days), -1)
                positions[midnight] = candidate.positions
                yield Candidate(candidate.steps, positions)


def _milliseconds(times: pd.DatetimeIndex) -> Iterator[Candidate]:
    at = times.as_unit("us").asi8
    step, _ = _most_frequent(np.diff(at))
    if step > 0 and step % 1_000 == 0:
        phase, _ = _most_frequent(at % step)
        alias = f"{step // 1_000}ms"
        yield Candidate(replace(of_alias(alias), words=f"every {alias}"), np.where(at % step == phase, at // step, -1))


def _fixed(at: Integers, times: pd.DatetimeIndex) -> Iterator[Candidate]:
    """Steps of one length."""
    step, _ = _most_frequent(np.diff(at))
    if step <= 0:
        return
    phase, _ = _most_frequent(at % step)
    positions = np.where(at % step == phase, at // step, -1)
    if step == WEEK:
        weekday = _WEEKDAYS[times[int(np.argmax(positions >= 0))].day_of_week]
        yield Candidate(replace(of_alias(f"W-{weekday}"), words="weekly"), positions)
    elif step % DAY == 0:
        alias = "D" if step == DAY else f"{step // DAY}D"
        yield Candidate(
            replace(of_alias(alias), words="daily" if alias == "D" else f"every {step // DAY} days"), positions
        )
    else:
        for length, letter in ((HOUR, "h"), (MINUTE, "min"), (1, "s")):
            if step % length == 0:
                alias = letter if step == length else f"{step // length}{letter}"
                yield Candidate(replace(of_alias(alias), words=f"every {alias}"), positions)
                return


def _explains(positions: Integers) -> bool:
    on = positions[positions >= 0]
    stray = len(positions) - len(on)
    if stray > max(_STRAY * len(positions), len(positions) >= _FEWEST_STRAY) or len(on) < _FEWEST:
        return False
    steps = np.diff(on)
    return bool(steps.min() > 0 and np.mean(steps == 1) >= _DIRECT and _span(positions) <= MOST_HOLES * len(positions))


def _span(positions: Integers) -> int:
    on = positions[positions >= 0]
    return int(on[-1] - on[0] + 1)


def _most_frequent(numbers: Integers) -> tuple[int, int]:
    found, counts = np.unique(numbers, return_counts=True)
    return int(found[counts.argmax()]), int(counts.max())
