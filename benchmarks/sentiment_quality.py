"""Score published classifiers again, on the held-out parts of their data sets and on texts that none of them has seen.

    python -m benchmarks.sentiment_quality [--models FOLDER] [--names general,reviews]

The held-out parts, test and validation together, are those of the first version's `recipe.yaml`; a linear model, the
bag of bigrams, is fitted on its training part. VADER is scored too where its package, vaderSentiment, is installed.
`two classes` leaves neutral texts and neutral answers out.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module, util
from pathlib import Path

import numpy as np
import yaml

from seqserve import tasks
from seqserve.registry.store import Store
from seqserve.sentiment.predictor import Classifier
from training.sentiment import baselines, comparison, metrics
from training.sentiment.config import SentimentJob
from training.sentiment.corpora import film_reviews, goemotions, tweets, written
from training.sentiment.corpora.labelled import NEGATIVE, NEUTRAL, POSITIVE, SIGNS
from training.sentiment.data import datasets, splits, training_data
from training.sentiment.data.splits import Part
from training.sentiment.metrics import Classes, Rows

LABELS = [NEGATIVE, NEUTRAL, POSITIVE]
_EVERYDAY = Path(__file__).parent / "everyday"
_HEADINGS = ("accuracy", "two classes", "macro recall", "macro F1", "log loss", "calibration error")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--names", default="general,reviews", help="(%(default)s)")
    options = parser.parse_args()
    store = Store(options.models)
    artifacts = [store.read(store.resolve("sentiment", name)) for name in options.names.split(",")]
    job = SentimentJob.model_validate(yaml.safe_load(artifacts[0].file("recipe.yaml")))
    parts = held_out(job) | unseen()
    data = training_data.parts(job)
    columns = [LABELS.index(label) for label in data.labels]

    def bag(texts: Sequence[str]) -> Rows:
        return widened(baselines.bag_of_bigrams(data.train.texts, data.train.classes, list(texts)), columns)

    scorers: dict[str, Callable[[Sequence[str]], Rows]] = {}
    for artifact in artifacts:
        predictor = tasks.load(artifact)
        assert isinstance(predictor, Classifier)
        scorers[f"{artifact.manifest.name} {artifact.manifest.version}"] = classified(predictor)
    scorers["bag of bigrams"] = bag
    if util.find_spec("vaderSentiment"):
        scorers["VADER"] = vader
    print(f"Seed {job.fit.seed}.\n\n| texts | | {' | '.join(_HEADINGS)} |\n| --- | --- |{' ---: |' * len(_HEADINGS)}")
    every = [text for part in parts.values() for text in part.texts]
    answers = {who: score(every) for who, score in scorers.items()}
    start = 0
    for name, part in parts.items():
        for who, answer in answers.items():
            cells = " | ".join(f"{value:.3f}" for value in row(part.classes, answer[start : start + len(part.texts)]))
            print(f"| {name}, {len(part.texts)} | {who} | {cells} |")
        start += len(part.texts)


def held_out(job: SentimentJob) -> dict[str, Part]:
    """The validation and test part of each data set that a job is measured on."""
    assert job.data.dataset is not None
    found = {}
    for name in [job.data.dataset, *job.data.mixed]:
        name, _ = datasets.bounded(name)
        labelled, _ = datasets.named(name)
        found[name] = splits.joined(*splits.split(labelled, LABELS, job.data, job.fit.seed)[1:])
    return found


def unseen() -> dict[str, Part]:
    """Texts for measuring only."""
    emotions, dev, posts = goemotions.goemotions_test()[0], film_reviews.sst2_dev()[0], tweets.tweets_test()[0]
    pairs = {
        "GoEmotions test": (emotions.texts, emotions.labels),
        "SST-2 dev": (dev.texts, dev.labels),
        "tweets, measured": (posts.texts, posts.labels),
        **{f"everyday, {language}": everyday(language) for language in ("en", *written.LANGUAGES)},
    }
    classes = np.eye(len(LABELS))
    return {
        name: Part(list(texts), classes[[LABELS.index(label) for label in labels]])
        for name, (texts, labels) in pairs.items()
    }


def everyday(language: str) -> tuple[list[str], list[str]]:
    """Texts that were written for measuring, and their labels."""
    lines = (_EVERYDAY / f"{language}.txt").read_text().splitlines()
    rows = [(line[2:], SIGNS[line[0]]) for line in lines if not line.startswith("#")]
    texts, labels = map(list, zip(*rows, strict=True))
    return texts, labels


def classified(predictor: Classifier) -> Callable[[Sequence[str]], Rows]:
    """What a version answers, in the columns of `LABELS`."""
    columns = [LABELS.index(label) for label in predictor.config.labels]
    return lambda texts: widened(comparison.predict(predictor, texts), columns)


def vader(texts: Sequence[str]) -> Rows:
    """What VADER answers: its compound score is positive from 0.05, negative from -0.05, as its authors advise."""
    analyser = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    scores = np.array([analyser.polarity_scores(text)["compound"] for text in texts])
    # The nearer to 0, the less a class other than neutral is sure, so that two classes can be told apart too.
    sure = np.clip((1 + np.abs(scores)) / 2, 0.5, 0.99)
    neutral = np.abs(scores) < 0.05
    rows = np.stack(
        [np.where(scores < 0, sure, 1 - sure), np.zeros_like(sure), np.where(scores < 0, 1 - sure, sure)], 1
    )
    rows[neutral] = rows[neutral] * 0.1 + [0, 0.9, 0]
    return np.asarray(rows)


def widened(rows: Rows, columns: Sequence[int]) -> Rows:
    """Rows (N, C) in some of the columns of `LABELS`."""
    found = np.zeros((len(rows), len(LABELS)))
    found[:, columns] = rows
    return found


def row(actual: Classes, answer: Rows) -> list[float]:
    """The scores of a set of texts, in the order of the table."""
    found = metrics.scores(actual, answer)
    present = np.unique(actual)
    predicted = answer.argmax(axis=1)
    recall = np.mean([np.mean(predicted[actual == label] == label) for label in present])
    polar = actual != LABELS.index(NEUTRAL)
    two = np.where(answer[polar, 2] > answer[polar, 0], 2, 0) == actual[polar]
    return [
        found["accuracy"], float(two.mean()), float(recall), found["macro_f1"], found["log_loss"],
        found["calibration_error"],
    ]  # fmt: skip


if __name__ == "__main__":
    main()
