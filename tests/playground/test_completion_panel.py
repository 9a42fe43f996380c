"""The panel of completion: grey text behind the caret, taken by Tab or a button, hidden by Esc."""

from __future__ import annotations

import pytest

from testing.service_process import Running
from tests.playground.conftest import Visitor

pytestmark = pytest.mark.slow


def test_tab_takes_what_is_offered_and_goes_on_where_nothing_is(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("complete")
    draft, grey = panel.locator("#draft"), panel.locator(".ghost .grey")
    draft.fill("")
    found.asks("complete", lambda: found.page.keyboard.type("Thank yo"))
    found.page.wait_for_function("document.querySelector('.ghost .grey').textContent === 'u'")
    assert panel.locator(".offered").inner_text() == "Tab takes “you”."
    asked = found.asks("complete", lambda: found.page.keyboard.press("Tab"))
    assert asked["texts"] == ["Thank you"]
    assert draft.input_value() == "Thank you"
    found.page.locator(".take:enabled").wait_for()
    found.page.keyboard.press("Escape")
    assert grey.inner_text() == ""
    found.page.keyboard.press("Tab")
    assert found.page.evaluate("document.activeElement.id") != "draft"
    assert draft.input_value() == "Thank you"


def test_a_phone_takes_with_a_button_and_any_word_of_the_list(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, viewport={"width": 390, "height": 800}, has_touch=True)
    panel = found.open("complete")
    panel.locator("#draft").fill("I would like t")
    panel.get_by_role("button", name="Take “to”").click()
    assert panel.locator("#draft").input_value() == "I would like to"
    panel.locator(".take:enabled").wait_for()
    word = panel.locator(".offers button").nth(1)
    told = word.inner_text()
    word.click()
    assert panel.locator("#draft").input_value() == f"I would like to {told}"
    assert found.page.evaluate("document.documentElement.scrollWidth") == 390


def test_nothing_is_offered_in_the_middle_of_a_text(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("complete")
    panel.locator("#draft").fill("I would like t")
    found.page.locator(".take:enabled").wait_for()
    panel.locator("#draft").press("Home")
    found.page.locator(".take:disabled").wait_for()
    assert panel.locator(".ghost .grey").inner_text() == ""


def test_a_text_is_written_on(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, bypass_csp=True)  # or Chromium refuses to evaluate the condition a second time
    panel = found.open("complete")
    panel.locator("#draft").fill("I would like to")
    panel.get_by_role("button", name="Write on").click()
    found.page.wait_for_function("document.querySelector('#draft').value.length > 16")
    assert panel.locator("#draft").input_value().startswith("I would like to")
