"""Rows in any order, twice, missing, or too many become series on a time grid."""

import numpy as np
import pandas as pd
import pytest

from testing.series_tables import DAYS, refused, table, told, with_dates


def test_blank_lines_and_short_rows() -> None:
    read = table("\n\nDate,a,b,\n\n2012-01-03,1,2,\n   \n2012-01-04,3\n\n")
    assert read.features == ["a"]
    np.testing.assert_array_equal(read.values, [[1], [3]])


@pytest.mark.parametrize("gap", ["", "NA", "n/a", "NaN", "null", "None", "-", "?", " . "])
def test_gaps_are_kept_and_reported(gap: str) -> None:
    read = table(f"Date,a\n2012-01-03,1\n2012-01-04,{gap}\n2012-01-05,3\n")
    np.testing.assert_array_equal(read.values[:, 0], [1, np.nan, 3])
    assert told(read) == ["1 gap: each takes the value before it"]


def test_rows_are_put_in_order() -> None:
    read = table("Date,a\n2012-01-05,3\n2012-01-03,1\n2012-01-04,2\n")
    np.testing.assert_array_equal(read.values[:, 0], [1, 2, 3])
    assert told(read) == []


def test_newest_first_is_read_oldest_first() -> None:
    read = with_dates([day.strftime("%m/%d/%Y") for day in reversed(DAYS)])
    np.testing.assert_array_equal(read.values[:, 0], range(39, -1, -1))


def test_of_few_rows_that_contradict_each_other_the_last_counts() -> None:
    rows = [f"{day.date()},{number}" for number, day in enumerate(pd.date_range("2012-01-03", periods=120))]
    read = table("\n".join(["Date,a", *rows, f"{rows[-1].split(',')[0]},7"]))
    assert (len(read.values), read.values[-1, 0], read.rows, read.dropped) == (120, 7, 121, 1)
    assert told(read) == ["1 row with a repeated date dropped, the last of each kept"]


def test_many_rows_that_contradict_each_other_are_several_series() -> None:
    message = refused(
        "Date,a\n" + "\n".join(f"2012-01-{day:02d},{shop + day}" for shop in (1, 50) for day in range(1, 29))
    )
    assert "28 rows of 56 repeat a time with other values" in message
    assert "--id" in message


def test_rows_that_repeat_another_are_dropped_if_they_are_few() -> None:
    rows = [f"{day.date()},{number}" for number, day in enumerate(pd.date_range("2012-01-03", periods=120))]
    read = table("\n".join(["Date,a", *rows, rows[5]]))
    assert told(read) == ["1 row that repeat another dropped"]
    assert "say --allow-dropped" in refused("\n".join(["Date,a", *rows, *rows]))


def test_a_footer_is_no_row() -> None:
    read = table("Date,a\n2012-01-03,1\n2012-01-04,2\n2012-01-05,3\nTotal,6\n")
    np.testing.assert_array_equal(read.values[:, 0], [1, 2, 3])
    assert (read.rows, told(read)) == (3, ["1 line below the table skipped: Total 6"])


@pytest.mark.parametrize("frequency", ["D", "h", "15min", "W-SUN", "MS", "QS-OCT", "YS-JAN", "ME", "2h", "3D"])
def test_holes_are_put_in_as_gaps(frequency: str) -> None:
    times = pd.date_range("2012-01-01", periods=30, freq=frequency)
    read = with_dates([str(time) for time in times.delete([3, 4, 20])])
    assert list(read.times) == list(times)
    assert read.frequency == frequency or frequency[0] in "QY"
    assert list(np.flatnonzero(np.isnan(read.values[:, 0]))) == [3, 4, 20]
    assert len(told(read)) == 2
    assert told(read)[0].startswith("3 missing steps of frequency")


def test_holidays_stay_out() -> None:
    times = pd.date_range("2012-01-02", periods=60, freq="B").delete([10, 30])
    read = with_dates([str(time.date()) for time in times])
    assert (read.frequency, len(read.values)) == ("B", 58)
    assert told(read) == ["2 business days without a row, taken for holidays"]


def test_a_session_on_a_saturday_makes_no_weekends_of_gaps() -> None:
    times = pd.date_range("2012-01-02", periods=60, freq="B").union(pd.DatetimeIndex(["2012-01-07"]))
    read = with_dates([str(time.date()) for time in times])
    assert (read.frequency, len(read.values)) == ("B", 61)


def test_a_wrong_year_does_not_fill_memory() -> None:
    seconds = [str(time) for time in pd.date_range("2012-01-01", periods=50, freq="s")]
    read = with_dates([*seconds, "2912-01-01 00:00:00"])
    assert len(read.values) == 51
    assert "check the dates" in told(read)[-1]


def test_steps_of_no_frequency_are_left_alone() -> None:
    times = pd.to_datetime("2012-01-01") + pd.to_timedelta(np.cumsum(np.arange(1, 30) ** 2), unit="h")
    read = with_dates([str(time) for time in times])
    assert (read.frequency, len(read.values), told(read)) == (
        None,
        29,
        ["steps are irregular: the rows are taken as they follow each other"],
    )


def test_a_table_without_dates() -> None:
    read = table("a,b\n1,2\n3,4\n")
    assert (read.times, read.frequency) == (None, None)
    np.testing.assert_array_equal(read.values, [[1], [3]])


@pytest.mark.parametrize(("days", "filled"), [(9 * 20, True), (11 * 20, False)])
def test_more_than_ten_missing_steps_a_row_are_a_wrong_date(days: int, filled: bool) -> None:
    first = np.datetime64("2020-01-01")
    lines = [f"{first + day},{day}" for day in [*range(19), days]]
    read = table("\n".join(["Date,a", *lines]))
    assert len(read.values) == (days + 1 if filled else 20)
    assert any("check the dates" in line for line in told(read)) != filled
