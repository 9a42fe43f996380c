"""axe-core, the usual checker of WCAG, finds nothing on any panel, with results on the screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from testing.service_process import Running
from tests.playground.conftest import Visit, Visitor

pytestmark = pytest.mark.slow

SCREENS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SETTLE = 350
"""Milliseconds that the transitions of the page take: a faded colour has no contrast."""


def violations(found: Visit) -> list[str]:
    """The rules that the page violates, and where."""
    found.page.wait_for_timeout(SETTLE)
    results = Axe().run(found.page).response
    assert results["passes"]
    return [f"{rule['id']}: {node['html']}" for rule in results["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_panel_violates_a_rule(shipped: Running, visit: Visitor, scheme: str, screen: str) -> None:
    found = visit(shipped, viewport=SCREENS[screen], color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    found.page.goto(found.origin)
    tabs = found.page.get_by_role("tab")
    tabs.first.wait_for()
    for tab in tabs.all():
        tab.click()
        panel = found.page.locator("[role=tabpanel]:visible")
        found.page.locator("[role=tabpanel][data-state=shown]:visible").wait_for()
        for summary in panel.locator("summary:visible").all():
            summary.click()
        assert not violations(found), tab.inner_text()


def test_a_broken_rule_is_found(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, bypass_csp=True)
    found.open("sentiment")
    found.page.evaluate("document.querySelector('#panel-sentiment h2').style.color = '#d0d0d0'")
    (said,) = violations(found)
    assert said.startswith("color-contrast: <h2")


def test_two_answers_and_their_controls_violate_none(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, reduced_motion="reduce", bypass_csp=True)
    panel = found.open("sentiment")
    panel.get_by_label("Compare with").select_option(label="reviews (4) · stable")
    panel.locator(".other .verdict").wait_for()
    assert not violations(found)
    panel = found.open("forecast")
    found.asks("forecast", lambda: panel.get_by_role("button", name="Sunspots").click())
    panel.get_by_label("Compare with").select_option(label="google (2) · stable")
    panel.locator(".legend").get_by_text("google 2").wait_for()
    panel.get_by_text("How the table is read").click()
    assert not violations(found)


def test_an_error_and_an_empty_panel_violate_none(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, reduced_motion="reduce", bypass_csp=True)
    panel = found.open("forecast")
    panel.locator("#csv").fill("1\n2")
    found.panel("forecast", "failed")
    assert not violations(found)
    panel = found.open("sentiment")
    panel.locator("#text").fill("")
    found.panel("sentiment", "empty")
    assert not violations(found)
