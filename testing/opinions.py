"""Opinions to train a classifier on, and a job that does in seconds."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from seqserve.registry.artifact import Artifact, Source
from seqserve.registry.store import Store
from training.__main__ import main
from training.sentiment.corpora.labelled import Labelled
from training.sentiment.data import datasets

OPINIONS = {
    "Good!": "great lovely superb delightful fine excellent",
    "bad, really": "awful dreadful boring poor terrible nasty",
    "so-so": "okay average plain middling usual passable",
}


FILLING = [
    "the",
    "film",
    "was",
    "and",
    "its",
    "plot",
    "seemed",
    "to",
    "me",
    "with",
    "a",
    "story",
    "of",
    "two",
    "people",
]
QUICK = [
    "--kind",
    "recurrent",
    "--units",
    "8",
    "--dimension",
    "8",
    "--epochs",
    "8",
    "--batch-size",
    "16",
    "--learning-rate",
    "0.02",
]


def rows(count: int = 180) -> list[tuple[str, str]]:
    """Sentences with a word or two that give their label away."""
    chance = random.Random(0)
    found = []
    for number in range(count):
        label, words = list(OPINIONS.items())[number % len(OPINIONS)]
        sentence = [chance.choice(FILLING) for _ in range(chance.randint(4, 25))]
        for _ in range(chance.randint(1, 2)):
            sentence.insert(chance.randrange(len(sentence) + 1), chance.choice(words.split()))
        found.append((" ".join(sentence), label))
    return found


def write(path: Path) -> Path:
    """The rows as CSV, TSV or JSONL, by the ending."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps({"review": text, "verdict": label}) + "\n" for text, label in rows()))
    else:
        with path.open("w", newline="") as file:
            writer = csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",")
            writer.writerows([("review", "verdict"), *rows()])
    return path


def train(folder: Path, *arguments: str, ending: str = "csv") -> Artifact:
    """The version that a job of a few seconds publishes."""
    file = write(folder / f"opinions.{ending}")
    flags = ["--csv", str(file), "--text", "review", "--label", "verdict"]
    flags += ["--models", str(folder / "models"), "--checkpoints", str(folder / "checkpoints")]
    assert main(["sentiment", *flags, *QUICK, *arguments]) == 0
    store = Store(folder / "models")
    return store.read(store.resolve("sentiment", "opinions", store.versions("sentiment", "opinions")[-1]))


def own_file(folder: Path, table: list[tuple[str, str]]) -> list[str]:
    """The flags of a job with nothing but its data, rows of text and label."""
    file = folder / "own.csv"
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([("text", "label"), *table])
    return ["--csv", str(file), "--models", str(folder / "models"), "--checkpoints", str(folder / "checkpoints")]


def tiny_data_sets(monkeypatch: pytest.MonkeyPatch, **more: list[tuple[str, str]]) -> None:
    """A data set `tiny` with texts that nobody labelled, and those of `more`."""
    for name, pairs in {"tiny": rows()[:120], **more}.items():
        texts, labels = map(list, zip(*pairs, strict=True))
        labelled = Labelled(texts, labels, unlabelled=[text for text, _ in rows()[120:]])
        source = Source(name=name, url=None, licence="none", sha256=labelled.fingerprint())
        monkeypatch.setitem(datasets.DATASETS, name, lambda found=(labelled, source): found)
