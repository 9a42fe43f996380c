"""Mutations of valid requests to the tiny models of `testing`."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from testing.tasks import TASKS

_JSON = {"Content-Type": "application/json"}
GOOD: list[tuple[str, Any]] = [(task.path, body) for task in TASKS.values() for body in task.good]
_ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, 1e308, -1e308, 5e-324, 2**63, 2**64, -(2**63), 10**400),
    *(float("nan"), float("inf"), -float("inf")),
    *("", " ", "\0", "\x1b[2J", "\ud800", "\u202e", "\ufeff", "é" * 5000, "a" * 70_000, "-0", "NaN", "../.."),
    *("١٢٣", "𝔘𝔫𝔦", "👩‍👩‍👧", "เร็ว", "한국어 텍스트", "שלום", "z̸̡̢̛", "½²ⅷ", "e\u0301", "<b><i>&#0;&lt;", "a\u2028b"),
    *([], {}, [[]], [None], {"": None}, ["x"] * 100, {"a/b~": 1}),
]
_HEADERS: list[dict[str, str]] = [
    *({"Content-Type": kind} for kind in ("", "text/plain", "application/json; charset=utf-16", "*/*")),
    *({**_JSON, "Content-Encoding": kind} for kind in ("gzip", "br", "identity", "")),
    *({**_JSON, name: "x" * 5000} for name in ("X-Request-ID", "Accept", "Authorization", "Cookie")),
    *({**_JSON, "X-Request-ID": value} for value in ("", "ok-1", "a b", "%0d%0aX: y")),
    {**_JSON, "Expect": "100-continue"},
]


class Input(NamedTuple):
    """A request."""

    path: str
    body: bytes
    headers: dict[str, str]


def mutated(choose: random.Random, valid: Sequence[tuple[str, Any]] = GOOD) -> Input:
    """A valid request with up to three changes in its JSON and up to three in its bytes.

    Args:
        valid: paths and bodies to choose from.
    """
    path, good = choose.choice(valid)
    content = copy.deepcopy(good)
    for _ in range(choose.choice((0, 1, 1, 1, 2, 3))):
        content = _replaced(content, choose)
    body = json.dumps(content, ensure_ascii=choose.random() < 0.5).encode(errors="surrogatepass")
    for _ in range(choose.choice((0, 0, 0, 0, 0, 1, 3))):
        body = choose.choice(_BYTES)(body, choose)
    headers = choose.choice(_HEADERS) if choose.random() < 0.05 else _JSON
    return Input(path, body, headers)


def _replaced(content: Any, choose: random.Random) -> Any:
    """The content with one change, at any depth."""
    if isinstance(content, dict | list) and content and choose.random() < 0.8:
        keys: list[Any] = list(content) if isinstance(content, dict) else list(range(len(content)))
        key = choose.choice(keys)
        change = choose.random()
        if change < 0.1:
            del content[key]
        elif change < 0.2 and isinstance(content, dict):
            content[choose.choice(("", "x", "values", "model", "séries", "\ud800", "__class__"))] = content[key]
        elif change < 0.2:
            content += [content[key]] * choose.choice((1, 50))
        else:
            content[key] = _replaced(content[key], choose)
        return content
    if choose.random() < 0.1:
        for _ in range(choose.choice((1, 10, 300))):
            content = [content] if choose.random() < 0.5 else {"x": content}
        return content
    return copy.deepcopy(choose.choice(_ODD))


def _flipped(body: bytes, choose: random.Random) -> bytes:
    place = choose.randrange(len(body) + 1)
    return body[:place] + choose.randbytes(choose.choice((1, 1, 4))) + body[place + 1 :]


def _cut(body: bytes, choose: random.Random) -> bytes:
    return body[: choose.randrange(len(body) + 1)]


def _doubled(body: bytes, choose: random.Random) -> bytes:
    start, end = sorted((choose.randrange(len(body) + 1), choose.randrange(len(body) + 1)))
    return body[:end] + body[start:]


def _key_twice(body: bytes, choose: random.Random) -> bytes:
    return body.replace(
        b"{", choose.choice((b'{"series": 1, ', b'{"texts": [], ', b'{"values": "", ', b'{"id": {}, ')), 1
    )


def _token(body: bytes, choose: random.Random) -> bytes:
    tokens = (
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"0x10",
        b"01",
        b"+1",
        b"1.",
        b"'a'",
        b"\\u12",
        b'"\\ud83d"',
        b"\xef\xbb\xbf",
        b"/**/",
    )
    place = choose.randrange(len(body) + 1)
    return body[:place] + choose.choice(tokens) + body[place:]


def _nested(body: bytes, choose: random.Random) -> bytes:
    return choose.choice((b"[", b'{"a":', b'{"series":[')) * choose.choice((10, 1000, 100_000)) + body


_BYTES: list[Callable[[bytes, random.Random], bytes]] = [
    _flipped,
    _flipped,
    _cut,
    _doubled,
    _key_twice,
    _token,
    _nested,
]
