from __future__ import annotations

import pytest

from service.http import json_text
from service.http.problems import Problem

HALF = rb'{"words": ["\ud83d"], "model": null}'


def refused(content: bytes, field: str | None = None) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        json_text.parse(content, field)
    return caught.value.status, caught.value.kind


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": NaN}', b'{"a": 1} b', b"\xff", b'{"a": 1e999}'])
def test_what_is_not_json_is_refused(content: bytes) -> None:
    assert refused(content) == (400, "not-json")


def test_half_a_surrogate_pair_may_stand_in_the_texts_alone() -> None:
    assert json_text.parse(HALF, "words") == {"words": ["\ud83d"], "model": None}
    assert refused(HALF) == (400, "not-json")
    assert refused(HALF, "texts") == (400, "not-json")


@pytest.mark.parametrize(
    "content",
    [
        rb'{"words": ["a"], "model": "\ud83d"}',
        rb'{"words": [{"a": "\ud83d"}]}',
        rb'{"words": "\ud83d"}',
        rb'{"words": ["\ud83d", NaN]}',
        rb'{"words": ["\ud83d", 1e999]}',
        rb'["\ud83d"]',
    ],
)
def test_nor_does_it_excuse_what_is_wrong_elsewhere(content: bytes) -> None:
    assert refused(content, "words") == (400, "not-json")


def test_a_text_alone_may_hold_half_a_pair() -> None:
    assert json_text.half_surrogates(memoryview(rb' "a\ud83d" ')) == "a\ud83d"
    assert json_text.half_surrogates(memoryview(rb'["\ud83d"]')) is None
    assert json_text.half_surrogates(memoryview(rb'"\ud83d')) is None
