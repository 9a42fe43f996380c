from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with slow tests come first, so that no process is left with one of them at the end.

    Of tests of one id, xdist runs a single one: those of schemathesis lack their operation with pytest 9.2, and get it.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    for item in items:
        if item.parent and not item.nodeid.endswith(item.name):
            item._id = type(item.id).parse(f"{item.parent.nodeid}::{item.name}")
    assert len({item.nodeid for item in items}) == len(items), "two tests have one id"
