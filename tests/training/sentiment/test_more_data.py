"""Jobs that learn from vectors, other data sets and texts without a label too."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from seqserve import tasks
from seqserve.registry.store import Key, Store
from seqserve.sentiment import word_tokenizer
from seqserve.sentiment.predictor import TextQuery
from testing.opinions import QUICK, rows, tiny_data_sets, train, write
from training.__main__ import main
from training.core.download import DataError
from training.sentiment import learning
from training.sentiment.config import DataSection, SentimentJob
from training.sentiment.data import datasets, splits, training_data

pytestmark = pytest.mark.slow


def test_pretrained_vectors_are_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vectors.txt").write_text("2 8\nawful 1 2 3 4 5 6 7 8\nelsewhere 1 1 1 1 1 1 1 1\n")
    train(tmp_path, "--vectors", str(tmp_path / "vectors.txt"))
    assert "vectors: 1 of" in capsys.readouterr().out


def test_vectors_of_words_with_spaces_are_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vectors.txt").write_text("the the 1 2 3 4 5 6 7 8\nawful 1 2 3 4 5 6 7 8\n")
    train(tmp_path, "--vectors", str(tmp_path / "vectors.txt"))
    assert "vectors: 1 of" in capsys.readouterr().out


def test_vectors_of_another_length_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("film 1 2 3 4 5 6 7 8\nawful 1 2 3\n")
    assert (
        main(
            [
                "sentiment",
                "--csv",
                str(write(tmp_path / "a.csv")),
                "--text",
                "review",
                "--label",
                "verdict",
                "--models",
                str(tmp_path / "models"),
                "--vectors",
                str(vectors),
                *QUICK,
            ]
        )
        == 1
    )
    assert "vectors.txt, line 2: 3 numbers, not 8" in capsys.readouterr().err


def test_a_language_model_other_data_and_unlabelled_texts_teach_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that helps a large model, in one job; run again, it does not pretrain again."""
    tiny_data_sets(monkeypatch, more=[("glorious", "Good!"), ("ghastly", "bad, really"), ("middling", "so-so")] * 5)
    flags = ["--dataset", "tiny", "--also", "more", "--unlabelled", "1", "--wide", "10", "--average", "0.9", "--decay"]
    flags += ["--pretrain-epochs", "2", "--pretrain-batch", "4", "--steps", "16", "--samples", "20"]
    flags += ["--models", str(tmp_path / "models"), "--checkpoints", str(tmp_path / "checkpoints"), "--even-if-worse"]
    for version in ("1", "2"):
        assert main(["sentiment", *flags, *QUICK]) == 0
        artifact = Store(tmp_path / "models").read(Key("sentiment", "tiny", version))
        predictor = tasks.load(artifact)
        assert artifact.json("metrics.json")["test"]["accuracy"] > 0.6
        (answer,) = predictor.predict([TextQuery("ghastly")])
        assert answer.warnings == []  # the other data's word is known
        assert (tmp_path / "checkpoints").exists()
    first, _, second = capsys.readouterr().out.partition("published")
    assert (first.count("epoch 2 of at most 2"), second.count("epoch 2 of at most 2")) == (1, 0)
    assert [path.suffix for path in (tmp_path / "checkpoints").iterdir()] == [".npz"]


def test_a_data_set_may_be_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_data_sets(monkeypatch, more=rows(240)[180:], other=[(f"glorious {number}", "Good!") for number in range(50)])
    told = {"dataset": "tiny", "mixed": ["more:12"], "also": ["other:7"]}
    job = SentimentJob(name="x", data=DataSection(**told), network={"kind": "recurrent"})
    data = training_data.parts(job)
    assert np.bincount(data.sets).tolist() == [96, 12, 7]
    assert (len(data.train.texts), len(data.also.texts)) == (108, 7)
    assert len(data.validation.texts) == len(data.validation_weights) == 18
    assert data.validation_weights[:12].sum() == pytest.approx(data.validation_weights[12:].sum())
    with pytest.raises(DataError, match="such as more:10000"):
        datasets.bounded("more:")


def test_an_epoch_may_read_as_many_texts_of_each_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_data_sets(monkeypatch, more=rows(240)[180:], other=[(f"glorious {number}", "Good!") for number in range(50)])
    told = {"dataset": "tiny", "mixed": ["more:12"], "also": ["other:7"], "each": 10}
    job = SentimentJob(name="x", data=DataSection(**told), network={"kind": "recurrent"})
    data = training_data.parts(job)
    lesson = splits.joined(data.train, data.also)
    batches = learning.batches(word_tokenizer.fit(lesson.texts, job.tokens), lesson, job, data.sets)
    first = batches.order()
    batches.on_epoch_end()
    second = batches.order()
    assert np.bincount(data.sets[first]).tolist() == np.bincount(data.sets[second]).tolist() == [10, 10, 7]
    assert not set(first[data.sets[first] == 0]) & set(second)


def test_other_data_with_other_labels_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_data_sets(monkeypatch, more=[("fine", "good"), ("poor", "bad")])
    assert main(["sentiment", "--dataset", "tiny", "--also", "more", "--models", str(tmp_path / "models")]) == 1
    assert "more has the labels bad, good, not" in capsys.readouterr().err


def test_texts_of_ones_own_without_a_label_teach_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "opinions.csv"
    with file.open("w", newline="") as table:
        unlabelled = [(text, "") for text, _ in rows(240)[180:]]
        csv.writer(table).writerows([("text", "label"), *rows(), *unlabelled, ("", "Good!")])
    flags = ["--csv", str(file), "--unlabelled", "1", "--models", str(tmp_path / "models"), "--even-if-worse"]
    assert main(["sentiment", *flags, "--checkpoints", str(tmp_path / "checkpoints"), *QUICK]) == 0
    told = capsys.readouterr().out
    assert "data: 1 row without a text dropped" in told
    assert "Also learned from: 60 texts without a label." in told
