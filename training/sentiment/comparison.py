"""Scores of a classifier beside those of the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from seqserve.sentiment.predictor import Classifier, TextQuery
from training.sentiment import baselines, metrics
from training.sentiment.corpora import own
from training.sentiment.data.splits import Part, rows_of
from training.sentiment.linear import linear_fit
from training.sentiment.metrics import Rows


def predict(predictor: Classifier, texts: Sequence[str]) -> Rows:
    """Probabilities (N, C) of texts as the service gives them; where it refuses a text, all classes alike."""
    labels = predictor.config.labels
    alike = dict.fromkeys(labels, 1 / len(labels))
    answers = predictor.predict([TextQuery(sample) for sample in texts])
    rows = [getattr(answer, "scores", alike) for answer in answers]
    return np.array([[row[label] for label in labels] for row in rows])


def compare(predictor: Classifier, train: Part, validation: Part, test: Part) -> dict[str, Any]:
    """Scores of the model and of the baselines, on the test part and on the validation part."""
    parts, texts = (test, validation), test.texts + validation.texts
    answers = {
        "this model": predict(predictor, texts),
        "bag of bigrams": baselines.bag_of_bigrams(train.texts, train.classes, texts),
        "majority class": baselines.majority(train.classes, len(texts), len(predictor.config.labels)),
    }
    tested, validated = (
        {name: metrics.scores(part.classes, answer[rows]) for name, answer in answers.items()}
        for part, rows in zip(parts, (slice(len(test.texts)), slice(len(test.texts), None)), strict=True)
    )
    model, validated_model = tested.pop("this model"), validated.pop("this model")
    return {
        "test": model,
        "baselines": tested,
        "validation": validated_model,
        "validation_baselines": validated,
    }


def compare_folds(part: Part, answers: Rows, seed: int, thresholds: Sequence[float] = ()) -> dict[str, Any]:
    """The same by cross-validation, for texts too few to be split, and for texts with several labels.

    Args:
        answers: probabilities (N, C) of the model, from the folds of `linear_fit.folds`.
        thresholds: from which on a text has each label, if it may have several.
    """
    texts, targets = np.array(part.texts, dtype=object), part.targets
    bag, shares = np.empty(targets.shape), np.empty(targets.shape)
    for held in linear_fit.folds(targets, seed):
        train, test = texts[~held].tolist(), texts[held].tolist()
        if thresholds:
            bag[held] = baselines.bag_of_each_label(train, targets[~held], test)
        else:
            classes = targets[~held].argmax(axis=1)
            present, numbers = np.unique(classes, return_inverse=True)
            found = np.zeros((len(test), targets.shape[1]))
            found[:, present] = baselines.bag_of_bigrams(train, numbers.astype(np.int32), test)
            bag[held] = found
        shares[held] = targets[~held].mean(axis=0)
    rows = {"this model": answers, "bag of bigrams": bag, "majority class": shares}
    if not thresholds:  # labels of too few texts are learned from, but not measured
        measured = np.any(targets[:, targets.sum(axis=0) >= own.FEWEST], axis=1)
        rows, part = {name: row[measured] for name, row in rows.items()}, rows_of(part, measured)
    if thresholds:
        half = [0.5] * len(thresholds)
        scores = {
            name: metrics.scores_of_several(targets, row, thresholds if name == "this model" else half)
            for name, row in rows.items()
        }
    else:
        scores = {name: metrics.scores(part.classes, row) for name, row in rows.items()}
    mine = scores.pop("this model")
    return {"test": mine, "baselines": scores}
