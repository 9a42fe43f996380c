"""Splits a large JSON body into its items, so that each can be parsed, used and dropped by itself.

Parsed as a whole, a body becomes Python objects of up to thirty times its size, and the parser holds the interpreter
lock for as long as it takes. Here a body is scanned part by part for quotes, brackets and commas. That says where its
items are and how many values each holds, so that counts are refused before anything is parsed.

What is no JSON is found too: every byte belongs to one item or to the rest, and all of these are parsed in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from seqserve.errors import InputError
from service.http import json_text
from service.http.problems import Problem

PART = 2**18
"""Bytes that are scanned at a time, which takes one or two milliseconds."""
_MOST_FIELDS = 1_000
_QUOTE, _ESCAPE, _COMMA, _OPEN, _LIST, _CLOSE = range(1, 7)
_KINDS = bytes(
    {
        ord('"'): _QUOTE,
        ord("\\"): _ESCAPE,
        ord(","): _COMMA,
        ord("{"): _OPEN,
        ord("["): _LIST,
        ord("}"): _CLOSE,
        ord("]"): _CLOSE,
    }.get(byte, 0)
    for byte in range(256)
)
_Places = npt.NDArray[np.int64]
_BLANKS = b" \t\r\n"


@dataclass(frozen=True)
class Counts:
    """How much a body may hold: items, and JSON values in each of them and in all that is beside them."""

    items: int
    values: int


class Unparsed:
    """An item of a large body, parsed when it is used.

    Attributes:
        echo: what comes back of it in the answer, known once it is parsed.
    """

    __slots__ = ("_index", "_is_text", "_most", "_text", "_values", "echo")

    def __init__(self, text: memoryview, index: int, values: int, most: int, is_text: bool) -> None:
        self._text = text
        self._index = index
        self._values = values
        self._most = most
        self._is_text = is_text
        self.echo: dict[str, Any] = {}

    @property
    def size(self) -> int:
        """Bytes of it in the body."""
        return len(self._text)

    def alone(self) -> Unparsed:
        """The same item, which does not keep the rest of its body in memory."""
        return Unparsed(memoryview(bytes(self._text)), self._index, self._values, self._most, self._is_text)

    def may_have(self, field: str) -> bool:
        """Whether it may have a field of this name, told without parsing it; surely not if its name is not in it."""
        text = bytes(self._text)
        return field.encode() in text or b"\\u" in text  # which may stand for a letter of the name

    def parse(self) -> Any:
        """The item.

        Raises:
            InputError: it holds too many values.
            Problem: it is no JSON, and so the body is none.
        """
        if self._values > self._most:
            message = f"{self._values} values, at most {self._most} are taken in an item; send the last ones"
            raise InputError("too_long", message, "")
        try:
            return orjson.loads(self._text)
        except orjson.JSONDecodeError as error:
            found = json_text.half_surrogates(self._text) if self._is_text else None
            if found is None:
                raise json_text.not_json(f"item {self._index}: {error}") from None
            return found


class Splitter:
    """Scans a large body part by part, and splits it.

    Args:
        field: the field of the body that holds the list of items.
        are_texts: the items are texts, which may hold half a surrogate pair.
    """

    def __init__(self, content: bytes, field: str, counts: Counts, *, are_texts: bool) -> None:
        self._content = content
        self._field = field
        self._counts = counts
        self._are_texts = are_texts
        self._in_string = self._is_escaped = False
        self._depth = self._values = 0
        # Of brackets and commas in the outer two levels: where, of which kind and level, how many values begin before.
        self._shallow: list[tuple[_Places, ...]] = []
        self._found = 0

    def scan(self, start: int) -> None:
        """Scan the part that begins there; parts come in their order.

        Raises:
            Problem: 413 there are too many items, fields, or values beside the items.
        """
        if self._found > self._counts.items + self._counts.values:
            return  # the rest changes nothing: `split` refuses what has been found
        kinds = np.frombuffer(self._content[start : start + PART].translate(_KINDS), np.uint8)
        places = np.flatnonzero(kinds)
        kinds = kinds[places]
        kinds, places = self._without_strings(kinds, places, len(self._content[start : start + PART]))
        opens = (kinds == _OPEN) | (kinds == _LIST)
        closes = kinds == _CLOSE
        depths = self._depth + np.cumsum(opens.astype(np.int64) - closes)
        values = self._values + np.cumsum(~closes)
        levels = depths + closes  # a closing bracket belongs to what it closes
        shallow = levels <= 2
        self._shallow.append((places[shallow] + start, kinds[shallow], levels[shallow], values[shallow]))
        self._found += len(self._shallow[-1][0])
        if len(places):
            self._depth, self._values = int(depths[-1]), int(values[-1])

    def _without_strings(
        self, kinds: npt.NDArray[np.uint8], places: _Places, size: int
    ) -> tuple[npt.NDArray[np.uint8], _Places]:
        """Brackets and commas outside strings."""
        if self._is_escaped and len(places) and places[0] == 0:
            kinds, places = kinds[1:], places[1:]
        self._is_escaped = False
        slashes = places[kinds == _ESCAPE]
        if len(slashes):
            ends = np.append(np.flatnonzero(np.diff(slashes) != 1), len(slashes) - 1)
            lengths = np.diff(ends, prepend=-1)
            escaped = slashes[ends[lengths % 2 == 1]] + 1
            self._is_escaped = bool(len(escaped)) and int(escaped[-1]) == size
            kept = (kinds != _ESCAPE) & ~np.isin(places, escaped, assume_unique=True)
            kinds, places = kinds[kept], places[kept]
        quotes = kinds == _QUOTE
        inside = (np.cumsum(quotes) + self._in_string) % 2 == 1
        if len(inside):
            self._in_string = bool(inside[-1])
        kept = ~(inside | quotes)
        return kinds[kept], places[kept]

    def split(self) -> Any:
        """The body, parsed, but for its items, which are `Unparsed`; without a list of items it is parsed as it is.

        Raises:
            Problem: 400 it is no JSON, 413 there are too many items, fields, or values beside the items.
        """
        places, kinds, levels, values = (np.concatenate(parts) for parts in zip(*self._shallow, strict=True))
        outer = places[levels == 1]
        lists = np.flatnonzero((levels == 2) & (kinds == _LIST))
        if len(outer) > _MOST_FIELDS + 2 or len(lists) > _MOST_FIELDS:
            raise Problem(413, "too-many-values", f"more than {_MOST_FIELDS} fields; send those that are described")
        for first in reversed(lists.tolist()):
            if self._is_key_before(outer, int(places[first])):
                return self._split_at(first, places, kinds, levels, values)
        self._check_rest(max(self._values, self._found))
        return json_text.parse(self._content, self._field if self._are_texts else None)

    def _is_key_before(self, outer: _Places, place: int) -> bool:
        """Whether the list that begins there is the value of our field."""
        before = int(np.searchsorted(outer, place)) - 1
        key = self._content[int(outer[before]) + 1 : place].strip(_BLANKS) if before >= 0 else b""
        try:
            return key.endswith(b":") and orjson.loads(key[:-1]) == self._field
        except orjson.JSONDecodeError:
            return False

    def _split_at(self, first: int, places: _Places, kinds: _Places, levels: _Places, values: _Places) -> Any:
        """Split at the list whose opening bracket is the event `first`."""
        closing = np.flatnonzero((kinds == _CLOSE) & (levels == 2))
        last = int(np.append(closing[closing > first], len(places))[0])
        commas = np.flatnonzero(kinds[first:last] == _COMMA) + first
        count = len(commas) + 1
        if count > self._counts.items:
            most = self._counts.items
            many = f"{count}" if last < len(places) else f"more than {most}"
            raise Problem(413, "too-many-items", f"{many} {self._field}, at most {most} are taken at a time")
        if last == len(places):
            self._check_rest(self._found)
            raise json_text.not_json("it ends within its items")
        edges = [first, *commas.tolist(), last]
        begin, end = int(places[first]) + 1, int(places[last])
        body = memoryview(self._content)
        rest = self._content[:begin] + self._content[end:]
        inside = int(values[last] - values[first])
        self._check_rest(self._values - inside)
        content = json_text.parse(rest)
        if isinstance(content, dict) and content.get(self._field) == []:  # else the same key comes once more
            ends, sums = places[edges].tolist(), values[edges].tolist()
            content[self._field] = (
                []
                if count == 1 and not self._content[begin:end].strip(_BLANKS)
                else [
                    Unparsed(
                        body[ends[index] + 1 : ends[index + 1]],
                        index,
                        sums[index + 1] - sums[index],
                        self._counts.values,
                        self._are_texts,
                    )
                    for index in range(count)
                ]
            )
        return content

    def _check_rest(self, values: int) -> None:
        if values > self._counts.values:
            detail = f"more than {self._counts.values} values beside those of {self._field}; send less at a time"
            raise Problem(413, "too-many-values", detail)
