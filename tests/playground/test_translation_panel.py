"""The panel of translation: languages that are found, HTML, a glossary, doubtful sentences, copying and swapping."""

from __future__ import annotations

from typing import Any

import pytest

from testing.service_process import Running
from tests.playground.conftest import Visitor

pytestmark = pytest.mark.slow


def test_the_language_is_found_and_shown(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("translation")
    panel.locator("#source").fill("Where is the station?")
    panel.get_by_text("Où est la gare ?").wait_for()
    asked = found.asks("translate", lambda: panel.get_by_label("Detect the language").check())
    assert (asked["source"], asked["target"]) == ("auto", "fr")
    assert "model" not in asked
    assert panel.locator("label.from").inner_text() == "Text"
    assert panel.locator(".detected").inner_text().startswith("From English (")


def test_html_keeps_its_tags(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("translation")
    panel.locator("#source").fill("<p>I like milk.</p>\n<p>Where is the station?</p>")
    asked = found.asks("translate", lambda: panel.get_by_label("Format").select_option("html"))
    assert (asked["format"], asked["texts"]) == ("html", ["<p>I like milk.</p>\n<p>Where is the station?</p>"])
    assert panel.locator(".translated").inner_text() == "<p>J'aime le lait.</p>\n<p>Où est la gare ?</p>"


def test_a_glossary_is_honoured(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("translation")
    panel.locator("#source").fill("I like milk.")
    panel.get_by_text("J'aime le lait.", exact=True).wait_for()
    panel.get_by_text("Glossary", exact=True).click()
    asked = found.asks("translate", lambda: panel.locator("#terms").fill("milk = babeurre\n\nAcme\n = x"))
    assert asked["glossary"] == {"milk": "babeurre", "Acme": "Acme"}
    assert "babeurre" in panel.locator(".translated").inner_text()


def test_doubtful_sentences_are_marked(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped)
    panel = found.open("translation")

    def doubt(route: Any) -> None:
        answer = route.fetch().json()
        answer["translations"][1] |= {"doubtful": [1], "warnings": ["the sentence is unlike"]}
        route.fulfill(json=answer)

    found.page.route("**/translate", doubt)
    panel.locator("#source").fill("I like milk.\nqwertz")
    panel.get_by_text("The sentence is unlike.").wait_for()
    assert panel.locator(".translations > li").evaluate_all("all => all.map(one => one.className)") == ["", "doubtful"]


def test_texts_are_copied_counted_and_swapped(shipped: Running, visit: Visitor) -> None:
    found = visit(shipped, permissions=["clipboard-read", "clipboard-write"])
    panel = found.open("translation")
    languages = panel.get_by_label("Languages")
    assert panel.get_by_role("button", name="Swap").is_disabled()  # no model translates French to English
    found.asks("translate", lambda: languages.select_option("en-pt"))
    text = "I like milk.\n\nWhere is the station?"
    assert found.asks("translate", lambda: panel.locator("#source").fill(text))["model"] == "en-pt"
    assert panel.locator(".translations > li").count() == 3
    assert panel.locator(".counted").inner_text() == "35 characters, at most 10,000 a line"
    panel.locator(".answer").get_by_role("button", name="Copy", exact=True).click()
    panel.get_by_role("button", name="Copied").wait_for()
    lines = panel.locator(".translated").all_inner_texts()
    assert found.page.evaluate("navigator.clipboard.readText()") == f"{lines[0]}\n\n{lines[1]}"
    asked = found.asks("translate", lambda: panel.get_by_role("button", name="Swap").click())
    assert (asked["model"], asked["texts"]) == ("pt-en", lines)
    assert panel.locator("label.from").inner_text() == "Portuguese"
    assert panel.locator(".translated").first.inner_text() == "I like milk."
