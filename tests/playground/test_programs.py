"""The command and the program that each panel shows, run as they stand: they get the answer that the page has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from testing.service_process import Running
from tests.playground.conftest import KEY, Visit, Visitor

pytestmark = pytest.mark.slow

TEXT = "It's \"fine\", isn't it? \\n $HOME `id` 'quoted' \\ été 🎉 !! %s true, null: {x}"
TABLE = "\n".join(["date,b,a", *(f"2024-01-{day:02},{100 + day},{200 + day % 3}" for day in range(1, 12))])
PANELS = {
    "forecast": ("forecast", "#csv", TABLE, "shown"),
    "sentiment": ("sentiment", "#text", TEXT, "empty"),
    "translation": ("translate", "#source", TEXT, "shown"),
    "classify": ("classify", "#steps", "1\n3\n2.5\n\n4\n-1", "shown"),
    "tag": ("tag", "#tag-text", TEXT, "shown"),
    "complete": ("complete", "#draft", TEXT, "shown"),
}


def asked(found: Visit, task: str) -> Any:
    """What the service answers to what is typed into a panel."""
    path, box, text, state = PANELS[task]
    panel = found.open(task, state)
    with found.page.expect_response(lambda response: response.url == f"{found.origin}/{path}") as answered:
        panel.locator(box).fill(text)
    found.panel(task)
    return answered.value.json()


def ran(command: list[str]) -> str:
    environment = {**os.environ, "SEQSERVE_API_KEY": KEY}
    return subprocess.run(command, env=environment, capture_output=True, check=True, text=True, timeout=90).stdout


@pytest.mark.parametrize("task", PANELS)
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_command_asks_the_same(guarded: Running, visit: Visitor, task: str) -> None:
    found = visit(guarded, key=KEY, permissions=["clipboard-read", "clipboard-write"])
    answer = asked(found, task)
    section = found.page.locator(f"#panel-{task} .curl")
    section.get_by_role("button", name="Copy").click()
    section.get_by_role("button", name="Copied").wait_for()
    command = found.page.evaluate("navigator.clipboard.readText()")
    assert command == section.locator("code").inner_text()
    assert KEY not in found.page.content()
    assert json.loads(ran(["bash", "-c", command.replace("curl", "curl -s", 1)])) == answer


@pytest.mark.parametrize("task", PANELS)
def test_the_program_asks_the_same(guarded: Running, visit: Visitor, task: str) -> None:
    found = visit(guarded, key=KEY)
    answer = asked(found, task)
    section = found.page.locator(f"#panel-{task} .curl")
    section.get_by_label("The same with").select_option("Python")
    program = section.locator("code").inner_text()
    assert KEY not in found.page.content()
    assert len(program.splitlines()) < 10
    assert ran([sys.executable, "-c", program]).strip() == repr(answer)
