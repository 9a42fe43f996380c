from __future__ import annotations

import pytest

from seqserve.tabular.dates import names


@pytest.mark.parametrize(
    ("name", "named"),
    [("Trade Date", True), ("orderDate", True), ("ds", True), ("Datum", True), ("update", False), ("Sales", False)],
)
def test_names_say_whether_a_column_holds_dates(name: str, named: bool) -> None:
    assert names.is_named(name) == named


def test_names_are_cut_into_words() -> None:
    assert names.words_of("tradeDate_UTC") == {"trade", "date", "utc"}


@pytest.mark.parametrize(("name", "hint"), [("ISO Week", "week"), ("KW", "week"), ("Quartal", "quarter"), ("date", "")])
def test_a_name_says_what_numbers_beside_years_are(name: str, hint: str) -> None:
    assert names.hint(name) == hint
