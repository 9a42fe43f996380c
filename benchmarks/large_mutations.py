"""Large bodies made by chance: valid and invalid ones of every route, of up to the size limit."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from benchmarks.large_bodies import Large, keys, repeated
from benchmarks.mutations import GOOD

_UNITS = [
    *(b'""', b"null", b"true", b"0", b"999", b"-1.5e3", b"[]", b"{}", b'{"":1}', b"[[]]", b"[1,2]", b'"a"', b"1e400"),
    *(
        b'"\\ud83d"',
        b'"\\u4e00"',
        '"\ufdfa"'.encode(),
        b'"2024-01-01"',
        b'{"values":[1]}',
        b'{"mean":[1],"actual":[1]}',
    ),
    *(b"nonsense", b"]", b"}", b'"', b" ", b"\xff"),
]
"""What is repeated."""


def large(choose: random.Random, most: int) -> Large:
    """A body of at most `most` bytes: a good one of any route in which one place is very long."""
    path, good = choose.choice([*GOOD, ("/forecast/actuals", {"items": [{"mean": [1.0], "actual": [1.0]}]})])
    size = int(most * choose.choice((0.01, 0.05, 0.2, 0.5, 0.99)))
    body = json.dumps(good).encode()
    make = choose.choice(_MAKERS)
    found = make(path, body, size, choose)
    if choose.random() < 0.1:
        found = found[: choose.randrange(len(found))]
    return Large(path, make.__name__.strip("_"), found[:most])


def _in_a_list(path: str, body: bytes, size: int, choose: random.Random) -> bytes:
    """One of the lists becomes long."""
    places = [place for place, byte in enumerate(body) if byte == ord("[")]
    place = choose.choice(places) + 1
    return repeated(body[:place], choose.choice(_UNITS), b"," * (body[place] != ord("]")) + body[place:], size)


def _in_an_object(path: str, body: bytes, size: int, choose: random.Random) -> bytes:
    """One of the objects gets many fields."""
    places = [place for place, byte in enumerate(body) if byte == ord("{")]
    place = choose.choice(places) + 1
    return keys(body[:place], b"," * (body[place] != ord("}")) + body[place:], size)


def _in_a_text(path: str, body: bytes, size: int, choose: random.Random) -> bytes:
    """One of the texts becomes long."""
    places = [place for place, byte in enumerate(body) if byte == ord('"')]
    place = choose.choice(places) + 1
    unit = choose.choice((b"a", b"good ", b"<b>", b"&amp;", b"\\n", b"\\u4e00", "\ufdfa".encode(), b"\\", b"1"))
    return body[:place] + unit * ((size - len(body)) // len(unit)) + body[place:]


def _of_items(path: str, body: bytes, size: int, choose: random.Random) -> bytes:
    """Many items, each of them good and long."""
    if path == "/forecast/actuals":
        unit, field = b'{"mean":[%s],"actual":[%s]}', b"items"
        count = max(1, size // 4_096 // 10)
        item = unit % (b",".join([b"1.25"] * count), b",".join([b"1.5"] * count))
    elif path == "/forecast":
        count = max(8, size // 4_096 // 7)
        item, field = b'{"values":[%s]}' % b",".join([b"999.25"] * count), b"series"
    elif path == "/classify":
        count = max(1, size // 4_096 // 10)
        item, field = b'{"values":[%s]}' % b",".join([b"[1.5,2.5]"] * count), b"sequences"
    else:  # many texts would rightly take longer than the deadline
        item, field = choose.choice((b'""', b'"%s"' % (b"good " * 30_000))), b"texts"
        size = min(size, 10 * len(item) if len(item) > 2 else size)
    count = min(choose.choice((1, 100, 4_000)), max(1, size // len(item)))
    return b'{"%s":[%s]}' % (field, b",".join([item] * count))


def _nested(path: str, body: bytes, size: int, choose: random.Random) -> bytes:
    place = choose.randrange(len(body))
    unit = choose.choice((b"[", b'{"a":', b'{"texts":[', b"]", b" "))
    return body[:place] + unit * ((size - len(body)) // len(unit)) + body[place:]


_Maker = Callable[[str, bytes, int, random.Random], bytes]
_MAKERS: list[_Maker] = [_in_a_list, _in_a_list, _in_an_object, _in_a_text, _of_items, _nested]
