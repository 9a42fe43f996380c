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
import numpy.typing as npt

from seqserve.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

LAST_YEAR = 9999  # of dates in Python; pandas knows more, and does less with them

# Nobody writes longer ones, and no client may fill caches with them.
_STAMP = re.compile(r"([0-9]{4}[-0-9T:.+Z ]{0,40})(?:\[([^\[\]]{1,60})\])?")
_OFFSET = re.compile(r"[T ][0-9:.]+ ?(?:(Z)|([+-])([0-9]{2}):?([0-9]{2})?)$")
_NO_STAMP = "is no date or time; write one as 2016-12-28"
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
    if not texts:
        raise InputError(code, "no timestamps; send one for each value", field)
    return _Texts(texts, code, field).read()


@dataclass(frozen=True)
class _Texts:
    """Texts that name moments, and the code and the field of errors in them."""

    texts: Sequence[Any]
    code: str
    field: str

    def read(self) -> Stamps:
        import pandas as pd  # here, because it takes half a second and few clients ask for timestamps

        bare, names = self._parts()
        offsets = [_offset(text) for text in bare]
        self._check_alike(names, offsets)
        utc = pd.DatetimeIndex(pd.to_datetime(list(bare), format="ISO8601", errors="coerce", utc=True))
        self._refuse(utc.isna() | (utc.year < 1) | (utc.year > LAST_YEAR), _NO_STAMP)
        name = names[0]
        zone = _zone(name) if name else None
        if name and zone is None:
            raise self._wrong(0, "names no time zone that is known; write one as 2016-12-28T10:00+01:00[Europe/Berlin]")
        if offsets[0] is None:
            local = utc.tz_localize(None)
            return Stamps(local) if zone is None else Stamps(self._in_zone(local, zone), name)
        shifts = pd.TimedeltaIndex([offset or timedelta(0) for offset in offsets])
        clock = (utc + shifts).tz_localize(None)
        if zone is not None:
            times = utc.tz_convert(zone)
            stated = np.array(["Z" not in text for text in bare])  # Z beside a name says that the offset is not known
            differs = np.asarray(times.tz_localize(None) != clock)
            self._refuse(stated & differs, f"has an offset that {name} does not have then")
            return Stamps(times, name)
        last = timezone(offsets[-1] or timedelta(0))
        differ = len(set(offsets)) > 1
        return Stamps(utc.tz_convert(last), clock=clock.tz_localize(last) if differ else None)

    def _parts(self) -> tuple[tuple[str, ...], tuple[str | None, ...]]:
        """The texts without the names of zones, and those names."""
        found = [_STAMP.fullmatch(text) if isinstance(text, str) else None for text in self.texts]
        if None in found:  # pandas would read "now" too
            raise self._wrong(found.index(None), _NO_STAMP)
        bare, names = zip(*(match.groups() for match in found if match), strict=True)
        return bare, names

    def _check_alike(self, names: Sequence[str | None], offsets: Sequence[timedelta | None]) -> None:
        """See that all texts have the same name of a zone, and all have an offset or none has."""
        for told, what in (
            (names, "names another zone than"),
            ([offset is None for offset in offsets], "has a zone and the others none, or the reverse:"),
        ):
            other = next((place for place, one in enumerate(told) if one != told[0]), None)
            if other is not None:
                raise self._wrong(other, f"{what} {short(self.texts[0])}; write all of them alike")

    def _in_zone(self, local: pd.DatetimeIndex, zone: ZoneInfo) -> pd.DatetimeIndex:
        """What local clocks show, as moments."""
        times = local.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        self._refuse(
            np.asarray(times.isna()), "is skipped or comes twice as clocks change; write its offset too, as +01:00"
        )
        return times

    def _refuse(self, wrong: npt.NDArray[np.bool_], what: str) -> None:
        places = np.flatnonzero(wrong)
        if len(places):
            raise self._wrong(int(places[0]), what)

    def _wrong(self, place: int, what: str) -> InputError:
        which = f"step {place}, " if len(self.texts) > 1 else ""
        return InputError(self.code, f"{which}{short(self.texts[place])} {what}", self.field)


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
