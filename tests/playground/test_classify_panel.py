"""The panel of labelled sequences: a digit is drawn, a table is dropped, each step has its label."""

from __future__ import annotations

import math

import pytest

from testing.service_process import Running
from tests.playground.conftest import KEY, Visitor

pytestmark = pytest.mark.slow


def mass(rows: list[list[float]]) -> tuple[float, float]:
    """Row and column of the centre of mass."""
    total = math.fsum(map(math.fsum, rows))
    return (
        sum(number * sum(row) for number, row in enumerate(rows)) / total,
        sum(number * level for row in rows for number, level in enumerate(row)) / total,
    )


def test_samples_are_known_for_what_they_are(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("classify")
    panel.get_by_role("button", name="Clear").click()
    found.panel("classify", "empty")
    for digit in ("2", "3", "4", "7"):
        sample = panel.get_by_role("button", name=digit, exact=True)
        (sequence,) = found.asks("classify", sample.click)["sequences"]
        assert [len(row) for row in sequence["values"]] == [28] * 28
        assert mass(sequence["values"]) == pytest.approx((13.5, 13.5), abs=0.3)
        panel.locator(".headline .label", has_text=digit).wait_for()
        assert panel.locator(".picture rect.pixel").count() > 40


def test_a_small_one_that_is_drawn_in_a_corner_is_a_one(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("classify")
    panel.get_by_role("button", name="Clear").click()
    found.panel("classify", "empty")
    box = panel.locator(".pad").bounding_box()
    assert box is not None
    mouse = found.page.mouse

    def draw() -> None:
        mouse.move(box["x"] + 30, box["y"] + 20)
        mouse.down()
        mouse.move(box["x"] + 24, box["y"] + 80, steps=10)
        mouse.up()

    asked = found.asks("classify", draw)
    rows = asked["sequences"][0]["values"]
    inked = [number for number, row in enumerate(rows) if max(row) > 60]
    assert 19 <= len(inked) <= 21
    panel.locator(".headline .label", has_text="1").wait_for()


def test_a_table_that_is_dropped_takes_the_place_of_the_drawing(guarded: Running, visit: Visitor) -> None:
    found = visit(guarded, key=KEY)
    panel = found.open("classify")
    assert panel.locator(".drawing").is_hidden()
    drop = """([place, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "numbers.csv", { type: "text/csv" }));
        place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    table = "height\n100,5\n\n101\n99\n100\n102\n"
    place = panel.locator(".drop").element_handle()
    found.page.evaluate(drop, [place, table])
    told = found.panel("classify", "failed").locator(".notice").inner_text()
    assert "Step 1 has 2 numbers; this model takes 1 a step" in told
    asked = found.asks("classify", lambda: found.page.evaluate(drop, [place, table.replace("100,5", "100.5")]))
    assert asked["sequences"][0]["values"] == [[100.5], [101], [99], [100], [102]]
    assert asked["explain"] is True
    panel = found.panel("classify")
    assert panel.locator("#steps-read").inner_text() == "5 steps read. The first line is taken for names."
    assert panel.locator(".picture polyline").count() == 1
    assert panel.locator(".picture rect").count() == 5
    panel.get_by_text("Steps by weight", exact=True).click()
    assert panel.locator(".values tbody tr").count() == 5


def test_each_step_of_a_model_of_steps_has_its_label(guarded: Running, visit: Visitor) -> None:
    found = visit(guarded, key=KEY)
    panel = found.open("classify")
    asked = found.asks("classify", lambda: panel.locator(".picker select").first.select_option("phases"))
    assert (asked["model"], asked["explain"]) == ("phases", False)
    panel = found.panel("classify")
    assert panel.locator(".lead").inner_text().startswith(f"{len(asked['sequences'][0]['values'])} steps in ")
    assert panel.locator(".picture polyline").count() == 2
