"""The page itself: what it may do, who can use it, and where."""

from __future__ import annotations

import re
import urllib.request
from posixpath import dirname, normpath

import pytest
from playwright.sync_api import Route

from seqserve.tasks import NAMES
from testing.service_process import CHECKOUT, Running
from tests.playground.conftest import Visitor

pytestmark = pytest.mark.slow

PLAYGROUND = CHECKOUT / "service" / "playground"

CONTRASTS = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const parts = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const over = (top, ground) => top.slice(0, 3).map((part, i) => (part * top[3] + ground[i] * (255 - top[3])) / 255);
    const light = (rgb) => rgb
        .map((part) => part / 255)
        .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (element) => element === null ? [255, 255, 255] :
        over(parts(getComputedStyle(element).backgroundColor), ground(element.parentElement));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
        const colour = getComputedStyle(element).color;
        if (parts(colour)[3] === 0 && element.closest("[aria-hidden=true]")) continue; // only takes up space
        const below = ground(element);
        const own = light(over(parts(colour), below));
        const [low, high] = [own, light(below)].sort((a, b) => a - b);
        found.push([(high + 0.05) / (low + 0.05), texts.currentNode.data.trim()]);
    }
    return found;
}"""
"""Contrast and content of every text that is to be seen."""


def test_the_policy_forbids_everything_but_itself(shipped: Running) -> None:
    for path in ("/", "/playground/app.js", "/playground/tasks/forecast/panel.html"):
        first = shipped.client.get(path)
        assert first.status_code == 200
        rules = dict(rule.strip().split(" ", 1) for rule in first.headers["content-security-policy"].split(";"))
        assert rules.pop("default-src") == "'none'"
        assert set(rules.values()) == {"'self'", "'none'"}
        assert first.headers["cache-control"] == "no-cache"
        again = shipped.client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_no_file_of_the_page_points_elsewhere(shipped: Running) -> None:
    found = re.findall(r'(?:src|href)="(playground/[^"]+)"', shipped.client.get("/").text)
    found += [f"playground/tasks/{task}/panel.{kind}" for task in NAMES for kind in ("js", "css")]
    for path in found:
        answer = shipped.client.get(f"/{path}")
        assert answer.status_code == 200, path
        names = re.findall(r'(?:from|@import) "([^"]+)"', answer.text)
        assert all(name.startswith(("./", "../")) for name in names)
        found += [name for one in names if (name := normpath(f"{dirname(path)}/{one}")) not in found]
        assert "sourceMappingURL" not in answer.text
        assert "innerHTML" not in answer.text or "vendor" in path
    assert len(found) > 25


def test_the_files_that_all_tasks_share_name_none() -> None:
    files = [path for kind in ("js", "html", "css") for path in PLAYGROUND.glob(f"*.{kind}")]
    assert len(files) > 10
    for path in files:
        assert not re.search(rf"\b({'|'.join(NAMES)})\b", path.read_text(), re.IGNORECASE), path.name


def test_a_task_without_a_panel_has_no_tab(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    found.page.route("**/tasks/sentiment/panel.html", lambda route: route.fulfill(status=404))
    found.open("forecast")
    tabs = found.page.get_by_role("tab").all_inner_texts()
    assert "Sentiment" not in tabs
    assert {"Forecast", "Translation"} <= set(tabs)


def test_everything_can_be_done_with_the_keyboard(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("forecast")
    press, focused = found.page.keyboard.press, found.page.locator(":focus")

    def to(selector: str) -> None:
        for _ in range(60):
            press("Tab")
            if focused.and_(found.page.locator(selector)).count():
                return
        raise AssertionError(f"the Tab key does not lead to {selector}")

    press("Tab")
    assert focused.inner_text() == "Skip to the content"
    to("[role=tab]")
    to("#csv")
    asked = found.asks("forecast", lambda: (to("#horizon"), press("ArrowRight")))
    assert asked["horizon"] == 25
    asked = found.asks("forecast", lambda: (to("input[value='99']"), press("Space")))
    assert asked["levels"] == [80, 95, 99]
    to(".chart")
    press("End")
    assert panel.locator(".pointed").inner_text().startswith("1963-01-01, ")
    press("ArrowLeft")
    assert panel.locator(".pointed").inner_text().startswith("1962-12-01, ")
    to("summary:has-text('Values')")
    press("Enter")
    assert panel.locator(".values table").is_visible()
    to("button:has-text('Copy')")

    found.page.reload()
    to("[role=tab]")
    press("ArrowRight")
    panel = found.panel("sentiment")
    assert found.page.url.endswith("#sentiment")
    to("#text")
    press("Control+A")
    found.asks("sentiment", lambda: found.page.keyboard.type("Not a bad film at all."))
    found.panel("sentiment")
    to(".word")
    first = panel.locator(".readout").inner_text()
    press("End")
    assert panel.locator(".readout").inner_text() != first
    assert re.search(r": \d", first)

    found.page.reload()
    to("[role=tab]")
    press("ArrowRight")
    panel = found.panel("translation")
    to("#source")
    press("Control+A")
    found.asks("translate", lambda: found.page.keyboard.type("I like milk."))
    panel.get_by_text("J'aime le lait.").wait_for()


@pytest.mark.parametrize("width", [320, 375, 800])
def test_a_narrow_screen_needs_no_scrolling_sideways(shipped: Running, visit: Visitor, width: int) -> None:
    found = visit(shipped, viewport={"width": width, "height": 700})
    for task in NAMES:
        found.open(task)
        assert found.page.evaluate("document.documentElement.scrollWidth") == width
        texts = found.page.locator("textarea:visible, .answer:visible").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().width)"
        )
        assert min(texts) > 0.4 * min(width, 700)


def test_many_tabs_scroll_by_themselves(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, viewport={"width": 390, "height": 844})
    answer = shipped.client.get("/models").json()
    answer["models"] += [{**answer["models"][0], "task": f"more-{number}"} for number in range(5)]
    panel = "export const title = 'Another task'; export class Panel { open() {} redraw() {} }"
    found.page.route("**/models", lambda route: route.fulfill(json=answer))
    found.page.route("**/tasks/more-*/panel.html", lambda route: route.fulfill(body="", content_type="text/html"))
    found.page.route("**/tasks/more-*/panel.css", lambda route: route.fulfill(body="", content_type="text/css"))
    found.page.route(
        "**/tasks/more-*/panel.js", lambda route: route.fulfill(body=panel, content_type="text/javascript")
    )
    found.page.goto(f"{found.origin}/#more-4")
    last = found.page.get_by_role("tab").last
    last.wait_for()
    assert found.page.evaluate("document.documentElement.scrollWidth") == 390
    box = last.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(shipped: Running, visit: Visitor, scheme: str) -> None:
    found = visit(shipped, color_scheme=scheme, reduced_motion="reduce")
    for task in NAMES:
        found.open(task)
        for summary in found.page.locator(f"#panel-{task} summary").all():
            summary.click()
        contrasts = found.page.evaluate(CONTRASTS)
        assert len(contrasts) > 30
        assert not [(text, ratio) for ratio, text in contrasts if ratio < 4.5]


def test_everything_has_a_name(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    for task in NAMES:
        found.open(task)
        page = found.page.locator("body").aria_snapshot()
        assert not re.findall(
            r"^\s*- (?:button|combobox|textbox|slider|checkbox|tab|img|application|group)$", page, re.M
        )
        assert page.count("- heading") >= 3
        assert found.page.locator("[role=tabpanel]:visible").count() == 1
        ids = found.page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
        assert len(ids) == len(set(ids))
        assert not found.page.locator("[style]").evaluate_all("all => all.filter(one => one.closest('[onclick]'))")


def test_dark_colours_are_the_systems_until_the_button_is_pressed(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, color_scheme="dark")
    found.open("sentiment")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = found.page.evaluate(ground)
    button = found.page.get_by_role("button", name="Dark colours")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    light = found.page.evaluate(ground)
    assert light != dark
    found.page.reload()
    assert found.page.evaluate(ground) == light
    assert button.get_attribute("aria-pressed") == "false"


def test_it_works_behind_a_prefix(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)

    def forward(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace("/try/", "/", 1)))

    found.page.route(f"{found.origin}/try/**", forward)
    found.page.goto(f"{found.origin}/try/#sentiment")
    panel = found.panel("sentiment")
    assert f"{found.origin}/try/sentiment" in panel.locator("code").inner_text()


def test_the_foot_leads_to_what_is_there(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    found.open("forecast")
    for link in found.page.locator("footer a").evaluate_all("links => links.map((link) => link.href)"):
        with urllib.request.urlopen(link) as answer:
            assert answer.status == 200


def test_without_a_log_nothing_is_asked_or_said(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    asked: list[str] = []
    found.page.on("request", lambda request: asked.append(request.url))
    for task in ("forecast", "sentiment", "translation"):
        panel = found.open(task)
        assert panel.locator(".feedback").count() == 0
        assert not panel.locator(".accuracy").is_visible()
    assert not [url for url in asked if url.endswith("/accuracy")]
