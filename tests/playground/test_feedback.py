"""What was right of an answer, said on the page, and the accuracy that comes of it; the service keeps a log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator

from testing import tiny
from testing.service_process import Running, running
from testing.tiny import sentiment as tiny_sentiment
from testing.tiny import translation as tiny_translation
from tests.playground.conftest import Visit, Visitor
from tests.playground.test_accessibility import violations

pytestmark = pytest.mark.slow

TEXTS = ["I like the film.", "I like the music."]


@pytest.fixture(scope="module")
def logging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("logging")
    root = directory / "models"
    tiny.publish(root, tiny.release("walk"))
    tiny.publish(root, tiny_sentiment.release("mood"))
    tiny.publish(root, tiny_sentiment.release("mood", seed=1), label="canary")
    tiny.publish(root, tiny_sentiment.release("topics", labels=["food", "music", "film"], threshold=0.2))
    tiny.publish(root, tiny_translation.release("en-fr"))
    with running(root, directory, SEQSERVE_PREDICTION_LOG=f"sqlite:///{directory}/log.db") as found:
        yield found


def say(found: Visit, form: Locator, path: str, button: str) -> dict[str, Any]:
    """Press a button of the form; returns what was sent, once the page says that it is stored."""
    with found.page.expect_response(lambda response: response.url == f"{found.origin}/{path}") as answered:
        form.get_by_role("button", name=button).click()
    form.get_by_text("Stored.").wait_for()
    (said,) = answered.value.request.post_data_json["feedback"]
    assert isinstance(said, dict)
    return said


def opened(place: Locator) -> Locator:
    form = place.locator(".feedback").first
    form.locator("summary").click()
    return form


def accuracy(panel: Locator) -> Locator:
    return panel.locator(".accuracy")


def test_the_right_label_is_said_and_counted(logging: Running, visit: Visitor) -> None:
    found = visit(logging, reduced_motion="reduce", bypass_csp=True)
    panel = found.open("sentiment")
    found.asks("sentiment", lambda: panel.locator("#text").fill("A fine film."))
    assert not accuracy(panel).is_visible()
    form = opened(panel.locator(".answer"))
    predicted = panel.locator(".verdict").inner_text()
    select = form.get_by_label("The right label")
    assert select.input_value() == predicted
    select.select_option(label="positive" if predicted == "negative" else "negative")
    assert say(found, form, "sentiment/feedback", "Send")["label"] != predicted
    summary = accuracy(panel).locator("summary")
    summary.get_by_text("In use: accuracy 0.0%").wait_for()
    select.select_option(label=predicted)
    say(found, form, "sentiment/feedback", "Send")
    summary.get_by_text("In use: accuracy 100.0%").wait_for()
    summary.click()
    assert "What is right is known of 1 answer of" in accuracy(panel).inner_text()
    rows = accuracy(panel).locator("tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [["1", "1", "100.0%"], [predicted, "1", "100.0%", "100.0%"]]
    panel.get_by_label("Compare with").select_option(label="mood (2) · canary")
    other = panel.locator(".answer.other")
    say(found, opened(other), "sentiment/feedback", "Send")
    accuracy(panel).get_by_text("known of 2 answers of").wait_for()
    assert accuracy(panel).locator("tbody").first.locator("tr").count() == 2
    assert not violations(found)


def test_several_labels_are_ticked(logging: Running, visit: Visitor) -> None:
    found = visit(logging, reduced_motion="reduce", bypass_csp=True)
    panel = found.open("sentiment")
    panel.locator(".picker select").first.select_option("topics")
    found.asks("sentiment", lambda: panel.locator("#text").fill("A song about food."))
    form = opened(panel.locator(".answer"))
    for name in ("food", "music", "film"):
        form.get_by_label(name).set_checked(name != "film")
    assert not violations(found)
    assert sorted(say(found, form, "sentiment/feedback", "Send")["labels"]) == ["food", "music"]
    accuracy(panel).get_by_text("In use: accuracy").wait_for()


def test_a_better_translation_is_said_by_the_keyboard(logging: Running, visit: Visitor) -> None:
    found = visit(logging, reduced_motion="reduce", bypass_csp=True)
    panel = found.open("translation")
    found.asks("translate", lambda: panel.locator("#source").fill("\n".join(TEXTS)))
    first, second = panel.locator(".translations .feedback").all()
    first.locator("summary").focus()
    found.page.keyboard.press("Enter")
    found.page.keyboard.press("Tab")
    found.page.keyboard.press("ControlOrMeta+a")
    found.page.keyboard.type("J'aime le film.")
    assert not violations(found)
    assert say(found, first, "translate/feedback", "Send")["text"] == "J'aime le film."
    accuracy(panel).get_by_text("In use: good 0.0%").wait_for()
    second.locator("summary").click()
    assert say(found, second, "translate/feedback", "Wrong, I know no better")["good"] is False
    say(found, second, "translate/feedback", "Send")  # unchanged, so it was good
    accuracy(panel).get_by_text("In use: good 50.0%").wait_for()


def test_what_came_true_is_shown_with_the_forecasts(logging: Running, visit: Visitor) -> None:
    asked = logging.client.post("/forecast", json={"series": [{"values": list(range(60))}], "levels": [80]}).json()
    (forecast,) = asked["forecasts"]
    item = {"prediction_id": forecast["prediction_id"], "actual": [forecast["mean"][0]]}
    assert logging.client.post("/forecast/actuals", json={"items": [item]}).json() == {"accepted": 1}
    found = visit(logging)
    panel = found.open("forecast")
    accuracy(panel).get_by_text("In use: weighted error 0.0%").click()
    head = accuracy(panel).locator("thead th").all_inner_texts()
    assert head == ["Version", "Answers", "weighted error", "mean error", "scaled error", "in 80%"]


def test_what_cannot_be_said_is_told_beside_the_button(logging: Running, visit: Visitor) -> None:
    found = visit(logging)
    panel = found.open("translation")
    found.asks("translate", lambda: panel.locator("#source").fill(TEXTS[0]))
    form = opened(panel.locator(".answer"))
    form.get_by_label("The right translation").fill("")
    form.get_by_role("button", name="Send").click()
    form.get_by_text("It was not taken: ").wait_for()
