"""Jobs from a file to a released version that answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqserve import tasks
from seqserve.registry.artifact import Artifact
from training.classify.config import ClassifyJob
from training.classify.train import ClassifyTraining
from training.core.download import DataError

pytestmark = pytest.mark.slow


def trained(folder: Path, **job: Any) -> Artifact:
    fit = {"epochs": 12, "batch_size": 16, "learning_rate": 0.02, "patience": 12}
    config = ClassifyJob.model_validate({"name": "own", "fit": fit, **job})
    return ClassifyTraining(config).run(folder / "models", folder / "checkpoints")


def waves(folder: Path, count: int = 120) -> Path:
    """Waves that rise or fall at the end, of several lengths, uneven; a sequence a row."""
    random = np.random.default_rng(0)
    rows = ["label," + ",".join(f"t{step}" for step in range(12))]
    for number in range(count):
        rising = number % 5 == 0
        length = 8 + number % 5
        steps = 50 + random.normal(0, 0.3, length).cumsum() + (1 if rising else -1) * np.linspace(0, 4, length)
        rows.append(f"{'rise' if rising else 'fall'},{','.join(f'{step:.3f}' for step in steps)}{',' * (12 - length)}")
    (folder / "waves.csv").write_text("\n".join(rows) + "\n")
    return folder / "waves.csv"


def test_a_job_on_a_wide_table_publishes_what_beats_the_majority(tmp_path: Path) -> None:
    version = trained(tmp_path, data={"csv": waves(tmp_path)}, network={"units": [8]})
    metrics, config = version.json("metrics.json"), version.json("config.json")
    assert metrics["test"]["accuracy"] > metrics["baselines"]["majority"]["accuracy"]
    assert metrics["baselines"].keys() == {"majority", "nearest neighbour", "linear model"}
    assert (config["labels"], config["max_steps"], config["seen_steps"]) == (["fall", "rise"], 48, [8, 12])
    assert config["bias"][0] > config["bias"][1]  # labels are uneven: the weight of the rare one is undone
    assert "Labels are uneven" in version.file("MODEL_CARD.md").decode()
    assert "waves" not in version.file("examples.json").decode()
    predictor: Any = tasks.load(version)
    up, down = predictor.predict([predictor.query([50.0 + sign * step / 3 for step in range(12)]) for sign in (1, -1)])
    assert (up.label, down.label) == ("rise", "fall")
    assert version.json("reference.json")["deciles"].keys() == {"value"}


def test_a_job_on_a_stream_labels_each_step(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    rows = ["time,power,heat,phase"]
    for step in range(480):
        on = step // 12 % 2
        rows.append(f"{step},{5 * on + random.normal():.3f},{20 + on + random.normal():.3f},{'run' if on else 'idle'}")
    (tmp_path / "machine.csv").write_text("\n".join(rows) + "\n")
    data = {"csv": tmp_path / "machine.csv", "label": "phase", "time": ["time"], "labels": "step", "window": 24}
    version = trained(tmp_path, data=data, network={"units": [8], "class_weights": "none"})
    assert version.json("config.json")["per_step"] is True
    assert version.json("metrics.json")["test"]["accuracy"] > 0.9
    predictor: Any = tasks.load(version)
    (found,) = predictor.predict([predictor.query([[5.0, 21.0]] * 6 + [[0.0, 20.0]] * 6)])
    assert [found.steps[0]["label"], found.steps[-1]["label"]] == ["run", "idle"]


def test_a_job_on_grids_reads_columns_too(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    x = random.normal(0, 0.3, size=(90, 6, 6))
    y = np.arange(90) % 3
    for grid, kind in zip(x, y, strict=True):
        place = random.integers(1, 5)
        if kind != 1:
            grid[:, place] += 3
        if kind != 0:
            grid[place, :] += 3
    np.savez(tmp_path / "grids.npz", x=x, y=np.array(["column", "row", "cross"])[y])
    version = trained(
        tmp_path, data={"npz": tmp_path / "grids.npz"}, network={"units": [6], "directions": "four", "bits": "8"}
    )
    assert version.json("config.json")["steps"] == 6
    assert version.json("metrics.json")["test"]["accuracy"] > 0.8
    assert "stored in 8 bits" in version.file("MODEL_CARD.md").decode()


def test_lengths_that_differ_have_no_columns(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sequences of 8 to 12 steps; .* take --directions two"):
        trained(tmp_path, data={"csv": waves(tmp_path)}, network={"directions": "four"})


def test_what_to_learn_from_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="one of --csv, --npz, --images, --dataset"):
        trained(tmp_path)
