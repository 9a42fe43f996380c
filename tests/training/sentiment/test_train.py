"""The sentiment job on a user's own labelled texts: any labels, released and proven, in seconds."""

from __future__ import annotations

import re
from pathlib import Path

import keras
import numpy as np
import pytest
import yaml

from seqserve import tasks
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Key, Store
from seqserve.sentiment.predictor import Classifier, TextQuery
from testing.opinions import OPINIONS, own_file, rows, train
from testing.service_process import running
from training.__main__ import main
from training.core import plots
from training.core.config import FitSection
from training.sentiment import card
from training.sentiment.config import SentimentJob
from training.sentiment.data import datasets
from training.sentiment.data.splits import Part
from training.sentiment.task import TASK

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("job")


@pytest.fixture(scope="module")
def released(job: Path) -> Artifact:
    return train(job)


def test_a_released_version_proves_itself_and_knows_its_labels(released: Artifact) -> None:
    predictor = tasks.load(released)
    assert isinstance(predictor, Classifier)
    assert predictor.config.labels == sorted(OPINIONS)
    texts = ["a superb film", "the plot was awful and boring", "an okay and plain story"]
    answers = predictor.predict([TextQuery(text) for text in texts])
    assert [answer.label for answer in answers] == list(OPINIONS)


def test_the_card_lists_the_mistakes_and_only_those() -> None:
    part = Part(["a | b <b>", "right", "c" * 500], np.eye(2)[[0, 1, 1]])
    answers = np.array([[0.1, 0.9], [0.2, 0.8], [0.6, 0.4]])
    found = card.mistakes(part, answers)
    assert [(each.text[:3], each.actual, each.answered) for each in found] == [("a |", 0, 1), ("ccc", 1, 0)]
    listed = card._listed(found, ["no", "yes"])
    assert "| no | yes | 0.900 | a \\| b &lt;b> |" in listed
    assert "c" * 201 not in listed


@pytest.mark.parametrize("flags", [["--kind", "linear"], ["--class-weights", "balanced", "--wide", "0"]])
def test_a_linear_model_and_a_weighed_one_are_released_like_any(tmp_path: Path, flags: list[str]) -> None:
    artifact = train(tmp_path, *flags)
    predictor = tasks.load(artifact)
    answers = predictor.predict([TextQuery(text) for text in ("a superb film", "awful and boring", "an average story")])
    assert [answer.label for answer in answers] == list(OPINIONS)
    assert ("a linear model" in artifact.file("MODEL_CARD.md").decode()) == ("linear" in flags)


def test_what_has_the_least_loss_is_released_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [*own_file(tmp_path, rows(600)), "--units", "4", "--dimension", "4", "--epochs", "1"]
    assert main(["sentiment", *flags]) == 0
    assert "no network was tried: 61 validation texts cannot tell" in capsys.readouterr().out
    monkeypatch.setattr("training.sentiment.train._ENOUGH", 20)
    assert main(["sentiment", *flags]) == 0
    told = capsys.readouterr().out
    found = re.search(r"(a linear model|a network) is released: log loss on the validation part (.*)", told)
    assert found
    losses = {name: float(loss) for loss, name in re.findall(r"([\d.e-]+) of (a linear model|a network)", found[2])}
    assert len(losses) == 2
    assert losses[found[1]] == min(losses.values())
    artifact = Store(tmp_path / "models").read(Key("sentiment", "own", "2"))
    assert ("linear.npz" in artifact.files) == (found[1] == "a linear model")
    assert f"{found[1].capitalize()} is released: log loss" in artifact.file("MODEL_CARD.md").decode()


