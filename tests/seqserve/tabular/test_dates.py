from __future__ import annotations

import pandas as pd
import pytest

from seqserve.tabular import dates


def parsed(*cells: str) -> list[str]:
    times = dates.parse(pd.Series(cells, dtype="str"))
    return ["" if pd.isna(time) else time.isoformat().removesuffix("T00:00:00") for time in times]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2020-01-02", "2020/01/03"], ["2020-01-02", "2020-01-03"]),
        (["13/01/2020", "01/02/2020"], ["2020-01-13", "2020-02-01"]),  # the 13th is no month
        (["01/13/2020", "02/01/2020"], ["2020-01-13", "2020-02-01"]),
        (["20200102", "20200103"], ["2020-01-02", "2020-01-03"]),
        (["2012Q3", "2012Q4"], ["2012-07-01", "2012-10-01"]),
        (["2020-01-02 03:04+01:00"], ["2020-01-02T02:04:00"]),
        (["2020-01-02", "soon"], ["2020-01-02", ""]),
    ],
)
def test_dates_are_read_as_people_write_them(cells: list[str], expected: list[str]) -> None:
    assert parsed(*cells) == expected


def test_the_order_of_day_and_month_that_makes_the_steps_even_is_taken() -> None:
    """The other order has the rows nearer together, but one of its steps is 28 times as long as the others."""
    assert parsed("07/11/2020", "08/09/2020", "07/12/2020", "08/10/2020") == [
        "2020-11-07",
        "2020-09-08",
        "2020-12-07",
        "2020-10-08",
    ]


@pytest.mark.parametrize(
    ("alias", "expected"),
    [("D", "D"), ("B", "B"), ("h", "h"), ("W-SUN", "W-SUN"), ("MS", "MS"), ("ME", "ME"), ("QS-MAR", "QS-DEC")],
)
def test_the_frequency_of_regular_steps(alias: str, expected: str) -> None:
    assert dates.frequency(pd.date_range("2020-01-01", periods=24, freq=alias)) == expected


def test_irregular_steps_have_no_frequency() -> None:
    days = [0, 1, 5, 7, 20, 22, 31, 49]
    assert (
        dates.frequency(pd.DatetimeIndex([pd.Timestamp("2020-01-01") + pd.Timedelta(days=day) for day in days])) is None
    )
