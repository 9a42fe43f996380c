"""What was trained, listed from a tree without MLflow."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seqserve.registry.artifact import METRICS
from testing import tiny
from training.__main__ import main


def published(root: Path, name: str, recipe: str, mase: float, **more: Any) -> None:
    release = tiny.release(name)
    metrics = {"test": {"mase": mase}, "baselines": {"last value": {"mase": 1.0}, "mean": {"mase": 3.0}}} | more
    files = {**release.files, METRICS: json.dumps(metrics).encode(), "recipe.yaml": recipe.encode()}
    tiny.publish(root, replace(release, files=files), None)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    published(tmp_path, "shop", "fit: {epochs: 3, seed: 0}", 0.5, worse_than=[], seconds=90.0)
    published(tmp_path, "shop", "fit: {epochs: 9, seed: 0}", 0.4, worse_than=[])
    published(tmp_path, "office", "fit: {epochs: 3}", 2.0, worse_than=["last value"])
    return tmp_path


def test_trainings_are_listed_beside_their_best_baseline(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--models", str(models), "--json"]) == 0
    found = {(one["model"], one["version"]): one for one in json.loads(capsys.readouterr().out)}
    assert found.keys() == {("forecast/shop", "1"), ("forecast/shop", "2"), ("forecast/office", "1")}
    first = found["forecast/shop", "1"]
    assert (first["measure"], first["score"], first["baseline"], first["baseline_name"]) == (
        "MASE",
        0.5,
        1.0,
        "last value",
    )
    assert (first["seconds"], found["forecast/shop", "2"]["seconds"]) == (90.0, None)
    assert main(["runs", "forecast/office", "--models", str(models)]) == 0
    shown = capsys.readouterr().out
    assert "MASE 2 " in shown
    assert "1 last value" in shown
    assert "shop" not in shown


def test_two_versions_are_compared_by_what_differs(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = ["runs", "forecast/shop@1", "forecast/shop@2", "--models", str(models)]
    assert main(both) == 0
    shown = capsys.readouterr().out
    assert "fit.epochs" in shown
    assert "fit.seed" not in shown
    assert main([*both, "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)
    assert compared["settings"] == {"fit.epochs": [3, 9], "fit.seed": [0, 0]}
    assert compared["metrics"]["mase"] == [0.5, 0.4]
    assert compared["same_data"]


def test_a_version_that_cannot_be_read_is_named_beside_the_others(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (models / "forecast" / "shop" / "1" / METRICS).write_text("{}")
    assert main(["runs", "--models", str(models)]) == 1
    said = capsys.readouterr()
    assert "forecast/shop version 1 is damaged" in said.err
    assert "forecast/office" in said.out


def test_what_is_not_there_is_said(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "sentiment", "--models", str(models)]) == 1
    assert "no version of 'sentiment'" in capsys.readouterr().err
