import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seqserve.tabular import series_table
from seqserve.tabular.series_table import ReadOptions, Table

MONTHS = 26
"""Longer than a year, and beyond the 12th of a month in days: nothing is left to guess."""


def table(text: str | bytes, *features: str) -> Table:
    content = text.encode() if isinstance(text, str) else text
    return series_table.clean(series_table.parse("own.csv", content), features, "own.csv")


def with_dates(dates: list[str], delimiter: str = ",", name: str = "Date") -> Table:
    rows = [f'"{date}"{delimiter}{number}' for number, date in enumerate(dates)]
    return table("\n".join([f"{name}{delimiter}Close", *rows]))


ROUTINE = re.compile(r" is forecast: |^steps are (?!irregular)|^cells are separated|^dates of column|^years of column")


def told(read: Table) -> list[str]:
    """What is said beyond how columns and steps were understood."""
    return [line for line in read.report if not ROUTINE.search(line)]


def refused(text: str | bytes, *features: str) -> str:
    with pytest.raises(ValueError, match=r"own\.csv") as caught:
        table(text, *features)
    return str(caught.value)


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("Date,Close\n2012-01-03,1\n2012-01-04,2\n")
    read = series_table.read(path)
    assert read.features == ["Close"]
    np.testing.assert_array_equal(read.values, [[1], [2]])
    assert told(read) == []
    with pytest.raises(OSError, match="nowhere"):
        series_table.read(tmp_path / "nowhere.csv")


DAYS = pd.date_range("2012-01-03", periods=40, freq="D")


@pytest.mark.parametrize(
    "form",
    [
        *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ"),
        *("%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d.%m.%Y", "%m/%d/%y", "%d/%m/%y", "%d. %m. %Y", "%d/%m/%Y %H:%M"),
        *("%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%a, %d %b %Y", "%m/%d/%Y %I:%M:%S %p"),
        *("%Y-%m-%d 00:00:00.000", "%Y-%m-%d 00:00:00+02:00", "%d/%b/%Y %H:%M:%S"),
    ],
)
def test_any_format_of_dates(form: str) -> None:
    read = with_dates([day.strftime(form) for day in DAYS])
    assert read.times is not None
    assert list(read.times.tz_localize(None)) == list(DAYS)
    assert (read.features, read.frequency, told(read)) == (["Close"], "D", [])


@pytest.mark.parametrize("form", ["%-m/%-d/%Y", "%-d/%-m/%Y", "%-d.%-m.%y"])
def test_days_and_months_of_one_digit(form: str) -> None:
    read = with_dates([day.strftime(form) for day in DAYS])
    assert list(read.times) == list(DAYS)


@pytest.mark.parametrize("form", ["%Y-%m", "%Y/%m", "%Y%m", "%m/%Y", "%b-%Y", "%B %Y", "%b-%y", "%d/%m/%Y", "%m/%d/%Y"])
def test_any_format_of_months(form: str) -> None:
    months = pd.date_range("1990-01-01", periods=MONTHS, freq="MS")
    read = with_dates([month.strftime(form) for month in months], name="Month")
    assert list(read.times) == list(months)
    assert (read.frequency, told(read)) == ("MS", [])


