"""The seasons of a series: a short one from its frequency or its values, and a long one above it.

A season of m steps is a hint to the forecaster, never a promise: where the values speak against it, they win.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats

LONGEST = 4096
"""Steps at the end of a series that are looked at; what lies before is not used."""

MAX_SEASON = 1440
"""The longest season, in steps: a day of minutes."""

_CANDIDATES = (4, 5, 6, 7, 12, 24, 48, 52, 96, 144, 168, 288)
_CLEAR = 0.25
"""Autocorrelation of the differences from which on a season of the calendar is believed."""

_PLAIN = 0.5
"""From which on a season is believed that the calendar does not have, or that nobody hinted at."""

_WEAK = 0.1
_LONG = 24
_YEAR_OF_WEEKS = 52

_DAY = {"h": 24, "min": 1440, "s": 86400}
_SEASONS = {"Y": 1, "A": 1, "Q": 4, "M": 12, "W": 52, "D": 7, "B": 5, "C": 5, "SM": 24}


def of_frequency(frequency: str) -> int:
    """The steps in the season that goes with a pandas offset alias: 24 for `h`, 12 for `MS`; 1 if there is none.

    A multiple counts: `30min` has 48, `2MS` has 6, `6h` has 4.
    """
    match = re.fullmatch(r"(\d*)([A-Za-z]+)(-[A-Z]{3})?", frequency)
    if not match:
        return 1
    multiple, unit = int(match[1] or 1), match[2]
    if unit.lower() in _DAY:
        season = _DAY[unit.lower()]
    else:
        unit = unit.upper()
        begins = unit.startswith("B") and len(unit) > 1  # BMS, BQE, BYE: business ends and starts
        unit = unit[1:] if begins else unit
        unit = unit.removesuffix("S").removesuffix("E") if len(unit) > 1 else unit
        season = _SEASONS.get(unit, 1)
    if multiple < 1 or season % multiple:
        return 1
    season //= multiple
    return season if season <= MAX_SEASON else 1


def find(values: Floats) -> int:
    """The season of a series (T,) found from its own differences, NaN where it is not known; 1 if none is clear.

    Seasons of the calendar are believed sooner than others.
    """
    return _found(_autocorrelations(values))


def fits(values: Floats, hint: int) -> bool:
    """Whether a season of `hint` steps can be used for a series (T,): it is no longer than the series, nor too long."""
    return hint <= min(MAX_SEASON, max(len(values), 1))


def used(values: Floats, hint: int) -> int:
    """The season to use of a series (T,): `checked`, or 1 where the hint does not fit the series."""
    return checked(values, hint) if fits(values, hint) else 1


def checked(values: Floats, hint: int) -> int:
    """The season to use of a series (T,), given a hint.

    A long season, from a day of hours on, gives way to any that is found in the values: a week of hours, say, or an
    hour of minutes. A short one gives way only to one that is plain and twice as strong. A year of weeks that does not
    show in the values is none: too few years are there to see it by. Measured in docs/universal.md.
    """
    if hint <= 1:
        return 1
    strengths = _autocorrelations(values)
    found = _found(strengths)
    there = float(strengths[hint]) if hint < len(strengths) else 0.0
    if hint < _LONG:
        plain = len(values) >= 3 * hint and found > 1 and strengths[found] > max(_PLAIN, 2 * there)
        return found if plain and found % hint else hint  # three years repeat as one does, gaps may hide that
    if found > 1:
        return found
    return 1 if hint == _YEAR_OF_WEEKS and there < _WEAK else hint


def _found(strengths: Floats) -> int:
    # A smooth series is like itself a few steps later too: a season is a peak with a trough before it.
    peaks = np.flatnonzero((strengths[1:-1] >= strengths[:-2]) & (strengths[1:-1] >= strengths[2:])) + 1
    lowest = np.minimum.accumulate(strengths)
    peaks = peaks[lowest[peaks] < 0.5 * strengths[peaks]]
    best, season = _CLEAR, 1
    for candidate in filter(set(peaks.tolist()).__contains__, _CANDIDATES):
        # A multiple of the season is as strong as the season itself: only what is clearly stronger replaces it.
        if strengths[candidate] > best * (1.0 if season == 1 else 1.05 if candidate % season else 1.2):
            best, season = float(strengths[candidate]), candidate
    least = _PLAIN if season == 1 else max(_PLAIN, 1.2 * best)
    plain = peaks[(peaks > 1) & (peaks < 2 / 3 * len(strengths)) & (strengths[peaks] > least)]
    if len(plain):  # the first that is nearly as strong as the strongest: the others are its multiples
        season = int(plain[strengths[plain] > 0.9 * strengths[plain].max()][0])
    return season


def above(season: int, length: int) -> int:
    """The long season that may stand above a season: the week of a day, the year of a week; 0 if there is none.

    Args:
        length: steps of history; the long season must be in it once and a half.
    """
    if season in (5, 7):
        long = 52 * season
    elif season >= 20 and season != 52:
        long = 7 * season
    else:
        return 0
    return long if 1.5 * long <= min(length, LONGEST) else 0


def _differences(values: Floats) -> Floats:
    """The first differences, without a mean, large ones held: one outlier is not a season."""
    values = values[-LONGEST:]
    changes = np.diff(values)
    known = np.isfinite(changes)
    if not known.any():
        return np.zeros(len(changes))
    changes = np.where(known, changes - changes[known].mean(), 0.0)
    most = 3 * np.quantile(np.abs(changes[known]), 0.9)
    return np.clip(changes, -most, most)


def _autocorrelations(values: Floats) -> Floats:
    """Of the differences, by lag, as far as two cycles and four steps more are there; 0 where nothing changes."""
    changes = _differences(values)
    length = len(changes)
    lags = min(length // 2, length - 4, MAX_SEASON) + 1
    if lags < 2 or not changes.any():
        return np.zeros(1)
    # Squares of tiny changes would be zero; a power of two rounds nothing.
    changes = np.ldexp(changes, -int(np.frexp(np.abs(changes).max())[1]))
    size = int(2 ** np.ceil(np.log2(2 * length)))
    power = np.abs(np.fft.rfft(changes, size)) ** 2
    found = np.fft.irfft(power, size)[:lags]
    return np.asarray(found / found[0] * length / (length - np.arange(lags)))


def right_aligned(histories: list[Floats], width: int) -> npt.NDArray[np.float64]:
    """Series of unequal lengths as rows (N, width) that end together; NaN where there is nothing."""
    rows = np.full((len(histories), width), np.nan)
    for row, history in zip(rows, histories, strict=True):
        kept = history[-width:]
        row[width - len(kept) :] = kept
    return rows
