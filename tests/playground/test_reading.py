"""What the page makes of the tables that people paste; the model is one of a single feature and a window of eight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seqserve.registry.store import Store
from testing import tiny
from testing.service_process import Running, running
from tests.playground.conftest import Visit, Visitor

pytestmark = pytest.mark.slow

STEPS = range(12)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("small")
    tiny.publish(directory / "models", tiny.release("walk"))
    Store(directory / "models").set_default("forecast", "walk")
    with running(directory / "models", directory) as found:
        yield found


def rows(row: Callable[[int], str], header: str = "") -> str:
    return "\n".join(([header] if header else []) + [row(step) for step in STEPS])


def sent(found: Visit, table: str) -> dict[str, Any]:
    """The series that the service is asked about once the table is pasted."""
    panel = found.open("forecast")
    asked = found.asks("forecast", lambda: panel.locator("#csv").fill(table))
    series: dict[str, Any] = asked["series"][0]
    return series


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (rows(lambda step: f"{step}\t{100.5 + step}", "\tClose"), "Close"),
        (rows(lambda step: f"{step + 1},{100.5 + step}"), "column 2"),
        (rows(lambda step: f"{step + 5};{100.5 + step}", "day;Load"), "Load"),
        ("\ufeff\n \n" + rows(lambda step: f"\t{100.5 + step}", "note\tx"), "x"),
        (rows(lambda step: f"{100 + step},5"), "value"),
        (rows(lambda step: f'{step},"{100 + step},5"', "No,x"), "x"),
        ("sep=|\n" + rows(lambda step: f"x,y,z|{100.5 + step}", "a,b,c|d"), "d"),
    ],
    ids=["an index", "a number of each row", "days", "no name", "decimal commas", "numbered and quoted", "sep="],
)
def test_the_column_of_values_is_found(small: Running, visit: Visitor, table: str, name: str) -> None:
    series = sent(visit(small), table)
    assert series["id"] == name
    assert series["values"] == [100.5 + step for step in STEPS][-8:]


def test_thousands_set_apart_by_a_space(small: Running, visit: Visitor) -> None:
    found = visit(small)
    cells = {"12 345": 12345, "1 234 567": 1234567, "12\u00a0345,5": 12345.5, "-1\u202f234.5": -1234.5, "( 5 )": -5}
    for cell, number in cells.items():
        assert sent(found, rows(lambda _, cell=cell: cell, "x"))["values"] == [number] * 8


@pytest.mark.parametrize(
    "table",
    [
        rows(lambda step: f"{step}  {100.5 + step}", "   Close"),
        rows(lambda step: f"{step} {100.5 + step}"),
        rows(lambda step: f"{step + 1} {100.5 + step}"),
        rows(lambda step: f"{2000 + step} {100.5 + step}"),
        rows(lambda step: f"{60 + step} {98.5 + step}"),
    ],
    ids=["data frame", "from 0", "from 1", "years", "values"],
)
def test_two_columns_apart_by_spaces_are_not_one_number(small: Running, visit: Visitor, table: str) -> None:
    found = visit(small)
    found.open("forecast").locator("#csv").fill(table)
    panel = found.panel("forecast", "failed")
    assert "These are no numbers to forecast" in panel.get_by_role("alert").inner_text()
    assert not panel.locator(".curl").is_visible()  # of the sample, which is no longer what is asked


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("1/{day}/17", "2017-01-05"),
        ("{day:02}.01.17", "2017-01-05"),
        ("1/{day}/2017 1:00 PM", "2017-01-05T13:00:00"),
        ("2017-01-{day:02} 12:30 am", "2017-01-05T00:30:00"),
    ],
)
def test_rows_with_the_newest_first_are_put_in_order(small: Running, visit: Visitor, form: str, start: str) -> None:
    series = sent(visit(small), rows(lambda step: f"{form.format(day=12 - step)},{112 - step}", "When,x"))
    assert series == {"id": "x", "values": list(range(105, 113)), "start": start, "frequency": "D"}


def test_unix_times_and_quarters_are_dates(small: Running, visit: Visitor) -> None:
    found = visit(small)
    series = sent(found, rows(lambda step: f"{1_600_000_000 - 3600 * step},{112 - step}", "timestamp,x"))
    assert series == {"id": "x", "values": list(range(105, 113)), "start": "2020-09-13T05:26:40", "frequency": "h"}
    series = sent(found, rows(lambda step: f"{2010 + step // 4}Q{step % 4 + 1},{100 + step}", "quarter,x"))
    assert (series["start"], series["frequency"]) == ("2011-01-01", "QS-OCT")


@pytest.mark.parametrize("header", ["Date", "when"])
def test_dates_that_cannot_be_read_are_said_so(small: Running, visit: Visitor, header: str) -> None:
    found = visit(small)
    series = sent(found, rows(lambda step: f"17-01-{12 - step:02},{112 - step}", f"{header},x"))
    assert series["id"] == "x"
    told = found.panel("forecast").locator(".read").inner_text()
    assert f"column {header} could not be read as dates: rows are taken as oldest first" in told


def test_a_comma_that_is_taken_as_part_of_a_number_is_said_so(small: Running, visit: Visitor) -> None:
    found = visit(small)
    assert sent(found, rows(lambda step: f"{step % 2 + 1},234.5"))["values"] == [1234.5, 2234.5] * 4
    assert "comma in a row is taken as part of its number" in found.panel("forecast").locator(".read").inner_text()


def test_two_columns_of_one_name(small: Running, visit: Visitor) -> None:
    found = visit(small)
    assert sent(found, rows(lambda step: f"{100 + step},{200 + step}", "x,x"))["values"][-1] == 111
    panel = found.panel("forecast")
    asked = found.asks("forecast", lambda: panel.get_by_label("Column").select_option(index=1))
    assert asked["series"][0]["values"][-1] == 211
    asked = found.asks("forecast", lambda: panel.locator("#horizon").fill("1"))
    assert asked["series"][0]["values"][-1] == 211


def test_files_of_any_usual_encoding(small: Running, visit: Visitor, tmp_path: Path) -> None:
    found = visit(small)
    panel = found.open("forecast")
    for encoding, mark in {"utf-8": "", "utf-16": "", "utf-16-be": "\ufeff", "cp1252": ""}.items():
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes((mark + rows(lambda step: f"{100 + step}", f"Umsätze {encoding}")).encode(encoding))
        asked = found.asks("forecast", lambda path=path: panel.locator("#file").set_input_files(path))
        assert asked["series"][0]["id"] == f"Umsätze {encoding}"


def test_a_folder_that_is_dropped_is_said_to_be_none(small: Running, visit: Visitor) -> None:
    found = visit(small)
    panel = found.open("forecast")
    drop = """(place) => {
        Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException("", "NotFoundError")); // as of a folder
        const data = new DataTransfer();
        data.items.add(new File([], "my folder"));
        place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    panel.locator(".drop").evaluate(drop)
    said = found.panel("forecast", "failed").get_by_role("alert").inner_text()
    assert "my folder cannot be read" in said
