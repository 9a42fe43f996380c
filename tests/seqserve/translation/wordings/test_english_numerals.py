from __future__ import annotations

import re

import pytest

from seqserve.translation.wordings import english_numerals


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("seventy-three books", [73]),
        ("three hundred and sixty-five days", [365]),
        ("Ten thousand soldiers and two million people", [10_000, 2_000_000]),
        ("a hundred and one", [101]),
        ("seven hundred and fifty thousand two hundred", [750_200]),
        ("two thousand twenty", [2020]),
        ("twenty one", [21]),
        ("one billion two million three", [1_002_000_003]),
        ("two three", [None]),
        ("nineteen eighty-four", [None]),
        ("twenty twelve", [None]),
        ("two million billion", [None]),
        ("I have three dogs and five cats", []),
        ("a thousand thanks, one hundred-year-old tree", []),
    ],
)
def test_numbers_in_words(text: str, found: list[int | None]) -> None:
    numerals = re.finditer(english_numerals.NUMERAL, text, re.IGNORECASE)
    assert [english_numerals.value(numeral[0]) for numeral in numerals] == found
