"""Splits a cell into its day, its time of day and its zone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ZONE = (
    r"(?P<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?(?:\s+(?:UTC|GMT|Z))?|[A-Z]{2,5}|\[?[A-Z][A-Za-z]+/[A-Za-z_/]+\]?)"
)
_HALF = r"(?P<half>[aApP]\.?\s?[mM]\.?)"
_FORMS = [
    re.compile(form)
    for form in (
        r"(?P<day>.*?)[T\s,;:_-]*(?<!\d)(?P<hour>\d{1,2})[:hH](?P<minute>\d{2})"
        r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
        rf"\s*{_HALF}?\s*(?:Uhr|hrs?|h)?\s*{_ZONE}?(?:\s*[\[(].*[\])])?",
        r"(?P<day>\S*\d\S*)[T\s]+(?P<hour>\d{1,2})\.(?P<minute>\d{2})(?:\.(?P<second>\d{2}))?(?:\s*Uhr)?",
        rf"(?P<day>.*?)[T\s,]*(?<!\d)(?P<hour>\d{{1,2}})\s*{_HALF}",
        rf"(?P<day>\d{{4}}[-/]\d{{2}}[-/]\d{{2}})[T\s](?P<hour>\d{{1,2}})\s*(?:h|Uhr)?\s*{_ZONE}?",
        rf"(?P<day>.*\S)\s+(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}}):(?P<second>\d{{2}})\s+(?:{_ZONE}\s+)?(?P<year>\d{{4}})",
        rf"(?P<day>\d{{8}})[T\s_-](?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?\s*{_ZONE}?",
    )
]
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?(?:\s+(?:UTC|GMT|Z))?")
_ABBREVIATED = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 60,
    "BST": 60,
    "CET": 60,
    "CEST": 120,
    "MEZ": 60,
    "MESZ": 120,
}
_ABBREVIATED |= {"EET": 120, "EEST": 180, "EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480}
_ABBREVIATED |= {"PDT": -420, "AEST": 600, "AEDT": 660, "JST": 540}


@dataclass(frozen=True)
class Cell:
    """A cell, split.

    Args:
        day: what is left for the date; empty for a time of day alone.
        microseconds: since midnight, a whole day for 24:00; none where no time of day is written.
        zone: minutes ahead of UTC, or the name of a zone, or none.
    """

    day: str
    microseconds: int | None = None
    zone: int | str | None = None


def split(cell: str) -> Cell | None:
    """The parts of a cell, or none if its time of day is impossible."""
    for form in _FORMS:
        match = form.fullmatch(cell)
        if match is not None:
            found = match.groupdict()
            microseconds = _microseconds(found)
            zone = _zone(found.get("zone"))
            day = f"{found['day']} {found.get('year') or ''}".rstrip()
            return None if microseconds is None or zone == "" else Cell(day, microseconds, zone)
    return Cell(cell)


def _microseconds(found: dict[str, str | None]) -> int | None:
    hour, minute, second = (int(found.get(part) or 0) for part in ("hour", "minute", "second"))
    half = (found.get("half") or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * half.startswith("p")
    if minute > 59 or second > 59 or hour * 3_600 + minute * 60 + second > 86_400:
        return None
    fraction = int((found.get("fraction") or "").ljust(6, "0")[:6])
    return (hour * 3_600 + minute * 60 + second) * 1_000_000 + fraction


def _zone(text: str | None) -> int | str | None:
    """An empty one is none that is known."""
    if text is None:
        return None
    if text in _ABBREVIATED:
        return _ABBREVIATED[text]
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        sign, hours, minutes = offset.groups()
        return int(f"{sign}1") * (int(hours) * 60 + int(minutes or 0))
    return text.strip("[]") if "/" in text else ""