@pytest.mark.parametrize("form", ["{0}Q{1}", "{0}-Q{1}", "Q{1} {0}"])
def test_quarters(form: str) -> None:
    read = with_dates([form.format(2010 + i // 4, i % 4 + 1) for i in range(12)], name="Quarter")
    assert list(read.times) == list(pd.date_range("2010-01-01", periods=12, freq="QS"))
    assert read.frequency == "QS-OCT"


def test_the_first_column_of_nothing_but_dates_is_found_by_its_cells() -> None:
    read = table(
        "shop,when,until,load\n" + "\n".join(f"{day.day},{day:%d/%m/%Y},{day:%d/%m/%Y},{day.day / 2}" for day in DAYS),
        "load",
    )
    assert list(read.times) == list(DAYS)
    assert read.time == ["when"]


def test_day_and_month_are_told_apart_by_the_rows_around() -> None:
    january = ["1/3/2017", "1/4/2017", "1/5/2017", "1/6/2017", "1/9/2017", "1/10/2017"]
    assert with_dates(january).times[-1] == pd.Timestamp("2017-01-10")
    swapped = ["3/1/2017", "4/1/2017", "5/1/2017", "6/1/2017", "9/1/2017", "10/1/2017"]
    assert with_dates(swapped).times[-1] == pd.Timestamp("2017-01-10")


def test_files_with_different_dates_can_be_joined() -> None:
    parts = [
        series_table.parse("a", b"Date,Close\n2018-12-28,1\n2018-12-31,2"),
        series_table.parse("b", b"Date,Close\n1/2/19,3\n1/14/19,4"),
    ]
    joined = series_table.clean(pd.concat(parts, ignore_index=True))
    assert [f"{time:%Y-%m-%d}" for time in joined.times] == ["2018-12-28", "2018-12-31", "2019-01-02", "2019-01-14"]


@pytest.mark.parametrize(("name", "dated"), [("Year", True), ("date", True), ("Sales", False)])
def test_years_are_dates_where_the_column_says_so(name: str, dated: bool) -> None:
    read = table(f"{name},Passengers\n" + "\n".join(f"{year},{year * 2}" for year in range(1949, 1961)))
    assert (read.times is not None) == dated
    assert read.features == ["Passengers"]
    if dated:
        assert read.frequency == "YS-JAN"


def test_unix_times_are_dates_where_the_column_says_so() -> None:
    start = 1_600_000_000
    for factor in (1, 1000):
        read = table("timestamp,load\n" + "\n".join(f"{(start + 3600 * i) * factor},{i}" for i in range(5)))
        assert (read.times[0], read.frequency) == (pd.Timestamp("2020-09-13T12:26:40"), "h")


@pytest.mark.parametrize("name", ["month", "day", "hour", "period", "time", "week"])
def test_whole_numbers_that_count_something_are_no_dates(name: str) -> None:
    read = table(f"{name},load\n" + "\n".join(f"{i},{i * 2}" for i in range(1, 13)))
    assert read.times is None
    assert read.features == ["load"]


def test_a_date_in_several_columns_is_put_together() -> None:
    hours = pd.date_range("2010-01-01", periods=60, freq="h")
    rows = [f"{i},{t.year},{t.month},{t.day},{t.hour},{i * 2},NW" for i, t in enumerate(hours, 1)]
    read = table("No,year,month,day,hour,pm2.5,cbwd\n" + "\n".join(rows), "pm2.5")
    assert list(read.times) == list(hours)
    assert (read.frequency, told(read)) == ("h", [])


def test_words_are_no_dates() -> None:
    read = table("day,wind,load\n" + "\n".join(f"{day},{wind},1" for day, wind in [("Mon", "NW"), ("May", "SE")] * 3))
    assert read.times is None
    assert read.features == ["load"]


def test_times_keep_their_zone_and_days_are_counted_by_its_calendar() -> None:
    days = ["2012-03-09 00:00:00-05:00", "2012-03-12 00:00:00-04:00", "2012-03-13 00:00:00-04:00"]
    assert [time.isoformat() for time in with_dates(days).times] == [day.replace(" ", "T") for day in days]
    hours = ["2012-11-04T00:30-04:00", "2012-11-04T01:30-04:00", "2012-11-04T01:30-05:00", "2012-11-04T02:30-05:00"]
    assert [time.tz_convert("UTC").hour for time in with_dates(hours).times] == [4, 5, 6, 7]
    assert with_dates(hours).frequency == "h"


def test_thousands_and_currency_signs() -> None:
    text = 'Date,Close,Volume\n2012-01-03,"$1,663.59","7,380,500"\n2012-01-04,$666.45,"5,749,400"\n'
    np.testing.assert_array_equal(table(text, "Close", "Volume").values, [[1663.59, 7380500], [666.45, 5749400]])


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1,234", "5,678", "1,234,567"], [1234, 5678, 1234567]),
        (["1,234.5", "2"], [1234.5, 2]),
        (["€ 3", "£4", "5 %", "6\u00a0"], [3, 4, 5, 6]),
        (["1'234'567", "2"], [1234567, 2]),
        (["1e3", "-2.5E-1", "+3", ".5", "5."], [1000, -0.25, 3, 0.5, 5]),
        (["(1,234.50)", "\u22122"], [-1234.5, -2]),
        (["3,5", "1.234,25", "2"], [3.5, 1234.25, 2]),
        (["0,125", "0,250"], [0.125, 0.25]),
        (["3,5", "1,25", "2"], [3.5, 1.25, 2]),
        (["1,5", "1,2345"], [1.5, 1.2345]),
        (["1.234.567", "2"], [1234567, 2]),
        (["1 234 567", "12\u00a0345,5", "-1\u202f000", "999"], [1234567, 12345.5, -1000, 999]),
        (["( 1,234.50 )", "- 2", "$ 3"], [-1234.5, -2, 3]),
    ],
)
def test_numbers_as_people_write_them(cells: list[str], numbers: list[float]) -> None:
    for delimiter in "\t|":
        read = table("\n".join([f"name{delimiter}x", *(f"a{delimiter}{cell}" for cell in cells)]))
        np.testing.assert_array_equal(read.values[:, 0], numbers)


@pytest.mark.parametrize("cell", ["0\t100.5", "0 100.5", "60 98.5", "60  104.5", "2012 104.5", "1 2345", "1.5 250"])
def test_numbers_apart_by_a_space_are_not_one(cell: str) -> None:
    assert f"{cell!r} in column x is no number" in refused(f"name,x\na,1\nb,2\nc,{cell}\n")


@pytest.mark.parametrize("first", [0, 1])
def test_the_number_of_a_row_is_no_thousand_of_its_value(first: int) -> None:
    rows = [f"a,{first + step} {100.5 + step}" for step in range(12)]
    assert "no column holds numbers" in refused("\n".join(["name,x", *rows]))


def test_a_column_without_a_name_keeps_its_place() -> None:
    read = table("\tClose\n0\t100.5\n1\t101.5\n", "column 1", "Close")
    assert read.features == ["column 1", "Close"]
    np.testing.assert_array_equal(read.values, [[0, 100.5], [1, 101.5]])
    np.testing.assert_array_equal(table("\n \n\tClose\n\t1\n\t2\n").values, [[1], [2]])


def test_a_comma_in_a_file_of_semicolons_is_decimal() -> None:
    read = table("Datum;Kurs;Menge\n03.01.2012;1,250;2\n04.01.2012;1,500;3\n13.01.2012;0,75;4\n", "Kurs", "Menge")
    np.testing.assert_array_equal(read.values, [[1.25, 2], [1.5, 3], [0.75, 4]])
    np.testing.assert_array_equal(table("a;b\n1,25;x\n1,250;y\n").values[:, 0], [1.25, 1.25])
    np.testing.assert_array_equal(table("a;b\n1,234,567;x\n2,500;y\n").values[:, 0], [1234567, 2500])


def test_a_comma_before_three_digits_is_read_where_commas_separate_cells_and_else_refused() -> None:
    np.testing.assert_array_equal(table('a,b\n"1,250",x\n"2,500",y\n').values[:, 0], [1250, 2500])
    assert "--decimal" in refused("a;b\n1,250;x\n2,500;y\n")
    said = series_table.clean(
        series_table.parse("own.csv", b"a;b\n1,250;x\n2,500;y\n"), ReadOptions(decimal=","), "own.csv"
    )
    np.testing.assert_array_equal(said.values[:, 0], [1.25, 2.5])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    read = table(end.join(["Date,Température", "2012-01-03,1.5", "2012-01-04,2", ""]).encode(encoding))
    assert read.features == ["Température"]
    np.testing.assert_array_equal(read.values, [[1.5], [2]])


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


def test_a_column_of_a_tsv_may_hold_commas() -> None:
    read = series_table.clean(series_table.parse("own.tsv", b"x\n1,5\n2,5\n"))
    np.testing.assert_array_equal(read.values, [[1.5], [2.5]])


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


def test_a_column_named_as_dates_that_holds_none_is_said_so() -> None:
    read = table("Date,a\nfirst,1\nsecond,2\n")
    assert read.times is None
    assert told(read) == ["column Date holds no dates that can be read"]


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


def test_columns_are_chosen_by_name_whatever_their_case() -> None:
    text = "Date,Open,Close,close\n2012-01-03,1,2,3\n"
    assert table(text, "OPEN", "Close", "open").features == ["Open", "Close"]
    assert table(text, "close").features == ["close"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n\n  \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ("Date,Close", "a header and no rows"),
        ("Date,Close\n\n", "a header and no rows"),
        ("2012-01-03,1\n2012-01-04,2\n", "no header"),
        ("1\n2\n", "no header"),
        ("a,b\n1,2,3\n", "row 2 has 3 cells, the header has 2"),
        ("Volume,b\n1,234,5\n", "quotes"),
        ("a,a\n1,2\n", "two columns named 'a'"),
        ("name\nx\ny\n", "no column holds numbers to forecast; the columns are name"),
        ("Date\n2012-01-03\n2012-01-04\n", "no column holds numbers"),
        ("a\n\n", "no rows"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (bytes(range(256)) * 10, "binary"),
        ("a,b\n" + "x" * 200_000 + ",1\n", "row 2"),
    ],
)
def test_what_is_no_table(text: str | bytes, message: str) -> None:
    assert message in refused(text)


@pytest.mark.parametrize(
    ("text", "said", "features", "values"),
    [
        ("112\n118\n132\n", {}, ["value"], [112, 118, 132]),
        ("1,100.5\n2,101.5\n3,99\n", {}, ["column 2"], [100.5, 101.5, 99]),
        ("100,5\n101,5\n", {"decimal": ","}, ["value"], [100.5, 101.5]),
        ("100,5\n101,7\n", {"decimal": ".", "target": ["column 2"]}, ["column 2"], [5, 7]),
        ("\n2020-01-01;3,5\n2020-01-02;4,5\n", {}, ["column 2"], [3.5, 4.5]),
    ],
)
def test_without_a_header_the_first_row_is_values(
    text: str, said: dict[str, Any], features: list[str], values: list[float]
) -> None:
    options = ReadOptions(header=False, **said)
    found = series_table.clean(series_table.parse("a.csv", text.encode(), options), options)
    assert (found.features, found.values[:, 0].tolist(), found.rows) == (features, values, len(values))
    assert "there are no names above the columns, so they are called by number" in found.report


def test_a_comma_that_may_be_part_of_a_number_is_refused_without_a_header() -> None:
    with pytest.raises(ValueError, match="100,5 may be one number or two cells; say --decimal"):
        series_table.parse("a.csv", b"100,5\n101,5\n", ReadOptions(header=False))


def test_the_first_row_is_names_if_that_is_said() -> None:
    found = series_table.parse("a.csv", b"1,2\n3,4\n", ReadOptions(header=True))
    assert list(found.columns) == ["1", "2"]


@pytest.mark.parametrize("cell", ["abc", "12x", "12,34,5", "inf", "1e999", "--5", "2012-01-03", "1.2.3"])
def test_a_cell_that_is_no_number_is_named_with_its_row_and_column(cell: str) -> None:
    message = refused(f'Date,Open,Close\n2012-01-03,1,2\n\n2012-01-04,1,"{cell}"\n', "Close")
    assert "row 4" in message
    assert repr(cell) in message
    assert "column Close" in message


def test_a_column_that_is_not_there_is_answered_with_those_that_are() -> None:
    assert "no column 'High'; the columns are Date, Open, Close" in refused("Date,Open,Close\n2012-01-03,1,2\n", "High")


def test_a_comma_that_means_thousands_here_and_a_fraction_there_is_not_guessed() -> None:
    assert "--decimal" in refused('a,b\n"1,250.5",x\n"1,25",y\n', "a")


def test_a_date_is_no_number() -> None:
    assert "column Date is no number" in refused("Date,Open\n2012-01-03,1\n", "Date")


def test_the_fingerprint_is_of_the_data_not_of_the_file() -> None:
    one = table("Date,a\n2012-01-03,1000\n2012-01-04,2\n2012-01-05,3\n")
    same = table('Date;A\n04.01.2012;2\n"03.01.2012";1.000,0\n05.01.2012;3\n', "A")
    assert same.features == ["A"]
    assert one.fingerprint() == table("Date\ta\n5 Jan 2012\t3\n3 Jan 2012\t$1,000\n4 Jan 2012\t2.0\n").fingerprint()
    others = [
        "Date,a\n2012-01-03,1000\n2012-01-04,2\n2012-01-05,4\n",
        "Date,a\n2012-01-04,1000\n2012-01-05,2\n2012-01-06,3\n",
    ]
    assert len({one.fingerprint(), same.fingerprint(), *(table(other).fingerprint() for other in others)}) == 4


@pytest.mark.slow
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"\xff\xfe\xff")
@example(b'a,b\n"1,2\n')
@settings(max_examples=150, deadline=None)
def test_any_file_is_a_table_or_a_value_error_that_names_it(content: bytes) -> None:
    try:
        read = table(content)
    except ValueError as error:
        message = str(error)
    else:
        message = "own.csv"
        assert read.values.shape[1] == len(read.features) > 0
    assert message.startswith("own.csv")


