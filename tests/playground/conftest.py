from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from service.http.auth import new_key
from testing.service_process import CHECKOUT, Running, running
from testing.tree import other_tree

KEY, DIGEST = new_key()
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_ALONE = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_REFUSED = "Failed to load resource: the server responded with a status of"
"""Chromium logs this for every error status, expected or not."""


@dataclass
class Visit:
    """A page, and its complaints: console errors, exceptions, and requests to other hosts."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def open(self, task: str = "forecast", state: str = "shown") -> Locator:
        """Open the panel of a task and wait until it shows its answer or its error."""
        self.page.goto(f"{self.origin}/#{task}")
        return self.panel(task, state)

    def panel(self, task: str, state: str = "shown") -> Locator:
        """Wait until a panel is in a state."""
        self.page.locator(f"#panel-{task}[data-state={state}]").wait_for()
        return self.page.locator(f"#panel-{task}")

    def asks(self, path: str, act: Callable[[], Any]) -> dict[str, Any]:
        """Run `act`; returns the request body that it caused, once the answer is shown."""
        with self.page.expect_response(lambda response: response.url == f"{self.origin}/{path}") as answered:
            act()
        self.page.locator("[aria-busy=true]").first.wait_for(state="detached")
        asked: dict[str, Any] = answered.value.request.post_data_json
        return asked


Visitor = Callable[..., Visit]


@pytest.fixture(scope="module")  # Playwright's event loop would disturb those of other modules
def browser() -> Iterator[Browser]:
    if _CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = [*_ALONE, *(["--no-sandbox"] if os.getuid() == 0 else [])]
        found = playwright.chromium.launch(executable_path=_CHROMIUM, args=arguments)
        yield found
        found.close()


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(CHECKOUT / "models", tmp_path_factory.mktemp("shipped")) as found:
        yield found


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with an API key and models whose features, classes and languages differ from the shipped ones."""
    directory = tmp_path_factory.mktemp("guarded")
    with running(other_tree(directory / "models"), directory, SEQSERVE_API_KEYS=f"tests:{DIGEST}") as found:
        yield found


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitor]:
    """Opens pages; at the end of the test, no page may have complaints."""
    visits: list[Visit] = []

    def start(service: Running, *, key: str | None = None, **context: Any) -> Visit:
        page = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}).new_page()
        page.set_default_timeout(20_000)
        found = Visit(page, str(service.client.base_url).rstrip("/"))
        visits.append(found)
        if key:
            page.add_init_script(f"sessionStorage.setItem('seqserve-api-key', '{key}')")
        page.on(
            "console", lambda said: found.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.on("request", lambda asked: None if _own(asked.url, found) else found.complaints.append(asked.url))
        return found

    yield start
    for found in visits:
        found.page.context.close()
        assert not [said for said in found.complaints if not said.startswith(_REFUSED)]


def _own(url: str, found: Visit) -> bool:
    return url.startswith(f"{found.origin}/")
