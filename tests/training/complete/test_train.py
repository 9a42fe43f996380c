"""The job, from texts to a version that serves."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from seqserve import tasks
from seqserve.complete.query import CompletionQuery
from seqserve.registry import artifact
from training.__main__ import main

TEXTS = [
    f"{who} {does} {what} {when}."
    for who, does, what, when in product(
        ["The teacher", "My friend", "Our neighbour"],
        ["likes", "buys", "brings"],
        ["green tea", "black coffee", "fresh bread"],
        ["today", "every morning", "now"],
    )
]
SMALL = ["--vocabulary", "340", "--units", "32", "--dimension", "32", "--epochs", "8", "--learning-rate", "0.02"]


@pytest.mark.slow
def test_a_job_publishes_a_version_that_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("\n".join(TEXTS))
    places = ["--models", str(tmp_path / "models"), "--checkpoints", str(tmp_path / "checkpoints"), "--even-if-worse"]
    options = ["--files", str(path), "--test", "0.1", "--validation", "0.1", "--steps", "8", "--samples", "64"]
    options += ["--polish-documents", "40"]
    assert main(["complete", *options, *SMALL, *places]) == 0, capsys.readouterr().err
    version = artifact.read(tmp_path / "models" / "complete" / "notes" / "1")
    metrics = json.loads(version.file("metrics.json"))
    assert metrics["baselines"].keys() == {"Kneser-Ney, 3-grams", "Kneser-Ney, 5-grams"}
    assert 1 < metrics["test"]["subword_perplexity"] < 30
    assert metrics["keystrokes"]["saved"].keys() >= {"one suggestion", "three suggestions"}
    assert "| one suggestion |" in version.file("MODEL_CARD.md").decode()
    predictor = tasks.load(version)
    (answer,) = predictor.predict([CompletionQuery("The teacher likes black cof")])
    assert answer.suggestions[0].word == "coffee"


def test_a_job_without_a_source_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["complete"]) == 1
    assert "give --dataset, --files or --csv" in capsys.readouterr().err
