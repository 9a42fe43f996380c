"""The job of a panel on a user's own table."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from seqserve import tasks
from seqserve.forecast.panel.predictor import PanelForecaster
from seqserve.forecast.predictor import ForecastQuery
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store
from testing.service_process import CHECKOUT
from training.__main__ import main

pytestmark = pytest.mark.slow

ROWS = 150


def write(path: Path, values: np.ndarray) -> Path:
    """A daily series."""
    days = np.datetime64("2023-01-01") + np.arange(len(values))
    lines = ["" if np.isnan(value) else f"{value:.4f}" for value in values]
    path.write_text("\n".join(["Date,Sales", *(f"{day},{cell}" for day, cell in zip(days, lines, strict=True))]) + "\n")
    return path


def week(rows: int = ROWS) -> np.ndarray:
    random = np.random.default_rng(0)
    along = np.arange(rows)
    return 100 + 0.2 * along + 20 * np.sin(2 * np.pi * along / 7) + random.normal(0, 2, rows)


def train(folder: Path, csv: Path, *flags: str) -> Artifact:
    where = ["--models", str(folder / "models"), "--checkpoints", str(folder / "checkpoints"), "--name", "shop"]
    assert main(["forecast", "--csv", str(csv), "--compared", "2", *where, *flags]) == 0
    store = Store(folder / "models")
    return store.read(store.resolve("forecast", "shop", store.versions("forecast", "shop")[-1]))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    folder = tmp_path_factory.mktemp("job")
    return train(folder, write(folder / "shop.csv", week()), "--kind", "ensemble")


def test_a_version_holds_all_that_it_should_and_proves_itself(released: Artifact) -> None:
    assert "training.png" not in released.files
    expected = {"config.json", "metrics.json", "examples.json", "MODEL_CARD.md", "forecast.png", "error-by-step.png"}
    assert expected <= set(released.files)
    assert isinstance(tasks.load(released), PanelForecaster)
    assert released.json("config.json")["periods"] == [7]


def test_it_is_compared_with_all_that_there_is(released: Artifact) -> None:
    metrics = released.json("metrics.json")
    assert set(metrics["baselines"]) == {"last value", "seasonal naive", "ridge on lags", "AutoETS", "AutoTheta"}
    assert metrics["test"]["mase"] < metrics["baselines"]["last value"]["mase"]
    assert metrics["compared"]["windows"] == 2
    assert len(metrics["mase_by_step"]) == 14
    assert "AutoETS" in released.file("MODEL_CARD.md").decode()


def test_the_job_reports_what_the_predictor_does(released: Artifact, tmp_path: Path) -> None:
    """The error of every origin of the test part, asked of the version as it is served."""
    values = np.round(week(), 4)
    test, horizon = ROWS - round(0.15 * ROWS), 14
    predictor = tasks.load(released)
    errors = []
    for origin in range(test, ROWS - horizon + 1):
        query = ForecastQuery(
            values[:origin].tolist(), end=str(np.datetime64("2023-01-01") + origin - 1), frequency="D"
        )
        (answer,) = predictor.predict([query])
        errors.append(np.abs(values[origin : origin + horizon] - answer.mean))
    assert np.mean(errors) == pytest.approx(released.json("metrics.json")["whole_test"]["mae"], rel=1e-3)


@pytest.mark.parametrize("kind", ["linear", "classical"])
def test_one_kind_can_be_asked_for(tmp_path: Path, kind: str) -> None:
    artifact = train(tmp_path, write(tmp_path / "shop.csv", week()), "--kind", kind, "--horizon", "2")
    config = artifact.json("config.json")
    assert config["kind"] == kind
    assert ("model.onnx" in artifact.files) == (kind == "linear")
    (answer,) = tasks.load(artifact).predict([ForecastQuery(week()[-40:].tolist(), levels=[90])])
    assert answer.mean == pytest.approx(100 + 0.2 * 150 + 20 * np.sin(2 * np.pi * np.arange(150, 152) / 7), abs=8)


def test_the_pretrained_forecaster_of_the_tree_is_a_candidate(tmp_path: Path) -> None:
    """On a short series its share goes by its error, as that of every kind; a version has a copy of it."""
    universal = CHECKOUT / "models/forecast/universal"
    shutil.copytree(universal, tmp_path / "models/forecast/universal")
    artifact = train(tmp_path, write(tmp_path / "short.csv", week()[:60]), "--horizon", "7")
    (member,) = (one for one in artifact.json("config.json")["members"] if one["kind"] == "pretrained")
    assert artifact.file(member["file"]) == (universal / "2/model.onnx").read_bytes()
    assert member["pretrained"]["version"] == "forecast/universal/2"
    assert "the pretrained forecaster forecast/universal/2" in artifact.file("MODEL_CARD.md").decode()
    assert tasks.load(artifact).predict([ForecastQuery(week()[:60].tolist())])[0].mean
    without = train(tmp_path, tmp_path / "short.csv", "--horizon", "7", "--no-universal")
    assert all(one["kind"] != "pretrained" for one in without.json("config.json")["members"])


def test_a_network_has_a_picture_of_its_training(tmp_path: Path) -> None:
    artifact = train(tmp_path, write(tmp_path / "shop.csv", week()), "--kind", "network", "--epochs", "2")
    losses, epochs = artifact.json("metrics.json")["losses"], artifact.json("metrics.json")["epochs"]
    assert [len(losses[part]) for part in ("training", "validation")] == [2, 2]
    assert epochs == 1 + int(np.argmin(losses["validation"]))
    assert artifact.file("training.png").startswith(b"\x89PNG")
    assert "](training.png)" in artifact.file("MODEL_CARD.md").decode()


def odd(name: str) -> np.ndarray:
    values = np.round(week())
    random = np.random.default_rng(1)
    kinds = {
        "constant": np.full(ROWS, 5.0),
        "repeats": np.tile([1.0, 2, 3, 4, 5, 6, 7], ROWS // 7),
        "zeros": np.where(random.random(ROWS) < 0.1, random.integers(1, 6, ROWS), 0).astype(float),
        "hole": np.where((np.arange(ROWS) > 60) & (np.arange(ROWS) < 100), np.nan, values),
        "short": values[:30],
    }
    return kinds[name]


@pytest.mark.parametrize("name", ["constant", "repeats", "zeros", "hole", "short"])
def test_odd_series_train(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    artifact = train(tmp_path, write(tmp_path / "odd.csv", odd(name)), "--horizon", "3", "--kind", "auto")
    assert np.isfinite(list(artifact.json("metrics.json")["test"].values())).all()
    if name in ("constant", "repeats"):
        assert "so there is no MASE" in capsys.readouterr().out
    if name == "zeros":
        config = artifact.json("config.json")
        assert (config["lower"], config["whole"]) == (0.0, True)


def test_what_cannot_be_trained_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for flags, message in (
        (["--horizon", "100"], "leaves too little of 150 rows"),
        (["--target", "Profit"], "no column 'Profit'"),
        (["--holidays", "XX"], "no country 'XX'"),
    ):
        csv = write(tmp_path / "shop.csv", week())
        assert main(["forecast", "--csv", str(csv), "--models", str(tmp_path / "models"), *flags]) == 1
        assert message in capsys.readouterr().err
    assert not (tmp_path / "models").exists()
