"""Time zones: of times that carry one, of UTC stamps that are midnight somewhere, and of local times without one."""

from __future__ import annotations

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from seqserve.tabular.timegrid.steps import Integers

# A zone for each way to change the clocks; the largest first.
_KNOWN = [
    *("Europe/Berlin", "America/New_York", "Europe/London", "America/Chicago", "America/Los_Angeles", "America/Denver"),
    *("Europe/Helsinki", "Australia/Sydney", "America/Halifax", "Pacific/Auckland", "America/Santiago"),
    *("Australia/Adelaide", "America/Anchorage"),
]


def named(name: str) -> ZoneInfo:
    """A zone of the IANA database.

    Raises:
        ValueError: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; --timezone takes a name such as Europe/Berlin or UTC") from None


def with_offsets(local: pd.DatetimeIndex, minutes: Integers) -> pd.DatetimeIndex:
    """Times in one zone, given what each shows on its clock and how many minutes that is ahead of UTC.

    Offsets that change are those of a zone that changes its clocks so, or else the times are in UTC.
    """
    utc = (local - pd.to_timedelta(minutes, unit="min")).as_unit("us").tz_localize("UTC")
    different = np.unique(minutes[np.asarray(local.notna())])
    if len(different) <= 1:
        offset = int(different[0]) if len(different) else 0
        return utc if offset == 0 else utc.tz_convert(timezone(timedelta(minutes=offset)))
    for name in _KNOWN:
        there = utc.tz_convert(named(name))
        if np.array_equal(there.tz_localize(None).dropna(), local.dropna()):
            return there
    return utc


def of_midnights(times: pd.DatetimeIndex) -> str | None:
    """The zone in which stamps of days are all midnight though their hours in UTC differ; none if there is none.

    Args:
        times: in UTC.
    """
    for name in _KNOWN:
        there = times.tz_convert(named(name))
        if (there == there.normalize()).all():
            return name
    return None


def of_clock_changes(doubled: pd.DatetimeIndex) -> list[str]:
    """The zones that put their clocks back at all of these local times, in one of which the table may be."""
    return [name for name in _KNOWN if all(_is_twice(time, named(name)) for time in doubled)] if len(doubled) else []


def localized(local: pd.DatetimeIndex, name: str, before: Integers | None = None) -> pd.DatetimeIndex:
    """Local times in a zone. Of an hour that is there twice, the first row is before the clocks are put back.

    Args:
        before: (T,), which of the rows of an hour that is there twice a row is, 0 for the first.

    Raises:
        ValueError: a time is not there, because the clocks were put forward.
    """
    zone = named(name)
    first = np.ones(len(local), bool) if before is None else before == 0
    there = local.tz_localize(zone, ambiguous=first, nonexistent="NaT")
    lost = np.asarray(there.isna(), bool) & np.asarray(local.notna(), bool)
    if lost.any():
        raise ValueError(
            f"{local[lost][0]} is no time in {name}: the clocks are put forward then; "
            "name another zone with --timezone, or leave it out"
        )
    return there


def _is_twice(time: pd.Timestamp, zone: ZoneInfo) -> bool:
    early, late = (time.to_pydatetime().replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return early is not None and late is not None and early > late