def test_a_job_learns_on_from_a_version(
    released: Artifact, job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEQSERVE_MODELS", str(job / "models"))
    quick = ["--start", "sentiment/opinions", "--wide", "0", "--learning-rate", "1e-6", "--epochs", "1"]
    before = released.json("metrics.json")["test"]["accuracy"]
    assert train(tmp_path, *quick).json("metrics.json")["test"]["accuracy"] >= before - 0.1
    file = ["--csv", str(tmp_path / "opinions.csv"), "--text", "review", "--label", "verdict"]
    assert main(["sentiment", *file, "--models", str(tmp_path / "models"), "--start", "sentiment/opinions"]) == 1
    assert "its layers have other sizes; give --units 8" in capsys.readouterr().err


def test_a_released_version_is_served_with_its_class_names(released: Artifact, job: Path) -> None:
    with running(job / "models", job) as service:
        texts = ["a superb film", "the plot was awful and boring", "an okay and plain story"]
        answer = service.client.post("/sentiment", json={"texts": texts})
    assert answer.json()["model"] == "opinions"
    assert [result["label"] for result in answer.json()["results"]] == list(OPINIONS)


def test_a_flag_leaves_what_a_job_does_otherwise(released: Artifact) -> None:
    told = yaml.safe_load(released.file("recipe.yaml"))["fit"]
    usual = SentimentJob(name="x").fit.model_dump()
    assert told == usual | {"epochs": 8, "batch_size": 16, "learning_rate": 0.02}
    assert usual["patience"] != FitSection().patience


def test_a_released_version_holds_all_that_it_should(released: Artifact) -> None:
    assert {"model.onnx", "tokenizer.json", "weights.keras", "reference.json", "recipe.yaml"} <= set(released.files)
    assert released.file("confusion.png").startswith(b"\x89PNG")
    metrics = released.json("metrics.json")
    for row in (metrics["test"], metrics["validation"], *metrics["baselines"].values()):
        assert set(row) == {"accuracy", "macro_f1", "log_loss", "calibration_error"}
    assert set(metrics["baselines"]) == {"bag of bigrams", "majority class"}
    assert metrics["test"]["accuracy"] > 0.8 > metrics["baselines"]["majority class"]["accuracy"]
    assert metrics["export_difference"] < 1e-5


def test_the_weights_give_the_same_scores_in_keras(released: Artifact, tmp_path: Path) -> None:
    (tmp_path / "weights.keras").write_bytes(released.file("weights.keras"))
    network = keras.saving.load_model(tmp_path / "weights.keras")
    predictor = tasks.load(released)
    text = "the story was delightful"
    ids = predictor.prepare(TextQuery(text)).encoded.ids
    outputs = np.asarray(network([ids[np.newaxis], np.array([len(ids)], dtype=np.int32)]), dtype=float)[0]
    odds = np.exp(outputs / released.json("config.json")["temperature"])
    (answer,) = predictor.predict([TextQuery(text)])
    assert list(answer.scores.values()) == pytest.approx((odds / odds.sum()).tolist(), abs=1e-5)


@pytest.mark.parametrize("ending", ["tsv", "jsonl"])
def test_other_formats_train_the_same(released: Artifact, tmp_path: Path, ending: str) -> None:
    artifact = train(tmp_path, ending=ending)
    assert artifact.manifest.data.sha256 == released.manifest.data.sha256


@pytest.mark.parametrize(
    "flags",
    [
        ["--cell", "gru", "--no-bidirectional", "--pooling", "last", "--units", "6,5"],
        ["--tokens", "bpe", "--vocabulary", "120", "--pooling", "last,max,mean", "--fold-numbers"],
    ],
)
def test_every_kind_of_network_is_released_and_proves_itself(tmp_path: Path, flags: list[str]) -> None:
    tasks.load(train(tmp_path, *flags))


def test_a_label_that_looks_like_a_formula_is_drawn_as_it_is() -> None:
    labels = ["$0 to $10", r"$\frac$", "a_$x$", "long" * 100]
    actual = np.arange(4, dtype=np.int32)
    assert plots.confusion("prices", labels, actual, actual.astype(np.intp)).startswith(b"\x89PNG")


@pytest.mark.parametrize("path", sorted((TASK.recipes).glob("*.yaml")), ids=lambda path: path.stem)
def test_every_recipe_is_a_job_on_a_named_data_set(path: Path) -> None:
    job = SentimentJob.model_validate(yaml.safe_load(path.read_text()))
    assert job.name == path.stem
    assert job.data.dataset in datasets.DATASETS
