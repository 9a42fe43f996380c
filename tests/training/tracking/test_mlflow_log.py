"""Trainings in MLflow: in a database of its own kind, and what happens where it fails."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from seqserve.registry import artifact
from seqserve.registry.artifact import METRICS, Artifact
from testing import tiny
from testing.service_process import free_port
from training.__main__ import main
from training.tracking import mlflow_log


@pytest.fixture
def version(tmp_path: Path) -> Artifact:
    release = tiny.release("shop")
    metrics = {
        "test": {"mase": 0.5},
        "baselines": {"last value": {"mase": 1.0}},
        "worse_than": [],
        "epochs": 3,
        "validation_losses": [0.9, None, 0.7],
    }
    recipe = b"name: shop\nnetwork: {units: [8, 4], cell: gru}\nfit: {epochs: 3}\n"
    files = {METRICS: json.dumps(metrics).encode(), "recipe.yaml": recipe, "forecast.png": b"\x89PNG"}
    return artifact.publish(tmp_path / "models", replace(release, files={**release.files, **files}))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_training_is_a_run_with_settings_metrics_and_pictures(
    version: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mlflow = pytest.importorskip("mlflow", reason="needs the extra mlflow")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(mlflow_log.URI, f"sqlite:///{tmp_path}/runs.db")
    mlflow_log.log(version, "mase")
    assert capsys.readouterr().err == ""
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/runs.db")
    experiment = client.get_experiment_by_name("seqserve/forecast")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "forecast/shop version 1"
    assert run.data.params == {"network.units": "[8, 4]", "network.cell": "gru", "fit.epochs": "3"}
    metrics = run.data.metrics
    assert (metrics["test/mase"], metrics["baselines/last value/mase"], metrics["epochs"]) == (0.5, 1.0, 3)
    losses = client.get_metric_history(run.info.run_id, "loss/validation")
    assert [(one.step, one.value) for one in losses] == [(1, 0.9), (3, 0.7)]
    assert run.data.tags["model"] == "forecast/shop"
    files = {one.path for one in client.list_artifacts(run.info.run_id)}
    assert files == {"MODEL_CARD.md", "forecast.png", "metrics.json", "recipe.yaml"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_server_that_is_down_is_a_warning_without_its_password(
    version: Artifact, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mlflow", reason="needs the extra mlflow")
    monkeypatch.setenv(mlflow_log.URI, f"http://me:hunter2@127.0.0.1:{free_port()}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow_log.log(version, "mase")
    said = capsys.readouterr()
    assert "warning: forecast/shop version 1 was not written to MLflow" in said.err
    assert "hunter2" not in said.err + said.out


def test_the_credentials_of_an_address_are_never_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(mlflow_log.URI, "https://me:hunter2@runs.example.org")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t0ken")
    said = mlflow_log.without_passwords(ValueError("no https://me:hunter2@runs.example.org\n for hunter2, t0ken"))
    assert said == "ValueError: no https://...@runs.example.org for ..., ..."


def test_without_mlflow_nothing_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(mlflow_log.URI, "http://127.0.0.1:1")
    monkeypatch.setattr(mlflow_log.importlib.util, "find_spec", lambda name: None)
    assert main(["forecast", "--csv", "own.csv", "--models", str(tmp_path)]) == 1
    assert "pip install 'seqserve[mlflow]'" in capsys.readouterr().err


def test_nothing_is_loaded_that_is_not_wanted(version: Artifact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(mlflow_log.URI, raising=False)
    before = set(sys.modules)
    mlflow_log.log(version, "mase")
    assert not {name for name in set(sys.modules) - before if name.startswith("mlflow")}
