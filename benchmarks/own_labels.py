"""Sentiment jobs without any setting, on files of 60 to 6,700 rows, beside a linear model that many people would write.

    python -m benchmarks.own_labels [--files products-60,emotions-350]

The files are made from public data: which product a sentence of a review is about, and which emotion a comment has; the
most frequent labels, so that their shares are uneven. The linear model is logistic regression on TF-IDF of words and
pairs of words and of three to five characters, with scikit-learn's defaults, on the same parts or folds.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from training.sentiment import metrics
from training.sentiment.config import DataSection, SentimentJob
from training.sentiment.corpora import goemotions, product_reviews
from training.sentiment.data import training_data
from training.sentiment.data.splits import Part, rows_of
from training.sentiment.data.training_data import Data
from training.sentiment.linear import linear_fit
from training.sentiment.metrics import Rows
from training.sentiment.train import SentimentTraining

FILES = {
    f"{kind}-{rows}": (kind, rows, labels)
    for kind, rows, labels in (
        ("products", 60, 3),
        ("emotions", 60, 3),
        ("products", 350, 5),
        ("emotions", 350, 4),
        ("emotions", 5000, 8),
        ("products", 7400, 10),
    )
}
_NAMES = ("accuracy", "macro_f1", "log_loss")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", default=",".join(FILES), help="(%(default)s)")
    texts = {"products": product_reviews.by_product(), "emotions": goemotions.by_emotion()}
    print("| file | rows, labels | | accuracy | macro F1 | log loss |\n| --- | --- | --- | ---: | ---: | ---: |")
    for name in parser.parse_args().files.split(","):
        kind, rows, labels = FILES[name]
        with tempfile.TemporaryDirectory() as folder:
            chosen = drawn(texts[kind], rows, labels)
            job = SentimentJob(name=name, data=DataSection(csv=written(Path(folder), chosen)))
            data = training_data.parts(job)
            released = SentimentTraining(job).run(Path(folder) / "models", Path(folder) / "checkpoints")
        found = {
            "this job: " + ("a linear model" if "linear.npz" in released.files else "a network"): released.json(
                "metrics.json"
            )["test"],
            "TF-IDF and logistic regression": metrics.scores(*baseline(data, job.fit.seed)),
        }
        for who, scores in found.items():
            numbers = " | ".join(f"{scores[score]:.3f}" for score in _NAMES)
            print(f"| {name} | {len(chosen)}, {labels} | {who} | {numbers} |", flush=True)


def drawn(pairs: list[tuple[str, str]], rows: int, labels: int) -> list[tuple[str, str]]:
    """So many rows of the most frequent labels, the same every time."""
    frequent = {label for label, _ in Counter(label for _, label in pairs).most_common(labels)}
    chosen = [pair for pair in pairs if pair[1] in frequent]
    random.Random(0).shuffle(chosen)
    return chosen[:rows]


def written(folder: Path, pairs: list[tuple[str, str]]) -> Path:
    path = folder / "own.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *pairs])
    return path


def baseline(data: Data, seed: int) -> tuple[metrics.Classes, Rows]:
    """The labels of the texts that are measured, and the probabilities (N, C) that the linear model gives them."""
    if not data.folded:
        return data.test.classes, _answers(data.train, data.test)
    found = np.empty(data.test.targets.shape)
    for held in linear_fit.folds(data.test.targets, seed):
        train, test = (rows_of(data.test, rows) for rows in (~held, held))
        found[held] = _answers(train, test)
    return data.test.classes, found


def _answers(train: Part, test: Part) -> Rows:
    words = TfidfVectorizer(ngram_range=(1, 2))
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    model = make_pipeline(make_union(words, characters), LogisticRegression(max_iter=1000))
    model.fit(train.texts, train.classes)
    found = np.zeros(test.targets.shape)
    found[:, model.classes_] = model.predict_proba(test.texts)
    return found


if __name__ == "__main__":
    main()
