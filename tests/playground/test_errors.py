"""What the page says when something goes wrong."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route

from testing.service_process import Running
from tests.playground.conftest import KEY, Visitor

pytestmark = pytest.mark.slow

BUSY = {
    "type": "urn:seqserve:problem:queue-full",
    "title": "Service Unavailable",
    "status": 503,
    "detail": "the queue is full",
}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("1\n2", "2 values, this model needs at least 3"),
        ("price\n1\n2\nabc\n4", "The table, row 4: 'abc' in column price is no number"),
        ("name,place\nAnn,Rome\nBob,Oslo", "no column holds numbers to forecast"),
        ("price\n", "a header and no rows"),
        ("1e300\n" * 60, "1e+300 is too large; change its unit"),
    ],
)
def test_a_table_that_cannot_be_forecast(shipped: Running, visit: Visitor, table: str, words: str) -> None:
    found = visit(shipped)
    panel = found.open("forecast")
    panel.locator("#csv").fill(table)
    panel = found.panel("forecast", "failed")
    assert words in panel.get_by_role("alert").inner_text()
    assert not panel.locator(".answer").is_visible()
    panel.get_by_role("button", name="The model's sample").click()
    found.panel("forecast")
    assert panel.get_by_role("alert").inner_text() == ""


def test_a_key_is_asked_for_and_never_shown(guarded: Running, visit: Visitor) -> None:
    found = visit(guarded)
    panel = found.open("forecast", "failed")
    assert "An API key is needed" in panel.get_by_role("alert").inner_text()
    panel.get_by_label("API key").fill("wrong")
    panel.get_by_role("button", name="Use it").click()
    panel.get_by_text("The service does not know this key.").wait_for()
    panel.get_by_label("API key").fill(KEY)
    panel.get_by_label("API key").press("Enter")
    found.panel("forecast")
    assert '-H "X-API-Key: $SEQSERVE_API_KEY"' in panel.locator("code").inner_text()
    assert KEY not in found.page.content()
    assert KEY not in found.page.url
    found.page.reload()
    found.panel("forecast")
    assert found.page.evaluate("JSON.stringify(localStorage)") == "{}"


def test_a_busy_service_is_asked_again_when_it_says(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(
            status=503, headers={"Retry-After": "1"}, content_type="application/problem+json", body=json.dumps(BUSY)
        )

    found.page.route("**/sentiment", busy, times=1)
    panel = found.open("sentiment", "asking")
    panel.get_by_text("It is asked again in 1 s.").wait_for()
    found.panel("sentiment")
    assert len(asked) == 1

    found.page.route("**/sentiment", busy)
    panel.locator("#text").fill("Lovely.")
    panel = found.panel("sentiment", "failed")
    said = panel.get_by_role("alert").inner_text()
    assert "The queue is full. It asks to be tried again in 1 s." in said
    assert len(asked) == 3
    found.page.unroute("**/sentiment")
    again = panel.get_by_role("button", name="Try again")
    again.press("Enter")
    found.panel("sentiment")
    assert panel.locator(".notices").evaluate("section => section === document.activeElement")


def test_a_service_that_cannot_be_reached(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    found.page.route("**/models", lambda route: route.abort())
    found.page.goto(found.origin)
    found.page.get_by_text("The service cannot be reached").wait_for()
    found.page.unroute("**/models")
    found.page.get_by_role("button", name="Try again").click()
    panel = found.panel("forecast")
    found.page.route("**/forecast", lambda route: route.abort())
    panel.locator("#horizon").fill("5")
    assert "The service cannot be reached" in found.panel("forecast", "failed").get_by_role("alert").inner_text()
    found.complaints[:] = [said for said in found.complaints if "ERR_FAILED" not in said]  # Chromium says it too


def test_what_a_proxy_answers_in_its_place(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    found.page.route(
        "**/translate", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad</h1>")
    )
    panel = found.open("translation", "failed")
    assert "HTTP 502" in panel.get_by_role("alert").inner_text()
