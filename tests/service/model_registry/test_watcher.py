from __future__ import annotations

import threading
from typing import cast

import pytest

from service.model_registry.reloader import LiveRegistry
from service.model_registry.watcher import Watcher


class Counted:
    """Stands for a registry, counts how often it is refreshed, and fails the first time."""

    look_seconds = 0.0

    def __init__(self) -> None:
        self.retries: list[bool] = []
        self.twice = threading.Event()

    def refresh(self, *, retry: bool = False, wait: bool = True) -> None:
        assert not wait
        self.retries.append(retry)
        if len(self.retries) == 1:
            raise RuntimeError("the first look fails")
        self.twice.set()


def test_it_looks_again_even_after_a_look_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    registry = Counted()
    watcher = Watcher(cast(LiveRegistry, registry), 0.001)
    assert registry.twice.wait(90)
    watcher.close()
    looks = len(registry.retries)
    assert not any(registry.retries)
    assert caplog.text.count("the models tree could not be looked at") == 1
    watcher.look(retry=True)
    assert registry.retries[looks:] == [True]


def test_once_closed_it_looks_no_more() -> None:
    registry = Counted()
    watcher = Watcher(cast(LiveRegistry, registry), 60)
    watcher.close()
    assert registry.retries == []
