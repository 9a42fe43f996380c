from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.errors import InputError
from service.http import json_items
from service.http.json_items import Counts, Splitter, Unparsed
from service.http.problems import Problem

FEW = Counts(items=5, values=40)


def split(content: bytes, counts: Counts = FEW, part: int = 7, *, are_texts: bool = False) -> Any:
    """Split in parts so small that strings, escapes and numbers lie across their edges."""
    splitter = Splitter(content, "items", counts, are_texts=are_texts)
    before, json_items.PART = json_items.PART, part
    try:
        for start in range(0, len(content), part):
            splitter.scan(start)
    finally:
        json_items.PART = before
    return splitter.split()


def parsed(content: bytes, **options: Any) -> Any:
    found = split(content, **options)
    if isinstance(found, dict) and isinstance(found.get("items"), list):
        items = [item.parse() if isinstance(item, Unparsed) else item for item in found["items"]]
        return {**found, "items": items}
    return found


def refused(content: bytes, **options: Any) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        parsed(content, **options)
    return caught.value.status, caught.value.kind


texts = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(['"', "\\", '\\"', "[", "},", "items"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
bodies = st.dictionaries(texts, values, max_size=3) | st.builds(
    lambda rest, items, more: {**rest, "items": items, **more},
    st.dictionaries(texts, values, max_size=2),
    st.lists(values, max_size=5),
    st.dictionaries(texts, values, max_size=2),
)
MANY = Counts(items=100, values=1_000)


@given(bodies, st.integers(1, 40), st.booleans(), st.sampled_from([None, 1]))
def test_split_is_parsed(body: Any, part: int, is_ascii: bool, indent: int | None) -> None:
    content = json.dumps(body, ensure_ascii=is_ascii, indent=indent).encode()
    assert parsed(content, counts=MANY, part=part) == orjson.loads(content)


@given(bodies, st.integers(1, 40), st.data())
def test_what_is_not_json_is_found_wherever_it_is(body: Any, part: int, data: st.DataObject) -> None:
    content = json.dumps(body).encode()
    place = data.draw(st.integers(0, len(content)))
    other = data.draw(st.sampled_from([b'"', b"\\", b"]", b"[", b"{", b"}", b",", b":", b"x", b"1", b"\xff", b""]))
    content = content[:place] + other + content[place + data.draw(st.integers(0, 2)) :]
    try:
        expected = orjson.loads(content)
    except orjson.JSONDecodeError:
        assert refused(content, counts=MANY, part=part) == (400, "not-json")
    else:
        assert parsed(content, counts=MANY, part=part) == expected


@pytest.mark.parametrize(
    "content",
    [
        b'{"items": [1], "items": [2, 3]}',
        b'{"items": [1], "items": 2}',
        b'{"items": 1, "items": [2]}',
        b'{"items": [1], "items": []}',
        rb'{"\u0069tems": [1, 2]}',
        b'{"a": {"items": [1, 2]}, "items" : [3]}',
        b'[{"items": [1, 2]}]',
        b'{"items": [ ]}',
        b'{"items": [[], {}, [[1]]]}',
        b'"items"',
    ],
)
def test_of_several_lists_the_one_is_meant_that_a_parser_takes(content: bytes) -> None:
    assert parsed(content) == orjson.loads(content)


def test_items_are_parsed_one_by_one() -> None:
    first, second = split(b'{"items": [{"a": 1}, nonsense]}')["items"]
    assert first.parse() == {"a": 1}
    with pytest.raises(Problem, match="item 1") as caught:
        second.parse()
    assert caught.value.kind == "not-json"


def test_too_many_items_are_refused_before_they_are_parsed() -> None:
    assert refused(b'{"items": [%s]}' % b",".join([b"x"] * 6)) == (413, "too-many-items")
    assert refused(b'{"items": [%s' % b",".join([b"x"] * 600)) == (413, "too-many-items")


def test_an_item_of_too_many_values_fails_alone() -> None:
    long, short = split(b'{"items": [[%s], 1]}' % b",".join([b"1"] * 41))["items"]
    with pytest.raises(InputError) as caught:
        long.parse()
    assert caught.value.code == "too_long"
    assert short.parse() == 1
    assert parsed(b'{"items": [[%s]]}' % b",".join([b"1"] * 39))["items"] == [[1] * 39]


@pytest.mark.parametrize(
    "content",
    [
        b'{"items": [1], "more": [%s]}' % b",".join([b"1"] * 50),
        b'{"more": [[%s]], "items": [1]}' % b",".join([b"1"] * 50),
        b'{"more": [%s]}' % b",".join([b"1"] * 500),
        b"[%s]" % b",".join([b"[]"] * 50),
        b"{}" * 500,
        b'{"a": ' + b"{}" * 500,
        b"[" * 500,
        b"]" * 500,
    ],
)
def test_so_are_too_many_values_beside_them(content: bytes) -> None:
    assert refused(content) == (413, "too-many-values")


def test_and_too_many_fields() -> None:
    content = b"{%s}" % b",".join(b'"%d": 1' % number for number in range(1_100))
    assert refused(content, counts=Counts(5, 10_000)) == (413, "too-many-values")


def test_a_text_may_hold_half_a_surrogate_pair() -> None:
    content = rb'{"items": ["\ud83d", "a"]}'
    assert parsed(content, are_texts=True) == {"items": ["\ud83d", "a"]}
    assert refused(content) == (400, "not-json")
    assert refused(rb'{"items": [{"a": "\ud83d"}]}', are_texts=True) == (400, "not-json")
