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
