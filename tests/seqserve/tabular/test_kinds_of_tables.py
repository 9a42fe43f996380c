"""A table of each kind that people have, read as it is meant, or refused with the flag that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular import series_table
from seqserve.tabular.series_table import ReadOptions, Table

ROWS = 150
VALUES = np.round(100 + 10 * np.sin(np.arange(ROWS) / 3) + np.random.default_rng(1).normal(0, 2, ROWS), 2)
DAYS = pd.date_range("2022-01-01", periods=ROWS)
HOURS = pd.date_range("2022-01-01", periods=ROWS, freq="h")
ISO = [f"{day:%Y-%m-%d}" for day in DAYS]
GERMAN = [f"{day:%d.%m.%Y}" for day in DAYS]


def csv(header: str, times: Iterable[object], cells: Iterable[object] = VALUES, delimiter: str = ",") -> str:
    lines = [f"{time}{delimiter}{cell}" for time, cell in zip(times, cells, strict=False)]
    return "\n".join([header, *lines]) + "\n"


def read(text: str | bytes, **said: object) -> Table:
    options = ReadOptions(**said)  # type: ignore[arg-type]
    content = text if isinstance(text, bytes) else text.encode()
    return series_table.clean(series_table.parse("own.csv", content, options), options, "own.csv")


def refused(text: str | bytes, **said: object) -> str:
    with pytest.raises(ValueError, match=r"^own\.csv") as caught:
        read(text, **said)
    return str(caught.value)


def is_read(table: Table, times: pd.DatetimeIndex, frequency: str | None, season: int, values: object = VALUES) -> None:
    assert table.times is not None
    assert list(table.times) == list(times)
    assert (table.frequency, table.season) == (frequency, season)
    np.testing.assert_allclose(table.values[:, 0], np.asarray(values, float)[: len(times)])


@pytest.mark.parametrize(
    ("header", "write"),
    [
        ("ts,value", lambda day: day.value // 10**9),
        ("time,value", lambda day: day.value // 10**6),
        ("timestamp,value", lambda day: day.value // 10**3),
        ("time,value", lambda day: day.value),
        ("t,value", lambda day: day.value // 10**9),  # the steps tell
        ("Date,value", lambda day: (day - pd.Timestamp("1899-12-30")).days),
        ("x,value", lambda day: f"{day:%Y%m%d}"),
        ("date,value", lambda day: f"{day:%y-%m-%d}"),
        ("date,value", lambda day: f"{day:%y%m%d}"),
        ("Trade Date,value", lambda day: f"{day:%Y-%m-%d}"),
    ],
)
def test_days_are_never_what_is_forecast(header: str, write: Callable[[pd.Timestamp], object]) -> None:
    table = read(csv(header, map(write, DAYS)))
    is_read(table, DAYS, "D", 7)
    assert table.target == "value"


@pytest.mark.parametrize(
    ("frequency", "alias", "season"),
    [
        *(("BME", "BME", 12), ("28D", "28D", 13), ("SMS", "SMS", 24), ("2MS", "2MS", 6), ("W-MON", "W-MON", 52)),
        *(("30min", "30min", 48), ("15min", "15min", 96), ("6h", "6h", 4), ("QE", "QE-DEC", 4), ("B", "B", 5)),
    ],
)
def test_frequencies(frequency: str, alias: str, season: int) -> None:
    times = pd.date_range("2010-01-04", periods=ROWS, freq=frequency)
    is_read(read(csv("time,y", times)), times, alias, season)


def test_a_day_of_the_month_has_no_alias_and_goes_on_all_the_same() -> None:
    times = pd.DatetimeIndex([pd.Timestamp(2000 + month // 12, month % 12 + 1, 15) for month in range(ROWS)])
    table = read(csv("date,y", times.delete(7)))
    assert (table.frequency, table.season, len(table.values)) == (None, 12, ROWS)
    assert table.following(table.series[0], 2)[0] == pd.Timestamp("2012-07-15")


def test_closed_hours_are_no_gaps() -> None:
    hours = pd.date_range("2023-01-02", periods=2_000, freq="h")
    opened = hours[(hours.day_of_week < 5) & (hours.hour >= 9) & (hours.hour <= 17)]
    table = read(csv("time,calls", opened, np.arange(len(opened)) + 0.5))
    is_read(table, opened, None, 9, np.arange(len(opened)) + 0.5)
    friday = int(np.flatnonzero((opened.day_of_week == 4) & (opened.hour == 17))[0])
    one = table.series[0]
    cut = type(one)(None, one.values[: friday + 1], one.times[: friday + 1])
    assert list(table.following(cut, 2)) == list(opened[friday + 1 : friday + 3])


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Date;Time", [f"{time:%d/%m/%Y};{time:%H:%M:%S}" for time in HOURS]),
        ("Date;Hour", [f"{time:%Y-%m-%d};{time.hour}" for time in HOURS]),
        ("year;month;day;hour", [f"{time.year};{time.month};{time.day};{time.hour}" for time in HOURS]),
        ("time", [f"{time - pd.Timedelta(hours=1):%Y-%m-%d} 24:00" if not time.hour else time for time in HOURS]),
        ("stamp", [f"{time:%Y%m%d%H%M}" for time in HOURS]),
        ("time", [f"{time:%m/%d/%Y %I:%M:%S %p}" for time in HOURS]),
    ],
)
def test_hours(header: str, rows: list[object]) -> None:
    table = read(csv(f"{header};y", rows, delimiter=";"))
    is_read(table, HOURS, "h", 24)
    assert table.time == header.split(";")


@pytest.mark.parametrize(
    ("header", "write", "frequency"),
    [
        ("Year,Quarter", lambda i: f"{2000 + i // 4},{i % 4 + 1}", "QS"),
        ("Year,Period", lambda i: f"{2000 + i // 12},M{i % 12 + 1:02d}", "MS"),
        ("quarter", lambda i: f"{i % 4 + 1}/{2000 + i // 4}", "QS"),
        ("period", lambda i: f"{i % 4 + 1}/{2000 + i // 4}", "QS"),
        ("Month", lambda i: f"{pd.Timestamp(1960 + i // 12, i % 12 + 1, 1):%b-%y}", "MS"),
        ("ds", lambda i: f"{2000 + i / 12:.4f}", "MS"),
    ],
)
def test_periods(header: str, write: Callable[[int], str], frequency: str) -> None:
    table = read(csv(f"{header},y", map(write, range(ROWS))))
    start = "1960" if header == "Month" else "2000"
    expected = pd.date_range(start, periods=ROWS, freq=frequency)
    is_read(table, expected, "QS-OCT" if frequency == "QS" else "MS", 4 if frequency == "QS" else 12)


@pytest.mark.parametrize("header", ["week", "Year,Week", "yearweek"])
def test_iso_weeks(header: str) -> None:
    weeks = pd.date_range("2016-01-04", periods=ROWS, freq="7D")
    mark = {"week": "-W", "Year,Week": ",", "yearweek": ""}[header]
    cells = [f"{week.isocalendar()[0]}{mark}{week.isocalendar()[1]:02d}" for week in weeks]
    is_read(read(csv(f"{header},y", cells)), weeks, "W-MON", 52)


@pytest.mark.parametrize(
    "names",
    [
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "sty lut mar kwi maj cze lip sie wrz paź lis gru",
        "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
    ],
)
def test_months_of_other_languages(names: str) -> None:
    expected = pd.date_range("2000-01-01", periods=ROWS, freq="MS")
    months = names.split()
    joined = csv("month,y", [f"{months[time.month - 1]} {time.year}" for time in expected])
    apart = csv("Jahr,Monat,y", [f"{time.year},{months[time.month - 1]}" for time in expected])
    for text in (joined, apart):
        is_read(read(text), expected, "MS", 12)


@pytest.mark.parametrize(
    ("write", "factor"),
    [
        (lambda value: f"{value * 100:,.0f}".replace(",", "."), 100),  # the sister column has decimal commas
        (lambda value: f"{value:.2f}".replace(".", ","), 1),
        (lambda value: f"{value * 100:,.1f}".replace(",", "’").replace(".", ","), 100),
        (lambda value: f"{value * 100:,.1f}".replace(",", "\u00a0").replace(".", ","), 100),
        (lambda value: f"{value:.2f} kWh".replace(".", ","), 1),
        (lambda value: f"{value:.2f} €".replace(".", ","), 1),
        (lambda value: f"{value:.2f} %".replace(".", ","), 1),
        (lambda value: f"{value:.2f}-".replace(".", ","), -1),
        (lambda value: f"({value:.2f})".replace(".", ","), -1),
    ],
)
def test_german_numbers(write: Callable[[float], str], factor: int) -> None:
    cells = [
        f"{write(value)};{value:.2f}".replace(".", ",") if factor == 1 else f"{write(value)};1,5" for value in VALUES
    ]
    table = read(csv("Datum;Umsatz;Preis", GERMAN, cells, ";"))
    rounded = (
        np.round(VALUES * 100, 0 if factor == 100 and "." in write(20.0) else 1) if factor == 100 else VALUES * factor
    )
    is_read(table, DAYS, "D", 7, rounded)


def test_indian_numbers() -> None:
    cells = [f'"{int(value * 100) // 100},{int(value * 100) % 100:02d},000"' for value in VALUES]
    expected = [int(value * 100) * 1000 for value in VALUES]
    is_read(read(csv("Date,Turnover", ISO, cells)), DAYS, "D", 7, expected)


def test_multiples_by_a_letter() -> None:
    table = read(csv("Date,Vol.", ISO, [f"{value / 100:.4f}M" for value in VALUES]))
    is_read(table, DAYS, "D", 7, VALUES * 10_000)


def test_points_that_may_be_thousands_are_refused() -> None:
    text = csv("Datum;y", GERMAN, [f"{value / 10:.3f}" for value in VALUES], ";")
    assert "--decimal" in refused(text)
    is_read(read(text, decimal="."), DAYS, "D", 7, VALUES / 10)
    is_read(read(text, decimal=","), DAYS, "D", 7, VALUES * 100)


def test_codes_for_missing_values() -> None:
    table = read(csv("date,temp", ISO, [-9999 if day % 40 == 7 else value for day, value in enumerate(VALUES)]))
    assert list(np.flatnonzero(np.isnan(table.values[:, 0]))) == [7, 47, 87, 127]
    assert any("-9999 4 times" in note for note in table.report)
    once = read(csv("date,temp", ISO, [-9999, *VALUES[1:]]))
    assert once.values[0, 0] == -9999
    assert any("-9999 once" in note for note in once.report)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Sales report 2022\nExported 2023-01-05\n\n", ""),
        ("Sensor 5, unit: degrees\n", ""),
        ("# made by hand\n# unit: degrees\n", ""),
        ("", "Total,20000\n"),
        ("", "\nSource: Eurostat, 2022, tables a, b\nNote: preliminary\n"),
        ("", ",\n,\n"),
    ],
)
def test_lines_around_a_table_are_no_rows(above: str, below: str) -> None:
    table = read(above + csv("Date,Sales", ISO) + below)
    is_read(table, DAYS, "D", 7)
    assert (table.rows, table.dropped) == (ROWS, 0)


@pytest.mark.parametrize(
    "header",
    [
        "Price,Close,High\nTicker,ABC,ABC\nDate,,",
        "Price,Close,High\nDate,,",
        "Date,Close,High\n,USD,USD",
        "Date,Close,High\nYYYY-MM-DD,(USD),(USD)",
        "sep=,\nDate,Close,High",
    ],
)
def test_headers_of_several_rows(header: str) -> None:
    table = read(csv(header, ISO, [f"{value},{value + 1}" for value in VALUES]))
    is_read(table, DAYS, "D", 7)
    assert (table.time, table.target) == (["Date"], "Close")


def test_the_row_index_is_not_forecast() -> None:
    for name in ("", "Unnamed: 0", "index"):
        table = read(
            csv(f"{name},ds,y", range(ROWS), [f"{day},{value}" for day, value in zip(ISO, VALUES, strict=True)])
        )
        is_read(table, DAYS, "D", 7)


@pytest.mark.parametrize("delimiter", ["\t", "|", ";", "    ", " "])
def test_delimiters(delimiter: str) -> None:
    is_read(read(csv(f"date{delimiter}y", ISO, delimiter=delimiter)), DAYS, "D", 7)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
def test_encodings(encoding: str) -> None:
    table = read(csv("Datum;Umsatz €", GERMAN, [f"{v} €".replace(".", ",") for v in VALUES], ";").encode(encoding))
    is_read(table, DAYS, "D", 7)
    assert table.target == "Umsatz €"


def test_names_are_found_however_their_accents_are_written() -> None:
    table = read(csv('Date,"Tempe\u0301rature, max"', ISO), target=["temp\u00e9rature, MAX"])
    assert table.target == "Temp\u00e9rature, max"


@pytest.mark.parametrize("order", ["newest first", "shuffled"])
def test_rows_in_another_order(order: str) -> None:
    at = np.arange(ROWS)[::-1] if order == "newest first" else np.random.default_rng(0).permutation(ROWS)
    is_read(read(csv("date,y", [ISO[row] for row in at], VALUES[at])), DAYS, "D", 7)


def test_rows_behind_the_last_value_are_kept_apart() -> None:
    cells = [f"{value if day < 120 else ''},{day % 2}" for day, value in enumerate(VALUES)]
    table = read(csv("ds,y,promo", ISO, cells), known=["promo"])
    one = table.series[0]
    assert (table.features, len(one.values), table.dropped) == (["y", "promo"], 120, 0)
    assert list(one.future_times) == list(DAYS[120:])
    np.testing.assert_array_equal(one.future[:, 1], np.arange(120, ROWS) % 2)


def panel(ids: str, labels: list[str], decimals: int = 2) -> str:
    rows = [
        f"{label},{day},{value + 100 * at:.{decimals}f}"
        for at, label in enumerate(labels)
        for day, value in zip(ISO, VALUES, strict=True)
    ]
    return "\n".join([f"{ids},ds,y", *rows])


@pytest.mark.parametrize(
    ("ids", "labels"),
    [
        ("unique_id", ["a", "b", "c"]),
        ("unique_id", ["1", "2", "3"]),
        ("store", ["7", "8"]),
        ("where", ["north", "south"]),
        ("store,product", ["1,10", "1,20", "2,10"]),
    ],
)
@pytest.mark.parametrize("decimals", [0, 2])
def test_series_are_told_apart_by_the_columns_that_do(ids: str, labels: list[str], decimals: int) -> None:
    table = read(panel(ids, labels, decimals))
    assert table.ids == ids.split(",")
    assert [series.id for series in table.series] == [label.replace(",", "/") for label in labels]
    assert (table.dropped, table.target, table.frequency) == (0, "y", "D")
    for at, series in enumerate(table.series):
        np.testing.assert_allclose(series.values[:, 0], np.round(VALUES + 100 * at, decimals))


def test_several_series_without_an_id_are_refused() -> None:
    for values in (VALUES, (VALUES * 100).astype(int)):
        assert "--id" in refused(csv("date,y", [*ISO, *ISO], [*values, *(values + 50)]))


def test_interleaved_series_of_unequal_length() -> None:
    rows = [f"{day},{shop},{at + 0.5}" for at, day in enumerate(ISO) for shop in "abc" if shop != "b" or at >= 50]
    table = read("\n".join(["date,shop,sales", *rows]))
    assert {series.id: len(series.values) for series in table.series} == {"a": ROWS, "c": ROWS, "b": ROWS - 50}


def test_numbered_steps_of_several_series() -> None:
    rows = [f"H{series},{step},{step + series}" for series in range(3) for step in range(1, 100)]
    table = read("\n".join(["unique_id,ds,y", *rows]))
    assert (table.time, table.times if len(table.series) == 1 else None, len(table.series)) == (["ds"], None, 3)
    assert table.target == "y"


def test_a_column_a_series() -> None:
    text = csv("date,a,b", ISO, [f"{value},{value + 1}" for value in VALUES])
    assert [series.id for series in read(text, wide=True).series] == ["a", "b"]
    assert read(text).target == "a"


@pytest.mark.parametrize("names", [[f"V{step}" for step in range(2, 42)], [str(year) for year in range(1980, 2020)]])
def test_a_row_a_series_is_read_if_the_user_says_so(names: list[str]) -> None:
    rows = [f"s{row}," + ",".join(map(str, VALUES[row : row + 40 - row])) + "," * row for row in range(5)]
    text = "\n".join([",".join(["V1", *names]), *rows])
    assert "--wide" in refused(text)
    table = read(text, wide=True)
    assert [series.id for series in table.series] == [f"s{row}" for row in range(5)]
    assert [len(series.values) for series in table.series] == [40 - row for row in range(5)]
    assert table.frequency == ("YS-JAN" if names[0] == "1980" else None)


BERLIN = pd.date_range("2023-10-20", periods=300, freq="h", tz="Europe/Berlin")


def test_an_hour_that_is_there_twice() -> None:
    text = csv("time,load", [f"{time:%Y-%m-%d %H:%M}" for time in BERLIN], np.arange(300) + 0.5)
    naive = read(text)
    assert (naive.rows, naive.dropped, naive.frequency) == (300, 1, "h")
    assert any("--timezone Europe/Berlin" in note for note in naive.report)
    zoned = read(text, timezone="Europe/Berlin")
    assert (zoned.dropped, list(zoned.times)) == (0, list(BERLIN))
    np.testing.assert_array_equal(zoned.values[:, 0], np.arange(300) + 0.5)


def test_days_that_begin_at_midnight_of_a_zone() -> None:
    days = pd.date_range("2023-09-01", periods=90, tz="Europe/Berlin").delete([4, 5])
    table = read(csv("time,y", [f"{day.tz_convert('UTC'):%Y-%m-%dT%H:%M:%SZ}" for day in days]))
    assert (table.frequency, table.zone, len(table.values), str(table.times.tz)) == ("D", "Europe/Berlin", 90, "UTC")
    ahead = table.following(table.series[0], 1)
    assert [time.isoformat() for time in ahead] == ["2023-11-29T23:00:00+00:00"]


def test_a_stray_stamp_is_named_and_holes_are_filled() -> None:
    times = [str(time) for time in HOURS]
    times[20] = times[20].replace(":00:00", ":07:00")
    del times[60:70]
    table = read(csv("time,load", times))
    assert (len(table.values), table.dropped) == (ROWS, 0)
    assert any("1 stray stamp moved" in note and ":07:00" in note for note in table.report)


def test_jitter_is_rounded_and_said() -> None:
    seconds = np.random.default_rng(0).integers(0, 59, ROWS)
    table = read(csv("time,y", HOURS + pd.to_timedelta(seconds, unit="s")))
    is_read(table, HOURS, "h", 24)
    assert any("jitter" in note for note in table.report)


def test_the_order_of_day_and_month_is_refused_where_nothing_tells() -> None:
    text = csv("Date,y", [f"{month:%d/%m/%Y}" for month in pd.date_range("2000-01-01", periods=12, freq="MS")])
    assert "--day-first" in refused(text)
    assert read(text, day_first=True).frequency == "MS"
    assert read(text, day_first=False).frequency == "D"


def test_months_without_a_year_are_refused() -> None:
    assert "without a year" in refused(
        csv("Month,y", [f"{month:%b}" for month in pd.date_range("2000", periods=48, freq="MS")])
    )


def test_categories_and_static_columns() -> None:
    events = ["sale", "", "", "", "", "", ""]
    rows = [f"{shop},{day},{at}.5,{events[at % 7]},{shop.upper()}" for shop in "ab" for at, day in enumerate(ISO)]
    table = read("\n".join(["shop,date,sales,event,region", *rows]), id=["shop"], known=["event"], static=["region"])
    assert table.static == {"region": ["A", "B"]}
    assert table.texts["event"][0][:8] == ["sale", *[None] * 6, "sale"]
    assert "changes within a series" in refused(
        "\n".join(["shop,date,sales,event,region", *rows, "a,2022-06-30,1.5,fair,A"]), static=["event"]
    )


def test_several_targets() -> None:
    table = read(csv("date,x,y", ISO, [f"{value},{value + 1}" for value in VALUES]), target=["x,y"])
    assert (table.features, table.target, table.values.shape) == (["x", "y"], "x", (ROWS, 2))
