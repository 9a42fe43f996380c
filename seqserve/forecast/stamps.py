"""Dates and times as clients write them: ISO 8601, with no zone, with an offset, or with the name of a zone.

`2024-03-30`, `2024-03-30T10:00`, `2024-03-30T10:00+01:00` and, as RFC 9557 has it, `2024-03-30T10:00[Europe/Berlin]`,
with or without the offset before the name. Only the last of them says when clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from seqserve.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

LAST_YEAR = 9999  # of dates in Python; pandas knows more, and does less with them

# Nobody writes longer ones, and no client may fill caches with them.
_STAMP = re.compile(r"([0-9]{4}[-0-9T:.+Z ]{0,40})(?:\[([^\[\]]{1,60})\])?")
_OFFSET = re.compile(r"[T ][0-9:.]+ ?(?:(Z)|([+-])([0-9]{2}):?([0-9]{2})?)$")
_ZONE = re.compile(r"UTC|GMT|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2}")


@dataclass(frozen=True)
class Stamps:
    """Moments as they were written.

    Args:
        times: in the zone that was sent; of several offsets, in the last.
        zone: the name of the zone, if it was sent.
        clock: what local clocks showed, in the zone of `times`, if offsets differ and no zone is named; otherwise none.
    """

    times: pd.DatetimeIndex
    zone: str | None = None
    clock: pd.DatetimeIndex | None = None

    def written(self, times: pd.DatetimeIndex) -> tuple[str, ...]:
        """Other moments as these were written.

        Returns:
            Dates (`2017-01-03`) where every one is midnight and has no zone, else times (`2017-01-03T14:00:00+01:00`).
        """
        if times.tz is None:
            moments = times.to_numpy()
            for unit in ("D", "s"):
                whole = moments.astype(f"datetime64[{unit}]")
                if (whole == moments).all():
                    return tuple(np.datetime_as_string(whole).tolist())
        suffix = f"[{self.zone}]" if self.zone else ""
        return tuple(time.isoformat() + suffix for time in times)


def read(texts: Sequence[Any], code: str, field: str) -> Stamps:
    """The moments that texts name.

    Args:
        code, field: of errors.

    Raises:
        InputError: one is no date or time, or does not exist, or has two readings, or their zones differ; it names it.
    """
    import pandas as pd  # here, because it takes half a second and few clients ask for timestamps

    def wrong(place: int, what: str) -> InputError:
        which = f"step {place}, " if len(texts) > 1 else ""
        return InputError(code, f"{which}{short(texts[place])} {what}", field)

    if not texts:
        raise InputError(code, "no timestamps; send one for each value", field)
    found = [_STAMP.fullmatch(text) if isinstance(text, str) else None for text in texts]
    if None in found:  # pandas would read "now" too
        raise wrong(found.index(None), "is no date or time; write one as 2016-12-28")
    bare, names = zip(*(match.groups() for match in found if match), strict=True)
    offsets = [_offset(text) for text in bare]
    for told, what in ((names, "names another zone than"), ([offset is None for offset in offsets], "has")):
        other = next((place for place, one in enumerate(told) if one != told[0]), None)
        if other is not None:
            tail = "" if what.endswith("than") else " a zone and the others none, or the reverse:"
            raise wrong(other, f"{what}{tail} {short(texts[0])}; write all of them alike")
    utc = pd.DatetimeIndex(pd.to_datetime(list(bare), format="ISO8601", errors="coerce", utc=True))
    unread = np.flatnonzero(utc.isna() | (utc.year < 1) | (utc.year > LAST_YEAR))
    if len(unread):
        raise wrong(int(unread[0]), "is no date or time; write one as 2016-12-28")
    zone = _zone(names[0]) if names[0] else None
    if names[0] and zone is None:
        raise wrong(0, "names no time zone that is known; write one as 2016-12-28T10:00+01:00[Europe/Berlin]")
    if offsets[0] is None:
        times = utc.tz_localize(None)
        if zone is None:
            return Stamps(times)
        local = times.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        lost = np.flatnonzero(local.isna())
        if len(lost):
            raise wrong(int(lost[0]), "is skipped or comes twice as clocks change; write its offset too, as +01:00")
        return Stamps(local, names[0])
    shifts = pd.TimedeltaIndex([offset or timedelta(0) for offset in offsets])
    clock = (utc + shifts).tz_localize(None)
    if zone is not None:
        times = utc.tz_convert(zone)
        stated = np.array(["Z" not in text for text in bare])  # Z beside a name says that the offset is not known
        wrongly = np.flatnonzero(stated & np.asarray(times.tz_localize(None) != clock))
        if len(wrongly):
            raise wrong(int(wrongly[0]), f"has an offset that {names[0]} does not have then")
        return Stamps(times, names[0])
    last = timezone(offsets[-1] or timedelta(0))
    differ = len(set(offsets)) > 1
    return Stamps(utc.tz_convert(last), clock=clock.tz_localize(last) if differ else None)


def _offset(text: str) -> timedelta | None:
    """The distance from UTC that a time states."""
    match = _OFFSET.search(text)
    if match is None:
        return None
    zulu, sign, hours, minutes = match.groups()
    if zulu:
        return timedelta(0)
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return size if sign == "+" else -size


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | None:
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # KeyError is what a missing one is
        return None


def short(text: Any) -> str:
    """A client's text for a message."""
    written = text if isinstance(text, str) else str(text)
    return repr(written if len(written) <= 40 else written[:37] + "...")
