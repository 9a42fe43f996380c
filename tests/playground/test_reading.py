"""What the page shows of the tables that people paste, which the service reads (tests/seqserve/tabular).

The model is one of a single feature and a window of eight.
"""

from __future__ import annotations

import gzip
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
VALUES = [100.5 + step * step for step in STEPS]
UNDECIDED = [f"{month:02}/{day:02}/2020" for month, day in enumerate((2, 3, 5, 5, 8, 9, 10, 12), 1)]


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
        (rows(lambda step: f"{step}\t{VALUES[step]}", "\tClose"), "Close"),
        (rows(lambda step: f"{step + 1},{VALUES[step]}"), "column 2"),
        (rows(lambda step: f"{VALUES[step]}"), "value"),
        (rows(lambda step: f"{step}  {VALUES[step]}", "   Close"), "Close"),
    ],
    ids=["an index", "no names", "one column", "blanks"],
)
def test_the_column_of_values_is_found(small: Running, visit: Visitor, table: str, name: str) -> None:
    series = sent(visit(small), table)
    assert series["id"] == name
    assert series["values"] == VALUES[-8:]


def test_rows_with_the_newest_first_are_put_in_order(small: Running, visit: Visitor) -> None:
    found = visit(small)
    series = sent(found, rows(lambda step: f"1/{24 - step}/2017 1:00 PM,{112 - step}", "When,x"))
    assert series == {"id": "x", "values": list(range(105, 113)), "end": "2017-01-24T13:00:00", "frequency": "D"}
    panel = found.panel("forecast")
    told = panel.locator(".read").inner_text()
    assert told.startswith("12 steps of x, 2017-01-13 13:00 to 2017-01-24 13:00 (D); x is forecast: ")
    assert panel.locator(".lead").inner_text().startswith("2017-01-25 13:00: ")


def test_what_cannot_be_decided_is_asked(small: Running, visit: Visitor) -> None:
    """The options of the reader are shown, and decide."""
    found = visit(small)
    panel = found.open("forecast")
    assert not panel.get_by_label("Day first").is_visible()
    panel.locator("#csv").fill("When,x\n" + "\n".join(f"{one},{100 + step}" for step, one in enumerate(UNDECIDED)))
    found.panel("forecast", "failed")
    assert "--day-first" in panel.get_by_role("alert").inner_text()
    asked = found.asks("forecast", lambda: panel.get_by_label("Day first").select_option("yes"))
    assert asked["series"][0]["values"] == list(range(100, 108))
    assert "2020-02-01" in panel.locator(".read").inner_text()


def test_numbers_with_a_decimal_comma_and_no_header_are_asked_about(small: Running, visit: Visitor) -> None:
    found = visit(small)
    panel = found.open("forecast")
    panel.locator("#csv").fill(rows(lambda step: f"{100 + step},5"))
    found.panel("forecast", "failed")
    assert "may be one number or two cells" in panel.get_by_role("alert").inner_text()
    asked = found.asks("forecast", lambda: panel.get_by_label("Decimal").select_option(","))
    assert asked["series"][0]["values"] == [100.5 + step for step in STEPS][-8:]


def test_steps_that_no_alias_names_go_on_as_they_are(small: Running, visit: Visitor) -> None:
    found = visit(small)
    series = sent(found, rows(lambda step: f"2024-{step + 1:02}-15,{VALUES[step]}", "when,x"))
    assert "end" not in series
    names = found.panel("forecast").locator(".values th[scope=row]").all_text_contents()
    assert names == ["2025-01-15", "2025-02-15", "2025-03-15"]


def test_files_of_any_usual_encoding(small: Running, visit: Visitor, tmp_path: Path) -> None:
    found = visit(small)
    panel = found.open("forecast")
    for encoding, mark in {"utf-8": "", "utf-16": "", "utf-16-le": "", "utf-16-be": "\ufeff", "cp1252": ""}.items():
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes((mark + rows(lambda step: f"{100 + step}", f"Umsätze {encoding}")).encode(encoding))
        asked = found.asks("forecast", lambda path=path: panel.locator("#file").set_input_files(path))
        assert asked["series"][0]["id"] == f"Umsätze {encoding}"
        assert panel.locator("#csv").input_value().startswith(f"Umsätze {encoding}")


def test_a_packed_file_is_read_and_another_binary_one_is_refused(
    small: Running, visit: Visitor, tmp_path: Path
) -> None:
    found = visit(small)
    panel = found.open("forecast")
    packed, picture = tmp_path / "x.csv.gz", tmp_path / "x.png"
    packed.write_bytes(gzip.compress(rows(lambda step: f"{100 + step}", "x").encode()))
    asked = found.asks("forecast", lambda: panel.locator("#file").set_input_files(packed))
    assert (asked["series"][0]["values"], panel.locator("#csv").input_value()) == (list(range(104, 112)), "")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    panel.locator("#file").set_input_files(picture)
    found.panel("forecast", "failed")
    assert "x.png is no table but a binary file" in panel.get_by_role("alert").inner_text().lower()


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
