"""Every task on the page, as somebody does it who has a mouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from testing.service_process import Running
from tests.playground.conftest import KEY, Visitor

pytestmark = pytest.mark.slow

SEMICOLONS = "\n".join(
    ["Datum;Umsatz;Kunden"]
    + [f"{day:02}.{month:02}.2024;{100 + day},5;{day}" for month in (1, 2, 3) for day in range(1, 29)]
)


def test_a_forecast_of_passengers_is_there_at_once(shipped: Running, visit: Visitor) -> None:
    panel = visit(shipped).open("forecast")
    assert panel.locator(".headline").inner_text().startswith("Passengers, 24 steps ahead")
    assert "universal 2" in panel.locator(".headline").inner_text()
    said = panel.locator(".lead").inner_text()
    assert re.match(r"1961-01-01: 4\d\d(\.\d+)?; at 80%, .* to .*; at 95%, .* to .*\.", said)
    assert panel.locator("canvas").count() == 1
    assert panel.locator(".warnings").inner_text() == ""
    panel.get_by_text("Values", exact=True).click()
    assert panel.locator(".values tbody tr").count() == 24
    columns = panel.locator(".values th[scope=col]").all_inner_texts()
    assert columns == ["Step", "Forecast", "95% lower", "95% upper", "80% lower", "80% upper", "Seasonal naive"]


@pytest.mark.parametrize(
    ("name", "column", "frequency", "values", "horizon"),
    [
        ("Hourly load", "Load", "h", 840, 48),
        ("Daily demand", "Sold", "D", 182, 14),
        ("Sunspots", "Sunspots", "MS", 720, 48),
        ("Passengers", "Passengers", "MS", 144, 24),
    ],
)
def test_samples_of_any_series(
    shipped: Running, visit: Visitor, name: str, column: str, frequency: str, values: int, horizon: int
) -> None:
    found = visit(shipped)
    panel = found.open("forecast")
    panel.locator("#csv").fill("")
    found.panel("forecast", "empty")
    asked = found.asks("forecast", lambda: panel.get_by_role("button", name=name).click())
    (series,) = asked["series"]
    assert (series["id"], series["frequency"], len(series["values"])) == (column, frequency, values)
    assert asked["horizon"] == horizon
    assert panel.locator(".headline").inner_text().startswith(f"{column}, {horizon} steps ahead")


def test_a_model_of_one_window_shows_its_own_sample(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("forecast")
    asked = found.asks("forecast", lambda: panel.locator(".picker select").first.select_option("google"))
    assert (asked["series"][0]["id"], asked["horizon"]) == ("Open", 20)
    panel.get_by_text("google 2").first.wait_for()
    assert panel.locator(".warnings").inner_text() == ""  # the gap of the golden example is closed
    assert panel.locator(".samples").is_hidden()


def test_values_that_were_not_expected_are_marked(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("forecast")
    jumped = [100 + 10 * (step % 7) + 200 * (step == 70) for step in range(90)]
    asked = found.asks("forecast", lambda: panel.locator("#csv").fill("\n".join(map(str, jumped))))
    assert asked["series"][0]["values"][70] == 300
    looked = found.asks("forecast/anomalies", lambda: panel.locator("#marking").check())
    assert (looked["level"], looked["last"]) == (99, 74)
    panel.get_by_text("1 of the last 74 values lies outside the 99% interval").wait_for()
    assert panel.locator(".legend").get_by_text("not expected").is_visible()
    panel.locator("#csv").fill("1\n2\n3\n4")
    panel.get_by_text("Too few values come before").wait_for()


def test_the_chart_tells_of_the_step_that_is_pointed_at(shipped: Running, visit: Visitor) -> None:
    panel = visit(shipped).open("forecast")
    over = panel.locator(".u-over")
    box = over.bounding_box()
    assert box is not None
    over.hover(position={"x": box["width"] - 2, "y": 50})
    lines = panel.locator(".tip").locator("strong, span").all_inner_texts()
    assert lines[0] == "1962-12-01"
    assert [line.split(":")[0] for line in lines[2:]] == ["80%", "95%", "Seasonal naive"]
    over.hover(position={"x": 2, "y": 50})
    assert panel.locator(".tip").locator("strong, span").all_inner_texts() == ["1955-01-01", "242"]


def test_a_pasted_table_with_decimal_commas_dates_and_gaps(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("forecast")
    text = SEMICOLONS.replace("20.03.2024;120,5", "20.03.2024;")
    asked = found.asks("forecast", lambda: panel.locator("#csv").fill(text))
    (series,) = asked["series"]
    assert series["id"] == "Umsatz"
    assert series["frequency"] == "D"
    assert series["values"][-9] is None
    assert series["values"][-1] == 128.5
    panel = found.panel("forecast")
    assert panel.locator(".lead").inner_text().startswith("2024-03-29: ")
    told = panel.locator(".read").inner_text()
    assert told.startswith("88 steps of Umsatz, 2024-01-01 to 2024-03-28 (D); 5 gaps; ")
    assert "4 missing steps" in told
    panel.locator("#column").fill("Kunden")
    asked = found.asks("forecast", lambda: panel.locator("#column").blur())
    assert asked["series"][0]["values"][-3:] == [26, 27, 28]


def test_a_dropped_file_and_a_horizon(shipped: Running, visit: Visitor, tmp_path: Path) -> None:
    found = visit(shipped)
    panel = found.open("forecast")
    rows = "\n".join(str(100 + step % 7) for step in range(70))
    drop = """([place, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "numbers.csv", { type: "text/csv" }));
        place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    place = panel.locator(".drop").element_handle()
    asked = found.asks("forecast", lambda: found.page.evaluate(drop, [place, rows]))
    assert asked["series"][0]["values"] == [100 + step % 7 for step in range(70)]
    assert "start" not in asked["series"][0]
    asked = found.asks("forecast", lambda: panel.locator("#horizon").fill("60"))
    assert asked["horizon"] == 60
    asked = found.asks("forecast", lambda: panel.get_by_label("99%").check())
    assert asked["levels"] == [80, 95, 99]
    (tmp_path / "file.csv").write_bytes(("Umsätze\n" + rows.replace("100", "200")).encode("cp1252"))
    asked = found.asks("forecast", lambda: panel.locator("#file").set_input_files(tmp_path / "file.csv"))
    assert asked["series"][0]["id"] == "Umsätze"
    assert max(asked["series"][0]["values"]) == 200


