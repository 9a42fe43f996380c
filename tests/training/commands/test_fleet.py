"""A model for each group of a table: released, or not, or failed, each by itself."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqserve.registry.store import Store
from training.__main__ import main
from training.commands import engines
from training.engines import serial
from training.engines.work import Desk, Function

pytestmark = pytest.mark.slow


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """Two regions with a week and a trend, and one with five rows."""
    random = np.random.default_rng(0)
    lines = ["region,date,amount"]
    for region, rows in (("north", 100), ("south", 100), ("new", 5)):
        along = np.arange(rows)
        values = 100 + 0.5 * along + 20 * np.sin(2 * np.pi * along / 7) + random.normal(0, 2, rows)
        days = np.datetime64("2024-01-01") + along
        lines += [f"{region},{day},{value:.3f}" for day, value in zip(days, values, strict=True)]
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_group_that_fails_stops_no_other_and_the_same_command_goes_on(
    sales: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained: list[str] = []

    def here(function: Function, desk: Desk, options: dict[str, Any]) -> None:
        def noted(member: Any, told: Any) -> Any:
            trained.append(member.name)
            return function(member, told)

        serial.run(noted, desk)

    monkeypatch.setattr(engines, "run", here)
    where = ["--models", str(tmp_path / "models"), "--checkpoints", str(tmp_path / "checkpoints")]
    command = ["fleet", "--csv", str(sales), "--by", "region", "--kind", "classical", "--horizon", "3", *where]
    command += ["--compared", "1"]
    assert main(command) == 1
    said = capsys.readouterr().out
    assert "3 groups, a model each" in said
    assert "1 failed" in said
    store = Store(tmp_path / "models")
    assert store.names("forecast") == ["sales-north", "sales-south"]
    assert store.versions("forecast", "sales-north") == ["1"]
    (folder,) = (tmp_path / "checkpoints").glob("fleet-*")
    with (folder / "fleet.csv").open() as file:
        rows = {row["group"]: row for row in csv.DictReader(file)}
    for region in ("north", "south"):
        released = store.labels("forecast", f"sales-{region}") == {"stable": "1"}
        metrics = store.read(store.resolve("forecast", f"sales-{region}", "1")).json("metrics.json")
        assert rows[region]["rows"] == "100"
        assert float(rows[region]["score"]) == pytest.approx(metrics["test"]["mase"], rel=1e-3)
        assert rows[region]["state"].startswith("released" if released else "not released: worse than")
        assert released == (not metrics["worse_than"])
    assert "too few to train on" in rows["new"]["state"]
    assert "failed: the series have 5 rows" in (folder / "sales-new.log").read_text()

    assert main(command) == 1
    assert trained == ["sales-north", "sales-south", "sales-new", "sales-new"]
    assert store.versions("forecast", "sales-north") == ["1"]


def test_what_is_no_fleet_says_why(sales: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fleet", "--csv", str(sales), "--by", "country"]) == 1
    assert "has no column 'country'" in capsys.readouterr().err
    assert main(["fleet", "--dataset", "airline", "--by", "region"]) == 1
    assert "--by needs a table of one's own" in capsys.readouterr().err
