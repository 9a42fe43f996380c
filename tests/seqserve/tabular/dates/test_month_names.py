from __future__ import annotations

import pytest

from seqserve.tabular.dates import month_names


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Jan", "Mär", "Okt", "Dez"], [1, 3, 10, 12]),
        (["ENERO", "dic."], [1, 12]),
        (["févr.", "août"], [2, 8]),
        (["czerwiec", "lip", "listopad"], [6, 7, 11]),
        (["svibanj", "listopad"], [5, 10]),  # in Croatian that is October
        (["Mar"], [3]),
    ],
)
def test_names_are_of_the_language_that_knows_most_of_them(words: list[str], expected: list[int]) -> None:
    assert month_names.numbers(words) == dict(zip(words, expected, strict=True))


def test_words_that_are_no_months_are_left_out() -> None:
    assert month_names.numbers(["shop", "Mon"]) == {}
