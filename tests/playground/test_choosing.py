"""Models and versions that are picked, whatever the service has of them, and however late it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Route

from seqserve.registry.store import Store
from testing import tiny
from testing.service_process import Running, running
from testing.tiny import sentiment as tiny_sentiment
from tests.playground.conftest import Visit, Visitor

pytestmark = pytest.mark.slow

TABLE = "\n".join(["own", *(str(100 + step) for step in range(12))])


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`walk` has two versions, `beta` no stable one, `spoilt` one that is refused, `gone` none that is good."""
    directory = tmp_path_factory.mktemp("several")
    root = directory / "models"
    tiny.publish(root, tiny.release("walk", max_horizon=20, levels=(80, 95, 99)))
    tiny.publish(root, tiny.release("walk", max_horizon=5, levels=(80, 95, 99), seed=1), label="canary")
    tiny.publish(root, tiny.release("beta", features=("b",)), label="canary")
    tiny.publish(root, tiny.release("spoilt", features=("s",)), label="canary")
    tiny.publish(root, tiny.failing(tiny.release("spoilt", features=("s",), seed=1)))
    tiny.publish(root, tiny.failing(tiny.release("gone")))
    tiny.publish(root, tiny_sentiment.release("unsure"), label="canary")
    Store(root).set_default("forecast", "walk")
    with running(root, directory, ready=False) as found:
        yield found


def model_of(panel: Locator) -> Locator:
    """Where the model is picked."""
    return panel.locator(".picker select").first


def hold(found: Visit, address: str) -> list[Route]:
    """The requests for an address, which are not answered until somebody lets them go on."""
    held: list[Route] = []
    found.page.route(address, lambda route: held.append(route))
    return held


def wait(found: Visit, held: list[Route]) -> None:
    while not held:
        found.page.wait_for_timeout(10)


def release(found: Visit, held: list[Route]) -> None:
    """Let them be answered, and let the page see the answers."""
    (route,) = held
    with found.page.expect_response(route.request.url):
        route.continue_()
    found.page.wait_for_timeout(100)


def test_what_is_typed_while_the_sample_loads_stays(several: Running, visit: Visitor) -> None:
    found = visit(several)
    held = hold(found, "**/examples/**")
    panel = found.open("forecast", "asking")
    wait(found, held)
    panel.locator("#csv").fill(TABLE)
    found.panel("forecast")
    release(found, held)
    assert panel.locator("#csv").input_value() == TABLE
    assert panel.locator(".headline").inner_text().startswith("own, ")


def test_what_is_typed_before_anything_is_known_is_asked_then(several: Running, visit: Visitor) -> None:
    found = visit(several)
    held = hold(found, "**/models/forecast/walk")
    panel = found.open("forecast", "asking")
    wait(found, held)
    panel.locator("#csv").fill(TABLE)
    found.page.wait_for_timeout(500)
    release(found, held)
    assert found.panel("forecast").locator(".headline").inner_text().startswith("own, ")


def test_a_sample_that_comes_late_is_dropped(several: Running, visit: Visitor) -> None:
    found = visit(several)
    panel = found.open("forecast")
    held = hold(found, "**/walk/examples/2")
    panel.get_by_label("Version").select_option("2")
    wait(found, held)
    model_of(panel).select_option("beta")
    panel.get_by_text("beta 1").first.wait_for()
    before = panel.locator("#csv").input_value()
    assert before.startswith("b\n")
    release(found, held)
    assert panel.locator("#csv").input_value() == before


def test_versions_are_those_of_the_model_that_was_picked_last(several: Running, visit: Visitor) -> None:
    found = visit(several)
    panel = found.open("forecast")
    model, version = model_of(panel), panel.get_by_label("Version")
    held = hold(found, "**/models/forecast/beta")
    model.select_option("beta")
    wait(found, held)
    model.select_option("walk")
    release(found, held)
    assert version.locator("option").all_inner_texts() == ["stable (1)", "2 · canary", "1 · stable"]
    asked = found.asks("forecast", lambda: panel.locator("#csv").fill(TABLE))
    assert asked["model"] == "walk"


@pytest.mark.parametrize("name", ["beta", "spoilt"])
def test_without_a_stable_version_the_newest_answers(several: Running, visit: Visitor, name: str) -> None:
    found = visit(several)
    panel = found.open("forecast")
    model_of(panel).select_option(name)
    panel.get_by_text(f"{name} 1").first.wait_for()
    assert panel.get_by_label("Version").input_value() == "1"
    asked = found.asks("forecast", lambda: panel.locator("#csv").fill(TABLE))
    assert (asked["model"], asked["version"]) == (name, "1")


def test_a_task_whose_only_model_has_no_stable_version(several: Running, visit: Visitor) -> None:
    panel = visit(several).open("sentiment")
    assert "unsure 1" in panel.locator(".headline").inner_text()


def test_a_model_that_is_not_loaded_is_said_to_be_so(several: Running, visit: Visitor) -> None:
    found = visit(several)
    panel = found.open("forecast")
    model = model_of(panel)
    model.select_option("gone")
    said = found.panel("forecast", "failed").get_by_role("alert").inner_text()
    assert "No version of gone is loaded" in said
    model.select_option("walk")
    found.panel("forecast")
    assert panel.get_by_role("alert").inner_text() == ""


def test_horizon_and_levels_stay_where_the_next_version_allows_them(several: Running, visit: Visitor) -> None:
    found = visit(several)
    panel = found.open("forecast")
    found.asks("forecast", lambda: panel.get_by_label("99%").check())
    found.asks("forecast", lambda: panel.get_by_label("80%").uncheck())
    found.asks("forecast", lambda: panel.locator("#horizon").fill("12"))

    def after(version: str) -> Any:
        asked = found.asks("forecast", lambda: panel.get_by_label("Version").select_option(version))
        return asked["horizon"], asked["levels"]

    assert after("2") == (5, [95, 99])
    assert after("1") == (12, [95, 99])
    model_of(panel).select_option("beta")
    panel.get_by_text("beta 1").first.wait_for()
    assert panel.get_by_label("95%").is_checked()
    assert not panel.get_by_label("80%").is_checked()
