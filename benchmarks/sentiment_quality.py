"""Score a published film review classifier again, on its recipe's held-out parts and on the dev part of SST-2.

    python -m benchmarks.sentiment_quality [--models FOLDER] [--name reviews] [--version VERSION]

Split, seed and data are those of the version's `recipe.yaml`; the bigram baseline is fitted on the same training part.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import yaml

from seqserve import tasks
from seqserve.registry.store import Store
from seqserve.sentiment.predictor import Classifier
from training.sentiment import baselines, datasets, metrics, train, training_data
from training.sentiment.config import SentimentJob
from training.sentiment.task import TASK
from training.sentiment.training_data import Part


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--name", default="reviews", help="(%(default)s)")
    parser.add_argument("--version", help="or a label; by default the one that serves")
    options = parser.parse_args()
    store = Store(options.models)
    artifact = store.read(store.resolve("sentiment", options.name, options.version))
    predictor = tasks.load(artifact, threads=2)
    assert isinstance(predictor, Classifier)
    job = SentimentJob.model_validate(yaml.safe_load(artifact.file("recipe.yaml")))
    labels = predictor.config.labels
    data = training_data.parts(job)
    dev, _ = datasets.sst2_dev()
    sentences = Part(dev.texts, np.eye(len(labels))[[labels.index(label) for label in dev.labels]])
    parts = {"validation": data.validation, "test": data.test, "SST-2 dev": sentences}
    every = [text for part in parts.values() for text in part.texts]
    answers = {
        str(artifact): train.predict(predictor, every),
        "bag of bigrams": baselines.bag_of_bigrams(data.train.texts, data.train.classes, every),
    }
    headings = TASK.scoring.headings
    print(
        f"Seed {job.fit.seed}; learned from {len(data.train.texts)} labelled reviews and {', '.join(job.data.also)}.\n"
    )
    print(f"| part | texts | | {' | '.join(headings.values())} |\n| --- | ---: | --- |{' ---: |' * len(headings)}")
    start = 0
    for name, part in parts.items():
        for who, answer in answers.items():
            scores = metrics.scores(part.classes, answer[start : start + len(part.texts)])
            cells = " | ".join(f"{scores[score]:.4f}" for score in headings)
            print(f"| {name} | {len(part.texts)} | {who} | {cells} |")
        start += len(part.texts)


if __name__ == "__main__":
    main()
