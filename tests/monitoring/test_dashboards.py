"""The dashboards' files: current, and valid for Grafana."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana import models, service
from deploy.grafana.__main__ import written
from deploy.grafana.dashboard import Dashboard

PROVISIONING = Path(__file__).parents[2] / "deploy" / "grafana" / "provisioning"
BOARDS = [service.DASHBOARD, models.DASHBOARD]
by_board = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)


def test_the_files_are_what_the_script_writes() -> None:
    for path, text in written().items():
        assert path.read_text() == text, "run `python -m deploy.grafana`"


def test_nothing_else_is_provisioned() -> None:
    paths = list(written())
    assert sorted(paths[0].parent.iterdir()) == sorted(paths)
    assert len({board.uid for board in BOARDS}) == len(BOARDS)


def test_the_dashboards_ask_the_source_that_is_provisioned() -> None:
    (source,) = yaml.safe_load((PROVISIONING / "datasources" / "prometheus.yml").read_text())["datasources"]
    asked = {json.dumps(found, sort_keys=True) for board in BOARDS for found in values(board.written(), "datasource")}
    assert asked == {json.dumps({"type": source["type"], "uid": source["uid"]}, sort_keys=True)}


@by_board
def test_panels_have_numbers_of_their_own_and_do_not_overlap(board: Dashboard) -> None:
    panels = board.written()["panels"]
    numbers = [panel["id"] for panel in panels]
    assert len(set(numbers)) == len(numbers)
    places = [panel["gridPos"] for panel in panels]
    assert all(place["x"] >= 0 and place["w"] > 0 and place["x"] + place["w"] <= 24 for place in places)
    assert not [pair for pair in combinations(places, 2) if overlap(*pair)]


@by_board
def test_every_panel_says_what_it_shows_and_asks_for_something(board: Dashboard) -> None:
    for row in board.rows:
        assert row.panels
        for panel in row.panels:
            assert panel.description.endswith("."), panel.title
            assert panel.queries, panel.title
    for panel in board.written()["panels"]:
        if panel["type"] != "row":
            assert all(target["expr"] for target in panel["targets"])
            letters = [target["refId"] for target in panel["targets"]]
            assert len(set(letters)) == len(letters)


@by_board
def test_the_variables_that_queries_use_are_there(board: Dashboard) -> None:
    text = json.dumps(board.written())
    own = {variable.name for variable in board.variables}
    assert all(f"${name}" in text for name in own), "a choice that changes nothing"
    builtin = {"__rate_interval", "__all"}
    used = {word for part in text.split("$")[1:] if (word := leading_word(part))}
    assert used <= own | builtin


def leading_word(text: str) -> str:
    end = next((index for index, letter in enumerate(text) if not (letter.isalnum() or letter == "_")), len(text))
    return text[:end]


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "w"), ("y", "h"))
    )


def values(found: Any, name: str) -> list[Any]:
    """All values of a key, however deep."""
    if isinstance(found, list):
        return [value for item in found for value in values(item, name)]
    if isinstance(found, dict):
        return [value for key, item in found.items() for value in ([item] if key == name else values(item, name))]
    return []
