"""Tables of many series on the page: which column is what, one series at a time, and a download of all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator

from seqserve.forecast.panel.inputs.covariates import Covariate
from seqserve.registry.store import Store
from testing import tiny
from testing.service_process import Running, running
from testing.tiny import panel as tiny_panel
from tests.playground.conftest import Visit, Visitor

pytestmark = pytest.mark.slow

DAYS = range(1, 13)
SHOPS = ("north", "south", "New, York")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("small")
    tiny.publish(directory / "models", tiny.release("walk"))
    covariates = {"known": [Covariate(name="promo")], "static": [Covariate(name="region", categories=["cold", "hot"])]}
    tiny.publish(directory / "models", tiny_panel.release("promoted", **covariates))
    Store(directory / "models").set_default("forecast", "walk")
    with running(directory / "models", directory) as found:
        yield found


def long(header: str = "date,shop,sales", days: int = 12) -> str:
    rows = [
        f'2020-01-{day:02d},"{shop}",{100 + 10 * place + day}'
        for day in range(1, days + 1)
        for place, shop in enumerate(SHOPS)
    ]
    return "\n".join([header, *rows])


def pasted(found: Visit, text: str) -> tuple[Locator, dict[str, Any]]:
    panel = found.open("forecast")
    asked = found.asks("forecast", lambda: panel.locator("#csv").fill(text))
    return panel, asked["series"][0]


def found_by_itself(panel: Locator) -> list[str | None]:
    """What the fields of the columns say while they are empty: target, time and id."""
    return [panel.locator(field).get_attribute("placeholder") for field in ("#column", "#dates", "#ids")]


def test_a_long_table_shows_its_first_series(small: Running, visit: Visitor) -> None:
    panel, series = pasted(visit(small), long())
    assert series == {"id": "north", "values": list(range(105, 113)), "end": "2020-01-12T00:00:00", "frequency": "D"}
    assert found_by_itself(panel) == ["sales", "date", "shop"]
    assert "one of 3 series" in panel.locator(".read").inner_text()
    assert panel.locator(".headline").inner_text().startswith("north, 3 steps ahead")


def test_a_series_is_searched_by_part_of_its_name(small: Running, visit: Visitor) -> None:
    found = visit(small)
    panel, _ = pasted(found, long())
    search = panel.get_by_label("Show")
    asked = found.asks("forecast", lambda: search.fill("SOU"))
    assert (asked["series"][0]["id"], asked["series"][0]["values"][-1]) == ("south", 122)
    assert panel.locator("#shown-ids option").evaluate_all("(all) => all.map(({value}) => value)") == ["south"]
    search.fill("west")
    assert "No series has" in found.panel("forecast", "failed").get_by_role("alert").inner_text()


def test_columns_are_what_they_are_said_to_be(small: Running, visit: Visitor) -> None:
    found = visit(small)
    rows = [
        f"2020-01-{day:02d},{store},{item},{store * day},{day}" for store in (1, 2) for item in (7, 8) for day in DAYS
    ]
    panel, series = pasted(found, "\n".join(["date,store,item,sales,left", *rows]))
    assert found_by_itself(panel) == ["sales", "date", "store,item"]
    assert (series["id"], series["values"][-1]) == ("1/7", 12)

    def say(field: str, text: str) -> None:
        panel.locator(field).fill(text)
        panel.locator(field).blur()

    asked = found.asks("forecast", lambda: say("#column", "left"))
    assert asked["series"][0]["values"] == list(range(5, 13))
    say("#ids", "store")
    found.panel("forecast", "failed")
    assert "24 of 48 rows would be left out" in panel.get_by_role("alert").inner_text()
    say("#ids", "")
    found.panel("forecast")
    assert panel.locator("#names option").evaluate_all("(all) => all.map(({value}) => value)") == [
        "date",
        "store",
        "item",
        "sales",
        "left",
    ]


def test_a_table_of_one_series_has_none_to_search(small: Running, visit: Visitor) -> None:
    rows = [f"2020-01-{day:02d},{'ab'[day % 2]},{100 + day}" for day in DAYS]
    panel, series = pasted(visit(small), "\n".join(["date,note,sales", *rows]))
    assert series["id"] == "sales"
    assert found_by_itself(panel) == ["sales", "date", "none"]
    assert not panel.get_by_label("Show").is_visible()


def rows_of(panel: Locator, tmp_path: Path) -> list[list[str]]:
    with panel.page.expect_download() as saved:
        panel.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == "walk-1-forecast.csv"
    saved.value.save_as(tmp_path / "saved.csv")
    with (tmp_path / "saved.csv").open(newline="") as stream:
        return list(csv.reader(stream))


def test_the_forecast_that_is_shown_is_downloaded(small: Running, visit: Visitor, tmp_path: Path) -> None:
    panel, _ = pasted(visit(small), "\n".join(["sales", *map(str, range(100, 112))]))
    assert panel.get_by_role("button", name="Download").inner_text() == "Download as CSV"
    header, *rows = rows_of(panel, tmp_path)
    assert header == ["unique_id", "ds", "mean", "lo-80", "hi-80", "lo-95", "hi-95", "Naive"]
    assert [row[:2] for row in rows] == [["sales", "13"], ["sales", "14"], ["sales", "15"]]
    assert all(float(row[5]) < float(row[3]) < float(row[2]) < float(row[4]) < float(row[6]) for row in rows)


def test_all_series_are_downloaded_and_what_failed_is_told(small: Running, visit: Visitor, tmp_path: Path) -> None:
    panel, _ = pasted(visit(small), f"{long()}\n2020-01-12,short,1\n2020-01-11,short,1")
    assert panel.get_by_role("button", name="Download").inner_text() == "Download all 4 as CSV"
    _, *rows = rows_of(panel, tmp_path)
    assert [row[0] for row in rows] == [shop for shop in SHOPS for _ in range(3)]
    assert [row[1] for row in rows[:3]] == ["2020-01-13", "2020-01-14", "2020-01-15"]
    told = panel.locator(".warnings li").last
    assert told.inner_text().startswith("1 series are not in the file. Short: 2 values")


def test_a_large_file_is_read_whole_and_shown_in_part(small: Running, visit: Visitor, tmp_path: Path) -> None:
    found = visit(small)
    panel = found.open("forecast")
    path = tmp_path / "large.csv"
    path.write_text("\n".join(["sales,note", *(f"{100 + step % 7},{'x' * 60}" for step in range(10_000))]))
    asked = found.asks("forecast", lambda: panel.locator("#file").set_input_files(path))
    assert asked["series"][0]["values"] == [100 + step % 7 for step in range(9_992, 10_000)]
    assert "10,000 steps of sales" in panel.locator(".read").inner_text()
    assert len(panel.locator("#csv").input_value()) < 3_000


def test_covariates_are_taken_by_the_names_of_their_columns(small: Running, visit: Visitor) -> None:
    found = visit(small)
    panel = found.open("forecast")
    panel.get_by_label("Model").select_option("promoted")
    found.panel("forecast")  # of its golden example
    panel.locator("#csv").fill(long())
    found.panel("forecast", "failed")
    assert "no column 'promo'" in panel.get_by_role("alert").inner_text()
    panel.locator("#horizon").fill("2")
    rows = [f"2020-01-{day:02d},{day if day < 11 else ''},{day % 2},cold" for day in DAYS]
    asked = found.asks("forecast", lambda: panel.locator("#csv").fill("\n".join(["date,sales,Promo,region", *rows])))
    (series,) = asked["series"]
    assert series == {
        "id": "sales",
        "values": list(range(1, 11)),
        "known": {"promo": [day % 2 for day in DAYS]},
        "static": {"region": "cold"},
        "end": "2020-01-10T00:00:00",
        "frequency": "D",
    }
    assert panel.locator(".read").inner_text().startswith("10 steps of sales, 2020-01-01 to 2020-01-10 (D)")
