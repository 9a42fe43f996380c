"""The job of the kind window on a user's own CSV: what is released is what was trained, and says so honestly."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import yaml

from seqserve import tasks
from seqserve.forecast import windows
from seqserve.forecast.predictor import Forecaster, ForecastQuery
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store
from training.__main__ import main
from training.forecast import window_training
from training.forecast.config import ForecastJob
from training.forecast.datasets import DATASETS
from training.forecast.task import TASK

pytestmark = pytest.mark.slow

ROWS = 260


def write_csv(path: Path, rows: int = ROWS) -> Path:
    """Two features a day with a week in them, the second foretelling the first."""
    random = np.random.default_rng(0)
    driver = random.normal(size=rows + 1)
    sales = 1000 + 40 * np.sin(np.arange(rows) * 2 * np.pi / 7) + 12 * driver[:-1] + random.normal(size=rows)
    days = np.datetime64("2020-01-01") + np.arange(rows)
    lines = [f'{day},"{sale:,.2f}",{lead:.4f}' for day, sale, lead in zip(days, sales, driver[1:], strict=True)]
    path.write_text("\n".join(["Date,Sales,Lead", *lines]) + "\n")
    return path


def train(folder: Path, *arguments: str) -> Artifact:
    """Run the command line on the CSV and read what it released."""
    csv = write_csv(folder / "shop.csv")
    flags = ["--csv", str(csv), "--models", str(folder / "models"), "--checkpoints", str(folder / "checkpoints")]
    quick = ["--window", "14", "--units", "8", "--epochs", "2", "--batch-size", "16"]
    assert main(["forecast", *flags, *quick, *arguments]) == 0
    store = Store(folder / "models")
    versions = store.versions("forecast", "shop")
    return store.read(store.resolve("forecast", "shop", versions[-1]))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    return train(tmp_path_factory.mktemp("job"))


def test_a_released_version_holds_all_that_it_should(released: Artifact) -> None:
    assert {"config.json", "model.onnx", "scaler.json", "weights.keras", "metrics.json", "reference.json"} <= set(
        released.files
    )
    assert {"examples.json", "MODEL_CARD.md", "forecast.png", "recipe.yaml", "test.json"} <= set(released.files)
    assert released.file("forecast.png").startswith(b"\x89PNG")
    assert released.manifest.seed == 0
    assert released.manifest.packages["keras"] == keras.__version__
    assert len(released.manifest.data.sha256) == 64
    assert released.json("config.json")["season"] == 7
    assert len(released.json("reference.json")["deciles"]["Sales"]) == 11


def test_a_released_version_proves_itself(released: Artifact) -> None:
    assert isinstance(tasks.load(released), Forecaster)


def test_the_job_reports_what_the_predictor_does(released: Artifact) -> None:
    """RMSE measured again on test.json through the predictor that serves."""
    predictor = tasks.load(released)
    values = np.array(released.json("test.json")["values"])[:, 0]
    pairs = windows.pairs(values, 14, 1)
    answers = predictor.predict([ForecastQuery(window.tolist()) for window in pairs.inputs])
    error = pairs.targets[:, 0] - [answer.mean[0] for answer in answers]
    assert np.sqrt(np.mean(error**2)) == pytest.approx(released.json("metrics.json")["test"]["rmse"], rel=1e-6)


def test_the_weights_forecast_the_same_in_keras(released: Artifact, tmp_path: Path) -> None:
    (tmp_path / "weights.keras").write_bytes(released.file("weights.keras"))
    network = keras.saving.load_model(tmp_path / "weights.keras")
    values = np.array(released.json("test.json")["values"])[-14:, 0]
    mean, deviation = values.mean(), values.std()
    scaled = ((values - mean) / deviation).astype(np.float32)
    by_hand = (float(network(scaled.reshape(1, 14, 1))[0, 0]) + scaled[-1]) * deviation + mean
    (answer,) = tasks.load(released).predict([ForecastQuery(values.tolist())])
    assert answer.mean[0] == pytest.approx(by_hand, rel=1e-5)


def test_it_beats_the_baselines_where_there_is_something_to_learn(tmp_path: Path) -> None:
    flags = ["--scaler", "standard", "--no-residual", "--epochs", "30", "--learning-rate", "0.01"]
    artifact = train(tmp_path, *flags)
    metrics = artifact.json("metrics.json")
    assert metrics["worse_than"] == []
    assert metrics["test"]["rmse"] < metrics["baselines"]["last value"]["rmse"]
    assert metrics["test"]["rmse"] < metrics["baselines"]["seasonal naive"]["rmse"]
    assert "beats every baseline" in artifact.file("MODEL_CARD.md").decode()
    assert Store(tmp_path / "models").labels("forecast", "shop") == {"stable": "1"}


def test_several_features_and_steps(tmp_path: Path) -> None:
    artifact = train(tmp_path, "--features", "Lead,Sales", "--target", "Sales", "--horizon", "3", "--epochs", "30")
    config = artifact.json("config.json")
    assert (config["features"], config["target"], config["max_horizon"]) == (["Lead", "Sales"], "Sales", 3)
    assert len(artifact.json("metrics.json")["rmse_by_step"]) == 3
    rows = artifact.json("test.json")["values"][-14:]
    (answer,) = tasks.load(artifact).predict([ForecastQuery(rows, levels=[80])])
    assert all(900 < mean < 1100 for mean in answer.mean)
    first, *_ = artifact.json("metrics.json")["rmse_by_step"]
    assert first < train(tmp_path, "--epochs", "30").json("metrics.json")["rmse_by_step"][0]  # Lead foretells one step


@pytest.mark.parametrize(
    "flags",
    [
        ["--cell", "rnn", "--scaler", "minmax", "--no-residual"],
        ["--cell", "lstm", "--scaler", "standard", "--units", "6,5", "--dropout", "0.2"],
        ["--sequence", "--loss", "huber", "--horizon", "1"],
    ],
)
def test_every_kind_of_network_is_released_and_proves_itself(tmp_path: Path, flags: list[str]) -> None:
    artifact = train(tmp_path, *flags)
    tasks.load(artifact)
    assert artifact.json("metrics.json")["export_difference"] < 1e-5


def test_a_sequence_is_forecast_by_its_last_step(tmp_path: Path) -> None:
    artifact = train(tmp_path, "--sequence", "--scaler", "standard", "--no-residual")
    (tmp_path / "weights.keras").write_bytes(artifact.file("weights.keras"))
    network = keras.saving.load_model(tmp_path / "weights.keras")
    assert network.output_shape == (None, None, 1)
    values = np.array(artifact.json("test.json")["values"])[-14:, 0]
    scaler = artifact.json("scaler.json")
    scaled = ((values - scaler["mean"]) / scaler["deviation"]).astype(np.float32)
    by_hand = float(network(scaled.reshape(1, 14, 1))[0, -1, 0]) * scaler["deviation"][0] + scaler["mean"][0]
    (answer,) = tasks.load(artifact).predict([ForecastQuery(values.tolist())])
    assert answer.mean[0] == pytest.approx(by_hand, rel=1e-5)


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    first, second = train(tmp_path, "--seed", "3"), train(tmp_path, "--seed", "3")
    other = train(tmp_path, "--seed", "4")
    assert first.json("metrics.json")["test"]["rmse"] == pytest.approx(second.json("metrics.json")["test"]["rmse"])
    assert first.json("metrics.json")["test"]["rmse"] != pytest.approx(other.json("metrics.json")["test"]["rmse"])
    assert [first.manifest.version, second.manifest.version, other.manifest.version] == ["1", "2", "3"]


def test_a_version_that_loses_to_a_baseline_is_not_labelled_stable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = np.random.default_rng(0).normal(size=ROWS).cumsum() + 50
    (tmp_path / "walk.csv").write_text("x\n" + "\n".join(map(str, walk)))
    flags = ["--csv", str(tmp_path / "walk.csv"), "--models", str(tmp_path), "--checkpoints", str(tmp_path / "c")]
    flags += ["--window", "10", "--units", "4", "--epochs", "1", "--no-residual", "--scaler", "minmax"]
    assert main(["forecast", *flags]) == 0
    said = capsys.readouterr().out
    assert "does worse than last value" in said
    assert f"seqserve --models {tmp_path} models label forecast/walk stable 1 --even-if-worse" in said
    assert Store(tmp_path).labels("forecast", "walk") == {}
    assert main(["forecast", *flags, "--even-if-worse"]) == 0
    assert Store(tmp_path).labels("forecast", "walk") == {"stable": "2"}
    assert main(["forecast", *flags, "--release-as", "candidate"]) == 0  # what is served stays, however good it is
    assert Store(tmp_path).labels("forecast", "walk") == {"stable": "2", "candidate": "3"}
    assert main(["forecast", *flags, "--release-as", "3"]) == 1
    assert "is no label" in capsys.readouterr().err


def test_the_models_tree_can_be_named_by_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEQSERVE_MODELS", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("COLUMNS", "1000")  # so that help breaks no line

    with pytest.raises(SystemExit):
        main(["forecast", "--help"])

    assert f"the models tree, a folder or s3://BUCKET/PREFIX ({tmp_path}/elsewhere)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--csv", "missing.csv"], "missing.csv"),
        ([], "name one source of data, not 0"),
        (["--dataset", "google", "--ticker", "GOOG"], "name one source of data, not 2"),
        (["--dataset", "moon"], "no data set 'moon'; there are: google, netflix"),
        (["--recipe", "moon"], "no recipe 'moon'"),
        (["--csv", "shop.csv", "--target", "Profit"], "no column 'Profit'; the columns are Date, Sales, Lead"),
        (["--csv", "shop.csv", "--units", "8", "--window", "250"], "260 rows are too few"),
        (["--csv", "shop.csv", "--units", "8,none"], "network.units.1"),
        (["--csv", "shop.csv", "--dropout", "1.5"], "network.dropout"),
        (["--csv", "shop.csv", "--name", "My Shop"], "'My Shop' is no name"),
        (["--csv", "shop.csv", "--sequence", "--horizon", "3"], "goes with a horizon of 1"),
        (["--csv", "shop.csv", "--kind", "window", "--season", "400"], "no two that are a season of 400 apart"),
        (["--csv", "late.csv", "--features", "x,y", "--window", "9"], "column y holds no value in the training part"),
        (["--csv", "spoilt.csv"], "spoilt.csv, row 3: 'oops' in column x is no number"),
        (["--recipe", "google-60x4", "--csv", "shop.csv"], "no column 'Open'; the columns are Date, Sales, Lead"),
        (["--recipe", "list.yaml"], "list.yaml is no recipe"),
        (["--recipe", "empty.yaml"], "empty.yaml is no recipe"),
        (["--recipe", "text.yaml"], "text.yaml is no recipe"),
        (["--recipe", "broken.yaml"], "broken.yaml is not YAML"),
    ],
)
def test_what_cannot_be_trained_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    flags: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "shop.csv")
    (tmp_path / "late.csv").write_text("x,y\n" + "".join(f"{i % 9},{i if i > 195 else ''}\n" for i in range(200)))
    (tmp_path / "spoilt.csv").write_text("x\n1\noops\n3\n4\n")
    for name, content in (("list", "- a"), ("empty", ""), ("text", "data: hello"), ("broken", "a: [")):
        (tmp_path / f"{name}.yaml").write_text(content)
    assert main(["forecast", *flags]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_an_interrupted_fit_is_taken_up_again(tmp_path: Path) -> None:
    """Killed after some epochs, the second run does only those that were left."""
    csv = write_csv(tmp_path / "shop.csv")
    command = [sys.executable, "-m", "training", "forecast", "--csv", str(csv), "--window", "14", "--units", "8"]
    command += ["--epochs", "60", "--patience", "60"]
    command += ["--models", str(tmp_path / "models"), "--checkpoints", str(tmp_path / "checkpoints")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and _epochs(tmp_path) < 5:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    done = _epochs(tmp_path)
    assert 5 <= done < 60
    again = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"resumes after epoch {done} of at most 60" in again
    assert "epoch 60 of at most 60" in again
    assert json.loads((tmp_path / "models/forecast/shop/1/metrics.json").read_text())["epochs"] == 60
    assert not any((tmp_path / "checkpoints").iterdir())


def _epochs(folder: Path) -> int:
    states = list(folder.glob("checkpoints/*/state.json"))
    return len(json.loads(states[0].read_text())["history"]) if states else 0


def test_a_filled_gap_is_no_truth_to_be_scored_on(tmp_path: Path) -> None:
    """With every other target gone, the scores are those of the targets that were observed."""
    lines = write_csv(tmp_path / "shop.csv").read_text().splitlines()
    gone = [re.sub(r'"[^"]*"', "", line) if number > 225 and number % 2 else line for number, line in enumerate(lines)]
    (tmp_path / "gaps.csv").write_text("\n".join(gone) + "\n")
    flags = ["--csv", str(tmp_path / "gaps.csv"), "--window", "14", "--units", "4", "--epochs", "1", "--test", "30"]
    assert main(["forecast", *flags, "--models", str(tmp_path), "--checkpoints", str(tmp_path / "checkpoints")]) == 0
    artifact = Store(tmp_path).read(Store(tmp_path).resolve("forecast", "gaps", "1"))
    values = np.array(artifact.json("test.json")["values"], dtype=float)[:, 0]
    assert np.isnan(values[14:]).sum() == 15
    predictor = tasks.load(artifact)
    known = [step for step in range(14, len(values)) if np.isfinite(values[step])]
    answers = predictor.predict([ForecastQuery(values[step - 14 : step].tolist()) for step in known])
    error = values[known] - [answer.mean[0] for answer in answers]
    assert np.sqrt(np.mean(error**2)) == pytest.approx(artifact.json("metrics.json")["test"]["rmse"], rel=1e-6)


def test_a_released_recipe_does_not_tell_where_the_file_lay(released: Artifact) -> None:
    assert yaml.safe_load(released.file("recipe.yaml"))["data"]["csv"] == "shop.csv"


@pytest.mark.parametrize("path", sorted((TASK.recipes).glob("*.yaml")), ids=lambda path: path.stem)
def test_every_recipe_is_a_job_on_a_named_data_set(path: Path) -> None:
    job = ForecastJob.model_validate(yaml.safe_load(path.read_text()))
    assert job.name == path.stem
    assert job.data.dataset in DATASETS


def test_the_parts_of_a_split_share_no_target(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("x\n" + "\n".join(map(str, range(ROWS))))
    sections = {
        "data": {"csv": tmp_path / "x.csv", "test": 20, "validation": 0.25},
        "network": {"kind": "window", "window": 9, "horizon": 4},
    }
    job = ForecastJob.model_validate({"name": "x", **sections})
    table, _ = window_training.load(job.data)
    data = window_training.split(table, job.data, job.network)
    bounds: list[tuple[int, int | None]] = [(0, data.validation), (data.validation, data.test), (data.test, None)]
    seen: list[set[Any]] = [set(data.pairs(job.network, *bound).targets.ravel()) for bound in bounds]
    assert not seen[0] & seen[1]
    assert not seen[1] & seen[2]
    assert len(seen[2]) == 20
    assert data.test - data.validation == 60
