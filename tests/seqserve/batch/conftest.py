from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from testing.tree import tree


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny models of each task."""
    return tree(tmp_path_factory.mktemp("batch") / "models")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Two files of texts, one of them in a folder, with a broken row in each."""
    root = tmp_path / "in"
    (root / "region=north").mkdir(parents=True)
    rows = [f'{number},"a good film, number {number}"' for number in range(25)]
    (root / "a.csv").write_text("\n".join(["id,text", *rows, "25"]) + "\n")
    objects = [json.dumps({"id": number, "text": f"a bad film {number}"}) for number in range(11)]
    (root / "region=north" / "b.jsonl").write_text("\n".join([*objects, "{broken"]))
    return root


@pytest.fixture
def sales() -> Callable[..., str]:
    """Writes a table of daily series."""

    def write(*names: str, steps: int = 30) -> str:
        days = [f"2024-01-{day:02}" for day in range(1, steps + 1)]
        rows = [f"{name},{day},{10 + at % 7}" for name in names for at, day in enumerate(days)]
        return "\n".join(["unique_id,ds,value", *rows]) + "\n"

    return write