_cells = st.sampled_from(
    [
        *(
            "",
            "1",
            "2012",
            "201201",
            "20120103",
            "2012-01-03",
            "1/2/2012",
            "13/1/2012",
            "Jan-12",
            "1,5",
            "1,234",
            "NA",
            "x",
        ),
        *("9" * 400, "00:00", "2012-01-03T25:00", "99/99/9999", "0000-00-00", "9999-12-31", "1e308", "Q1 2012", "-1"),
    ]
)


@pytest.mark.slow
@given(
    st.sampled_from([["Date", "a"], ["year", "month"], ["Month", "b"], ["x", "timestamp"], ["year", "month", "day"]]),
    st.lists(st.lists(_cells, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(",;\t"),
)
@settings(max_examples=120, deadline=None)
def test_any_cells_give_a_table_in_order_or_a_value_error(
    header: list[str], rows: list[list[str]], delimiter: str
) -> None:
    lines = [header, *(row[: len(header)] for row in rows)]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    try:
        read = table(text)
    except ValueError as error:
        message = str(error)
    else:
        message = "own.csv"
        assert read.times is None or (read.times.is_monotonic_increasing and len(read.times) == len(read.values))
    assert message.startswith("own.csv")


@pytest.mark.parametrize(("days", "filled"), [(9 * 20, True), (11 * 20, False)])
def test_more_than_ten_missing_steps_a_row_are_a_wrong_date(days: int, filled: bool) -> None:
    first = np.datetime64("2020-01-01")
    lines = [f"{first + day},{day}" for day in [*range(19), days]]
    read = table("\n".join(["Date,a", *lines]))
    assert len(read.values) == (days + 1 if filled else 20)
    assert any("check the dates" in line for line in told(read)) != filled