def test_a_model_of_two_features_takes_its_columns_by_name(guarded: Running, visit: Visitor) -> None:
    found = visit(guarded, key=KEY)
    panel = found.open("forecast")
    assert "a, 3 steps ahead" in panel.locator(".headline").inner_text()
    table = "B,note,A\n" + "\n".join(f"{100 + step},x,{200 + step}" for step in range(8))
    asked = found.asks("forecast", lambda: panel.locator("#csv").fill(table))
    assert asked["series"][0]["values"][0] == [200, 100]
    panel.locator("#csv").fill(table.replace("B,note,A", "c,note,A"))
    told = found.panel("forecast", "failed").locator(".notice").inner_text()
    assert "The table has no column 'b'; the columns are c, note, A" in told


def test_versions_are_picked_by_number_and_labels_are_shown(guarded: Running, visit: Visitor) -> None:
    found = visit(guarded, key=KEY)
    panel = found.open("forecast")
    version = panel.get_by_label("Version")
    assert version.locator("option").all_inner_texts() == ["stable (1)", "2 · canary", "1 · stable"]
    asked = found.asks("forecast", lambda: version.select_option("2"))
    assert asked["version"] == "2"
    assert "duo 2" in found.panel("forecast").locator(".headline").inner_text()


def test_words_are_marked_by_what_they_contribute(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("sentiment")
    text = "🎉 A <b>great</b> film, but a dull   ending."
    found.asks("sentiment", lambda: panel.locator("#text").fill(text))
    panel = found.panel("sentiment")
    assert panel.locator(".words").inner_text() == text
    great, dull = (panel.locator(".word[role=img]", has_text=word) for word in ("great", "dull"))
    line = "element => getComputedStyle(element).borderBottomStyle"
    assert {great.evaluate(line), dull.evaluate(line)} == {"solid", "dashed"}
    great.hover()
    assert re.fullmatch(r"great: \d\.\d\d (for positive|against negative)", panel.locator(".readout").inner_text())
    dull.hover()
    assert re.fullmatch(r"dull: \d\.\d\d (against positive|for negative)", panel.locator(".readout").inner_text())
    shares = [float(share.rstrip("%")) for share in panel.locator(".share").all_inner_texts()]
    assert sum(shares) == pytest.approx(100, abs=0.2)


def test_any_number_of_classes(guarded: Running, visit: Visitor) -> None:
    panel = visit(guarded, key=KEY).open("sentiment", "empty")
    panel.locator("#text").fill("A song about soup.")
    panel.locator(".verdict").wait_for()
    assert sorted(panel.locator(".bars .name").all_inner_texts()) == ["film", "food", "music"]
    assert "speaks against" in panel.locator(".legend").inner_text()


def test_translations_follow_what_is_typed_and_keep_their_lines(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("translation")
    source = panel.locator("#source")
    source.fill("")
    found.panel("translation", "empty")
    source.press_sequentially("I like milk.", delay=20)
    panel.get_by_text("J'aime le lait.", exact=True).wait_for()
    assert panel.locator(".translated").all_inner_texts() == ["J'aime le lait."]
    source.fill("I like milk.\n\nWhere is the station?")
    panel.locator(".translated").nth(1).wait_for()
    assert panel.locator(".translated").all_inner_texts() == ["J'aime le lait.", "Où est la gare ?"]
    assert panel.locator(".translations > li").count() == 3
    assert panel.locator(".translated").first.get_attribute("lang") == "fr"
    assert panel.locator(".others li").count() == 4
    asked = found.asks("translate", lambda: panel.get_by_label("Alternatives").select_option("0"))
    assert (asked["source"], asked["target"], asked["alternatives"]) == ("en", "fr", 0)


def test_late_answers_are_dropped(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("translation")
    held: list[Any] = []
    found.page.route(
        "**/translate", lambda route: held.append(route) if "milk" in route.request.post_data else route.continue_()
    )
    panel.locator("#source").fill("I like milk.")
    found.panel("translation", "renewing")
    while not held:
        found.page.wait_for_timeout(10)
    panel.locator("#source").fill("Where is the station?")
    panel.get_by_text("Où est la gare ?").wait_for()
    assert panel.locator(".translated").count() == 1
    assert len(held) == 1
    assert held[0].request.failure == "net::ERR_ABORTED"


def test_pairs_of_languages_are_those_of_the_models(guarded: Running, visit: Visitor) -> None:
    found = visit(guarded, key=KEY)
    panel = found.open("translation")
    languages = panel.get_by_label("Languages")
    options = languages.locator("option").all_inner_texts()
    assert options == ["English → French · en-fr (default)", "French → English · french"]
    asked = found.asks("translate", lambda: languages.select_option("french"))
    assert (asked["model"], asked["source"]) == ("french", "fr")
    assert panel.locator("label.from").inner_text() == "French"
    panel.locator("#source").fill("a" * 1001 + "\nlait")
    wrong = panel.locator(".wrong")
    wrong.wait_for()
    assert "Not translated." in wrong.inner_text()
    assert "1000" in wrong.inner_text().replace(",", "")
    assert panel.locator(".translations > li").count() == 2


def test_entities_are_marked_and_masked(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("tag")
    text = "😊 Ngozi Okafor is in Toronto: ngozi@example.org"
    asked = found.asks("tag", lambda: panel.locator("#tag-text").fill(text))
    assert "mask" not in asked
    assert panel.locator(".marked mark").all_inner_texts() == ["Ngozi Okaforperson", "Torontoplace"]
    assert panel.locator(".legend li").all_inner_texts() == ["person\n1", "place\n1"]
    assert panel.locator(".masked").is_hidden()
    asked = found.asks("tag", lambda: panel.locator("#tag-mask").check())
    assert {"person", "email", "handle"} <= set(asked["mask"])
    assert panel.locator(".output").inner_text() == "😊 [person] is in [place]: [email]"
    asked = found.asks("tag", lambda: panel.get_by_label("place", exact=True).uncheck())
    assert "place" not in asked["mask"]
    assert panel.locator(".output").inner_text() == "😊 [person] is in Toronto: [email]"
    panel.get_by_text("Entities", exact=True).click()
    assert panel.locator(".values tbody tr").count() == 2
