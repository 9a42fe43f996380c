"""What a forecast is judged by, two models beside each other, and values that are taken along.

The models are tiny: two versions of each, and some that cannot be asked the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from seqserve.forecast.panel.inputs.covariates import Covariate
from seqserve.registry.store import Store
from testing import tiny
from testing.service_process import Running, running
from testing.tiny import classify as tiny_classify
from testing.tiny import complete as tiny_complete
from testing.tiny import panel as tiny_panel
from testing.tiny import sentiment as tiny_sentiment
from testing.tiny import tag as tiny_tag
from testing.tiny import translation as tiny_translation
from tests.playground.conftest import Visit, Visitor
from tests.playground.test_accessibility import violations

pytestmark = pytest.mark.slow

WEEKS = [10, 20, 30, 40, 50, 60, 70, 11, 21, 31, 41, 51, 61, 71]
DAILY = "\n".join(["date,sold", *(f"2024-01-{day:02},{value}" for day, value in enumerate(WEEKS, 1))])


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("pairs")
    root = directory / "models"
    tiny.publish(root, tiny.release("walk", max_horizon=9))
    tiny.publish(root, tiny.release("walk", max_horizon=4, seed=1), label="canary")
    tiny.publish(root, tiny_panel.release("promoted", known=[Covariate(name="promo")]))
    tiny.publish(root, tiny_sentiment.release("mood"))
    tiny.publish(
        root, tiny_sentiment.release("mood", labels=["negative", "neutral", "positive"], seed=1), label="canary"
    )
    tiny.publish(root, tiny_sentiment.release("tickets", labels=["billing", "delivery", "technical"]))
    tiny.publish(root, tiny_sentiment.release("topics", labels=["food", "music", "film"]))
    tiny.publish(root, tiny_translation.release("en-fr"))
    tiny.publish(root, tiny_translation.release("en-fr", seed=1), label="canary")
    tiny.publish(root, tiny_translation.release("en-de", target="de", seed=1))
    for kind, name in ((tiny_classify, "moves"), (tiny_tag, "names"), (tiny_complete, "words")):
        tiny.publish(root, kind.release(name))
        tiny.publish(root, kind.release(name, seed=1), label="canary")
    tiny.publish(root, tiny_classify.release("phases", per_step=True))
    tiny.publish(root, tiny_classify.release("bars", features=("height",)))
    for task, name in (("forecast", "walk"), ("sentiment", "mood"), ("translation", "en-fr"), ("classify", "moves")):
        Store(root).set_default(task, name)
    with running(root, directory) as found:
        yield found


def values(panel: Locator, column: str) -> list[str]:
    """A column of the table of values."""
    head = panel.locator(".values th[scope=col]").all_text_contents()
    return panel.locator(f".values tbody tr > :nth-child({head.index(column) + 1})").all_text_contents()


def compare(found: Visit, panel: Locator, path: str, version: str) -> dict[str, object]:
    """Ask another version the same; returns the request that it got."""
    with found.page.expect_request(
        lambda asked: asked.url.endswith(f"/{path}") and asked.post_data_json.get("version") is not None
    ) as asked:
        panel.get_by_label("Compare with").select_option(label=version)
    body: dict[str, object] = asked.value.post_data_json
    return body


def test_a_forecast_has_the_season_before_beside_it(pairs: Running, visit: Visitor) -> None:
    found = visit(pairs)
    panel = found.open("forecast")
    panel.locator("#horizon").fill("9")
    found.asks("forecast", lambda: panel.locator("#csv").fill(DAILY))
    assert "seasonal naive: the values of 7 steps before" in panel.locator(".legend").inner_text()
    assert values(panel, "Seasonal naive") == ["11", "21", "31", "41", "51", "61", "71", "11", "21"]
    gap = DAILY.replace("2024-01-09,21", "2024-01-09,")
    found.asks("forecast", lambda: panel.locator("#csv").fill(gap))
    assert values(panel, "Seasonal naive")[:3] == ["11", "20", "31"]


def test_without_a_season_the_last_value_stands_beside_it(pairs: Running, visit: Visitor) -> None:
    found = visit(pairs)
    panel = found.open("forecast")
    found.asks("forecast", lambda: panel.locator("#csv").fill("\n".join(map(str, WEEKS))))
    assert "naive: the last value, as no season is known" in panel.locator(".legend").inner_text()
    assert set(values(panel, "Last value")) == {"71"}


def test_two_versions_forecast_the_same(pairs: Running, visit: Visitor) -> None:
    found = visit(pairs)
    panel = found.open("forecast")
    panel.locator("#horizon").fill("6")
    found.asks("forecast", lambda: panel.locator("#csv").fill(DAILY))
    body = compare(found, panel, "forecast", "walk (2) · canary")
    assert (body["version"], body["horizon"], body["levels"]) == ("2", 4, [])
    panel.locator(".legend").get_by_text("walk 2", exact=True).wait_for()
    assert [bool(value) for value in values(panel, "walk 2")] == [True] * 4 + [False] * 2
    assert values(panel, "walk 2")[:4] != values(panel, "walk 1")[:4]
    panel.get_by_label("Compare with").select_option(label="nothing")
    panel.locator(".legend").get_by_text("walk 2", exact=True).wait_for(state="detached")


def test_a_model_that_needs_other_columns_says_so_and_the_first_answer_stays(pairs: Running, visit: Visitor) -> None:
    found = visit(pairs)
    panel = found.open("forecast")
    found.asks("forecast", lambda: panel.locator("#csv").fill(DAILY))
    panel.get_by_label("Compare with").select_option(label="promoted (1) · stable")
    panel.locator(".beside-notices").get_by_text("promo").wait_for()
    assert panel.locator(".headline").inner_text().startswith("sold, ")
    rows = DAILY.splitlines()
    panel.locator("#horizon").fill("2")
    ahead = [f"2024-01-{day},," for day in (15, 16)]
    promo = [
        f"{rows[0]},promo",
        *(f"{row},{place % 2}" for place, row in enumerate(rows[1:])),
        *(f"{row}1" for row in ahead),
    ]
    found.asks("forecast", lambda: panel.locator("#csv").fill("\n".join(promo)))
    panel.locator(".legend").get_by_text("promoted 1", exact=True).wait_for()
    assert panel.locator(".beside-notices").inner_text() == ""


def test_two_versions_judge_the_same(pairs: Running, visit: Visitor, tmp_path: Path) -> None:
    found = visit(pairs)
    panel = found.open("sentiment")
    body = compare(found, panel, "sentiment", "mood (2) · canary")
    assert body["version"] == "2"
    other = panel.locator(".answer.other")
    other.locator(".verdict").wait_for()
    assert other.locator(".headline small").inner_text() == "mood 2"
    colour = "element => element.dataset.colour"
    first = panel.locator(".answer:not(.other) .bars li", has_text="positive").evaluate(colour)
    assert other.locator(".bars li", has_text="positive").evaluate(colour) == first
    assert panel.locator(".answer").nth(0).bounding_box()["y"] == other.bounding_box()["y"]  # type: ignore[index]
    rows = downloaded(panel, tmp_path)
    assert rows[0] == ["label", "mood 1", "mood 2"]
    assert [(row[0], bool(row[1])) for row in rows[1:]] == [("negative", True), ("positive", True), ("neutral", False)]
    panel.locator("#text").fill("Another text.")
    panel.locator(".answer.other .words", has_text="Another").wait_for()


def test_only_models_of_the_same_languages_translate_beside_each_other(pairs: Running, visit: Visitor) -> None:
    found = visit(pairs)
    panel = found.open("translation")
    offered = panel.get_by_label("Compare with").locator("option").all_inner_texts()
    assert offered == ["nothing", "en-fr (2) · canary", "en-fr (1) · stable"]
    body = compare(found, panel, "translate", "en-fr (2) · canary")
    assert (body["model"], body["version"], "source" in body) == ("en-fr", "2", False)
    panel.locator(".other .translated").first.wait_for()
    assert panel.locator(".other .by").inner_text() == "en-fr 2"
    panel.get_by_label("Languages").select_option("en-de")
    panel.get_by_text("en-de 1").first.wait_for()
    panel.locator(".other").wait_for(state="detached")


def test_sequences_texts_and_drafts_are_answered_beside_each_other(
    pairs: Running, visit: Visitor, tmp_path: Path
) -> None:
    found = visit(pairs, reduced_motion="reduce", bypass_csp=True)
    asked = {"classify": "moves", "tag": "names", "complete": "words"}
    for task, name in asked.items():
        panel = found.open(task)
        body = compare(found, panel, task, f"{name} (2) · canary")
        assert (body["model"], body["version"]) == (name, "2")
        other = panel.locator(".answer.other")
        other.locator(".headline", has_text=f"{name} 2").wait_for()
        assert panel.locator(".answer:not(.other) .headline").inner_text().endswith(f"{name} 1")
        text = "\n".join(",".join(row) for row in downloaded(panel, tmp_path))
        assert f"{name} 1" in text
        assert f"{name} 2" in text or not other.locator(".entity").count()
        assert not violations(found)
        panel.get_by_label("Compare with").select_option(label="nothing")
        other.wait_for(state="detached")


def test_only_models_of_the_same_steps_label_beside_each_other(pairs: Running, visit: Visitor, tmp_path: Path) -> None:
    found = visit(pairs)
    panel = found.open("classify")
    offered = panel.get_by_label("Compare with").locator("option").all_inner_texts()
    assert offered == ["nothing", "moves (2) · canary", "moves (1) · stable", "phases (1) · stable"]
    body = compare(found, panel, "classify", "phases (1) · stable")
    assert body["explain"] is False
    panel.locator(".answer.other .lead", has_text="steps in").wait_for()
    assert downloaded(panel, tmp_path)[0] == ["label", "moves 1"]  # labels of steps are another table
    panel.locator(".picker select").first.select_option("phases")
    panel.locator(".answer:not(.other) .headline", has_text="phases 1").wait_for()
    head, first, *_ = downloaded(panel, tmp_path)
    assert (head[:2], first[0]) == (["step", "phases 1"], "1")


def test_samples_are_of_what_the_model_tells_apart(pairs: Running, visit: Visitor) -> None:
    found = visit(pairs)
    panel = found.open("sentiment")
    model, text = panel.locator(".picker select").first, panel.locator("#text")
    assert "Film" in panel.locator(".samples").inner_text()
    asked = found.asks("sentiment", lambda: model.select_option("tickets"))
    assert panel.locator(".samples").inner_text().split() == ["Parcel", "Invoice", "Error", "Unclear"]
    assert "parcel" in asked["texts"][0]
    model.select_option("topics")
    found.panel("sentiment", "empty")
    assert text.get_attribute("placeholder").endswith("one of: food, music, film.")  # type: ignore[union-attr]
    asked = found.asks("sentiment", lambda: text.fill("A dull song."))
    asked = found.asks("sentiment", lambda: model.select_option("tickets"))
    assert asked["texts"] == ["A dull song."]  # what was typed stays


def downloaded(panel: Locator, folder: Path) -> list[list[str]]:
    with panel.page.expect_download() as saved:
        panel.get_by_role("button", name="Download as CSV").click()
    saved.value.save_as(folder / "saved.csv")
    with (folder / "saved.csv").open(newline="") as stream:
        return list(csv.reader(stream))


def test_values_are_copied_and_downloaded(pairs: Running, visit: Visitor, tmp_path: Path) -> None:
    found = visit(pairs, permissions=["clipboard-read", "clipboard-write"])
    columns = {
        "forecast": ["unique_id", "ds", "mean", "lo-80", "hi-80", "lo-95", "hi-95", "Naive"],
        "sentiment": ["label", "mood 1"],
        "translation": ["text", "en-fr 1", "score of en-fr 1", "warnings of en-fr 1"],
        "classify": ["label", "moves 1"],
        "tag": ["model", "text", "label", "start", "end", "score"],
        "complete": ["model", "word", "appended", "probability"],
    }
    for task, head in columns.items():
        panel = found.open(task)
        rows = downloaded(panel, tmp_path)
        assert rows[0] == head
        assert len(rows) > 2
        panel.get_by_role("button", name="Copy values").click()
        panel.get_by_role("button", name="Copied").wait_for()
        copied = found.page.evaluate("navigator.clipboard.readText()")
        assert list(csv.reader(copied.splitlines(), delimiter="\t")) == rows
