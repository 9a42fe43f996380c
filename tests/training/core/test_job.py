"""The stages of a job, run in order by a toy of a task."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from seqserve.registry.artifact import Source
from training.core import publish
from training.core.config import FitSection, JobConfig
from training.core.job import Description, Exported, Fitted, Job, Loaded, deciles
from training.core.model_card import Card
from training.tasks import TASKS


class Toy(Job[JobConfig, list[float], Fitted, Exported]):
    task = TASKS["forecast"]

    def load(self) -> Loaded[list[float]]:
        return Loaded([1, 2, 3], Source(name="toy", licence="none", sha256="0" * 64), "Split.", ["a line"])

    def fit(self, loaded: Loaded[list[float]], checkpoint: Path) -> Fitted:
        self.checkpoint, self.drawn = checkpoint, float(keras.random.uniform(()))
        for folder in (checkpoint, checkpoint.with_name(f"{checkpoint.name}-1")):
            folder.mkdir(parents=True, exist_ok=True)
        return Fitted(keras.Sequential(), epochs=7)

    def export(self, loaded: Loaded[list[float]], fitted: Fitted) -> Exported:
        config = SimpleNamespace(model_dump_json=lambda indent: "{}")
        predictor = SimpleNamespace(config=config, replay=lambda query: {"y": query["x"] + 1})
        return Exported(predictor, {"model.onnx": b"graph"}, 1e-7)

    def evaluate(self, loaded: Loaded[list[float]], exported: Exported) -> dict[str, Any]:
        row = dict.fromkeys(self.task.scoring.headings, 1.0)
        return {"test": row | {"mase": 2.0}, "baselines": {"better": row, "tied": row | {"mase": 2.0}}}

    def describe(self, loaded: Loaded[list[float]], exported: Exported, metrics: dict[str, Any]) -> Description:
        card = Card("A toy.", "Results.", "Limits.")
        return Description(card, [{"x": 1}], {"x": np.array(loaded.data)}, {"more": 5}, {"plot.png": b"png"})


def test_a_job_publishes_what_its_stages_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, bytes] = {}
    monkeypatch.setattr(publish, "publish", lambda models, task, config, source, made: files.update(made))
    job = Toy(JobConfig(name="toy", fit=FitSection(seed=3)))
    job.run(tmp_path / "models", tmp_path / "checkpoints")
    contents = {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}
    metrics = contents["metrics.json"]
    assert metrics["worse_than"] == ["better"]
    assert [metrics[name] for name in ("split", "seed", "epochs", "export_difference")] == ["Split.", 3, 7, 1e-7]
    assert contents["examples.json"] == [{"input": {"x": 1}, "output": {"y": 2}}]
    assert contents["reference.json"] == {"deciles": deciles({"x": np.array([1, 2, 3])}), "more": 5}
    assert {"model.onnx", "plot.png"} <= set(files)
    assert not list((tmp_path / "checkpoints").iterdir())


def test_a_failed_stage_keeps_the_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(Toy, "export", fails)
    job = Toy(JobConfig(name="toy"))
    with pytest.raises(ValueError, match="no"):
        job.run(tmp_path / "models", tmp_path / "checkpoints")
    assert job.checkpoint.is_dir()


def test_deciles_by_hand() -> None:
    assert deciles({"x": np.arange(101)})["x"] == pytest.approx(list(range(0, 101, 10)))
