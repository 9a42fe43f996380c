from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seqserve.tabular import series_table
from seqserve.tabular.series_table import ReadOptions
from testing.series_tables import refused, table, told


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("Date,Close\n2012-01-03,1\n2012-01-04,2\n")
    read = series_table.read(path)
    assert read.features == ["Close"]
    np.testing.assert_array_equal(read.values, [[1], [2]])
    assert told(read) == []
    with pytest.raises(OSError, match="nowhere"):
        series_table.read(tmp_path / "nowhere.csv")


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


def test_a_column_of_a_tsv_may_hold_commas() -> None:
    read = series_table.clean(series_table.parse("own.tsv", b"x\n1,5\n2,5\n"))
    np.testing.assert_array_equal(read.values, [[1.5], [2.5]])


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
