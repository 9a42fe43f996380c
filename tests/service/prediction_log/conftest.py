from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seqserve.prediction_log.address import Address, parse
from seqserve.registry.store import Key
from service.prediction_log.records import Record, new_ids

KEY = Key("sentiment", "tiny-reviews", "1")
Records = Callable[..., list[Record]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def address(path: Path) -> Address:
    return parse(f"sqlite:///{path}")


@pytest.fixture
def records() -> Records:
    def make(count: int, item: Any = "a text", seconds_ago: float = 0.0) -> list[Record]:
        now = time.time() - seconds_ago
        answer = {"label": "positive", "scores": {"negative": 0.1, "positive": 0.9}}
        return [Record(id, now, KEY, "ann", "request", item, answer, 0.25) for id in new_ids(count, now)]

    return make
