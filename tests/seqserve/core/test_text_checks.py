from __future__ import annotations

import pytest

from seqserve.core import text_checks
from seqserve.errors import InputError


@pytest.mark.parametrize(
    ("text", "code"), [("abcd", "too_long"), ("\ud83d", "not_unicode"), ("", "empty"), (" \n", "empty")]
)
def test_a_text_that_cannot_be_read_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        text_checks.check(text, 3)
    assert (refused.value.code, refused.value.field) == (code, "text")


def test_a_text_of_the_longest_length_is_taken() -> None:
    text_checks.check("abc", 3)


def test_the_length_is_that_of_the_text_as_it_is_written_out() -> None:
    ligature = "\ufdfa"  # of eighteen characters
    text_checks.check(ligature * 10, 180)
    with pytest.raises(InputError, match="ligatures") as refused:
        text_checks.check(ligature * 10 + "a", 180)
    assert (refused.value.code, refused.value.field) == ("too_long", "text")
    text_checks.check("\u00e9" * 180, 180)
    with pytest.raises(InputError):
        text_checks.check(ligature * 3_000, 50_000)
