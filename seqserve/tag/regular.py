"""What follows a rule in a text: mail and web addresses, @names, phone numbers, and cards and IBANs by check digits.

References:
    https://github.com/google/libphonenumber (phone numbers); ISO/IEC 7812-1 (Luhn, cards); ISO 13616 (IBAN)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import phonenumbers

_PART, _SHARED = 2_000, 100
"""Characters in which phone numbers are looked for at a time, and those that two parts share."""
_TRIES = 1_000
_REGIONS = ("US", "GB")
"""Whose national form of a phone number is read too; those of other countries need their +code."""
_LOOKS_LIKE_PHONE = re.compile(r"\d(?:[^\d\n]{0,3}\d){5}")

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,63}")
_URL = re.compile(
    r"(?i:https?://|www\.)[^\s<>\"]+|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|edu|gov|io|co|uk|de|fr|info)/[^\s<>\"]+",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'\u2019\u201d*"
_HANDLE = re.compile(r"(?<![\w@.])@\w{1,30}(?![\w@])", re.ASCII)
_DIGITS = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,}(?![\w-]|[.,]\d)", re.ASCII)
_CARD_LENGTHS = range(13, 20)
_CARD_GROUPS = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3))
"""In which a card is told from digits beside it, such as its last month."""
_MOST_GROUPS = max(map(len, _CARD_GROUPS))
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
    for match in _DIGITS.finditer(text):
        groups = [group.span() for group in re.finditer(r"\d+", match[0])]
        if _is_card(match[0]):
            yield match.span()
            continue
        place = 0
        while place < len(groups):
            near = groups[place : place + _MOST_GROUPS]
            begin, ends = near[0][0], [end for _, end in near]
            counts = (count for count in _counts(near) if _is_card(match[0][begin : ends[count - 1]]))
            if count := next(counts, 0):
                yield match.start() + begin, match.start() + ends[count - 1]
            place += max(1, count)


def _counts(groups: Sequence[tuple[int, int]]) -> Iterator[int]:
    """How many of the first groups of digits may be a card."""
    sizes = tuple(end - begin for begin, end in groups)
    yield from (len(form) for form in _CARD_GROUPS if sizes[: len(form)] == form)
    yield 1


def _is_card(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    return len(digits) in _CARD_LENGTHS and luhn(digits) and digits[0] in "23456" and len(set(digits)) > 1


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
    done, step = 0, _PART - _SHARED
    for start in range(0, len(text), step):
        part = text[start : start + _PART]
        if not _LOOKS_LIKE_PHONE.search(part):
            continue
        last = start + step if start + _PART < len(text) else len(text)  # what begins behind may be cut off here
        found = {
            (start + match.start, start + match.end)
            for region in _REGIONS
            for match in phonenumbers.PhoneNumberMatcher(
                part, region, leniency=phonenumbers.Leniency.VALID, max_tries=_TRIES
            )
        }
        for begin, end in sorted(found, key=lambda span: (span[0], -span[1])):
            if done <= begin < last:
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
