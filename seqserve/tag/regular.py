"""What follows a rule in a text: mail and web addresses, @names, phone numbers, and cards and IBANs by check digits.

References:
    https://github.com/google/libphonenumber (phone numbers); ISO/IEC 7812-1 (Luhn, cards); ISO 13616 (IBAN)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import phonenumbers

_PART, _SHARED = 2_000, 100
"""Characters in which phone numbers are looked for at a time, and those that two parts share."""
_TRIES = 1_000
_REGIONS = ("US", "GB")
"""Whose national form of a phone number is read too; those of other countries need their +code."""
_LOOKS_LIKE_PHONE = re.compile(r"\d(?:[^\d\n]{0,3}\d){5}")

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,63}(?![\w-])")
_URL = re.compile(
    r"(?i:https?://|www\.)[^\s<>\"]{1,2000}|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|edu|gov|io|co|uk|de|fr|info)/[^\s<>\"]{1,2000}",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'\u2019\u201d*"
_HANDLE = re.compile(r"(?<![\w@.])@\w{1,30}(?![\w@])", re.ASCII)
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)", re.ASCII)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)", re.ASCII | re.IGNORECASE)
_IBAN_LENGTHS = (15, 34)


class Match(NamedTuple):
    """A stretch of a text in code points, the end exclusive, and what it is."""

    start: int
    end: int
    kind: str


def find(text: str, kinds: Iterable[str]) -> list[Match]:
    """What a text has of these `KINDS`, in reading order; matches of several kinds may overlap."""
    return sorted(Match(start, end, kind) for kind in dict.fromkeys(kinds) for start, end in _FINDERS[kind](text))


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others, as on cards."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def is_iban(compact: str) -> bool:
    """Whether the check digits of an IBAN without spaces are right."""
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def _mails(text: str) -> Iterator[tuple[int, int]]:
    for match in _MAIL.finditer(text):
        yield match.span()


def _urls(text: str) -> Iterator[tuple[int, int]]:
    for match in _URL.finditer(text):
        inner = match[0].rstrip(_TRAILING)
        yield match.start(), match.start() + len(inner)


def _handles(text: str) -> Iterator[tuple[int, int]]:
    for match in _HANDLE.finditer(text):
        yield match.span()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if luhn(digits) and digits[0] in "23456" and len(set(digits)) > 1:
            yield match.span()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    least, most = _IBAN_LENGTHS
    place = 0
    while match := _IBAN.search(text, place):
        place = match.end()
        # A word behind it looks like its last group: the longest beginning whose check digits are right counts.
        ends = [match.end(), *(match.start() + gap.start() for gap in reversed(list(re.finditer(" ", match[0]))))]
        for end in ends:
            compact = text[match.start() : end].replace(" ", "").upper()
            if least <= len(compact) <= most and is_iban(compact):
                yield match.start(), end
                place = end
                break


def _phones(text: str) -> Iterator[tuple[int, int]]:
    """The numbers that libphonenumber takes for possible ones of their country.

    It looks at the whole of what it is given several times, so that it is given parts of bounded length.
    """
    done = 0
    for start in range(0, len(text), _PART - _SHARED):
        part = text[start : start + _PART]
        if not _LOOKS_LIKE_PHONE.search(part):
            continue
        found = {
            (start + match.start, start + match.end)
            for region in _REGIONS
            for match in phonenumbers.PhoneNumberMatcher(
                part, region, leniency=phonenumbers.Leniency.VALID, max_tries=_TRIES
            )
        }
        for begin, end in sorted(found, key=lambda span: (span[0], -span[1])):
            if begin >= done:
                yield begin, end
                done = end


_FINDERS: dict[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "email": _mails,
    "url": _urls,
    "iban": _ibans,
    "card": _cards,
    "phone": _phones,
    "handle": _handles,
}
KINDS = tuple(_FINDERS)
"""What can be found by a rule; where two have the same place, the earlier one counts."""
