"""On a phone the answer comes first, and one that arrives is brought into view."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from testing.service_process import Running
from tests.playground.conftest import Visitor

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}
SEEN = """(card) => {
    const { top } = card.getBoundingClientRect();
    return top >= 0 && top < 0.6 * innerHeight;
}"""


def seen(panel: Locator) -> bool:
    """Whether the beginning of the answer is on the screen."""
    found: bool = panel.locator(".answer").evaluate(SEEN)
    return found


@pytest.mark.parametrize("task", ["forecast", "sentiment", "translation"])
def test_the_answer_is_there_without_scrolling(shipped: Running, visit: Visitor, task: str) -> None:
    found = visit(shipped, viewport=PHONE, reduced_motion="reduce")
    panel = found.open(task)
    assert found.page.evaluate("scrollY") == 0
    assert seen(panel)


def test_what_is_picked_below_brings_its_answer_into_view(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, viewport=PHONE, reduced_motion="reduce")
    panel = found.open("forecast")
    sample = panel.get_by_role("button", name="Sunspots")
    sample.scroll_into_view_if_needed()
    found.page.evaluate("scrollBy(0, 400)")
    assert not seen(panel)
    found.asks("forecast", sample.click)
    assert seen(panel)


def test_whoever_types_is_not_taken_away_but_led_there(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, viewport=PHONE, reduced_motion="reduce")
    panel = found.open("sentiment")
    text = panel.locator("#text")
    text.click()
    found.page.evaluate("document.getElementById('text').scrollIntoView()")
    before = found.page.evaluate("scrollY")
    found.asks("sentiment", lambda: text.press_sequentially(" Lovely."))
    lead = panel.get_by_role("button", name="See the answer")
    lead.wait_for()
    assert found.page.evaluate("scrollY") == before
    lead.click()
    assert seen(panel)
    lead.wait_for(state="hidden")


def test_a_wide_screen_never_jumps(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("forecast")
    found.page.evaluate("scrollTo(0, 500)")
    before = found.page.evaluate("scrollY")
    found.asks("forecast", lambda: panel.get_by_label("99%").check())
    assert found.page.evaluate("scrollY") == before > 0
    order = panel.locator(".columns").evaluate("(all) => [...all.children].map(({ tagName }) => tagName)")
    assert order == ["FORM", "DIV"]
