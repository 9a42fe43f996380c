from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.tag import words


def texts(text: str) -> list[str]:
    return [word.text for word in words.split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Obama's plan", ["Obama", "'", "s", "plan"]),
        ("Al-Qaeda", ["Al", "-", "Qaeda"]),
        ("#UK (MH17)", ["#", "UK", "(", "MH17", ")"]),
        ("@jo_x hi a.b@c.org", ["@jo_x", "hi", "a.b@c.org"]),
        ("see http://t.co/x1 now", ["see", "http://t.co/x1", "now"]),
        ("नरेंद्र मोदी", ["नरेंद्र", "मोदी"]),
        ("Zoe\u0301 😂😂", ["Zoe\u0301", "😂", "😂"]),
        ("", []),
    ],
)
def test_words_are_as_fine_as_entities_may_need(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@given(st.text(max_size=60))
def test_words_stand_where_they_say_and_leave_out_white_space_only(text: str) -> None:
    done = 0
    for word in words.split(text):
        assert text[word.start : word.end] == word.text
        assert not text[done : word.start].strip()
        done = word.end
    assert not text[done:].strip()


def test_a_long_text_is_split_as_its_parts_are() -> None:
    text = "Ann met Bob. " * 2_000
    assert texts(text) == texts("Ann met Bob. ") * 2_000


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Paris", "paris"),
        ("2024", "0000"),
        ("@ann", "<handle>"),
        ("a@b.org", "<mail>"),
        ("WWW.x.org", "<url>"),
        ("ﬁx", "fix"),
    ],
)
def test_a_word_is_looked_up_without_its_case_and_digits(word: str, key: str) -> None:
    assert words.key(word) == key


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("paris", "lower"),
        ("Paris", "title"),
        ("PARIS", "upper"),
        ("iPhone", "mixed"),
        ("17", "digits"),
        ("MH17", "letters and digits"),
        ("中国", "caseless"),
        ("J", "letter"),
        ("!", "other"),
        ("@ann", "special"),
    ],
)
def test_shapes(word: str, shape: str) -> None:
    assert words.SHAPES[words.shape(word)] == shape


def test_the_case_of_a_text_says_whether_capitals_mean_anything() -> None:
    assert [words.case(text.split()) for text in ("no capitals", "Some here", "ALL OF THEM @ann")] == [0, 1, 2]
