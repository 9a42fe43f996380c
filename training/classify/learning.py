"""Fitting a network on sequences, and what it answers."""

from __future__ import annotations

import math
from pathlib import Path

import keras
import numpy as np

from seqserve.classify.predictor import SequenceClassifier, softmax
from training.classify import network
from training.classify.config import ClassifyJob
from training.classify.data import augment
from training.classify.data.batches import UNLABELLED, SequenceBatches
from training.classify.data.training_data import Data, Part
from training.classify.metrics import Classes, Rows
from training.core import fitting

_MANY = 2_000
"""Sequences of one length from which on compiling pays."""
_UNEVEN = 3
"""How many times as many steps or sequences one label may have as another before they are weighted."""


def class_weights(data: Data, job: ClassifyJob) -> Rows:
    """What each class counts in the loss (C,); 1 on average over the training part."""
    shares, wanted = data.shares, job.network.class_weights
    if wanted == "none" or (wanted == "auto" and shares.max() <= _UNEVEN * shares.min()):
        return np.ones(len(shares))
    weights: Rows = 1 / (len(shares) * np.maximum(shares, 1e-9))
    return weights


def fit(data: Data, job: ClassifyJob, checkpoint: Path) -> tuple[keras.Model, int]:
    """A fitted network, and for how many epochs."""
    built = network.build(job.network, len(data.features), len(data.labels), steps=data.steps, per_step=data.per_step)
    background = data.scaling.scaled(data.scaling.usual[np.newaxis])[0]
    train, validation = (
        SequenceBatches(
            part.rows,
            part.targets,
            job.fit.batch_size,
            per_step=data.per_step,
            fixed=data.steps is not None,
            weights=class_weights(data, job) if part is data.train else np.ones(len(data.labels)),
            shuffle=part is data.train,
            seed=job.fit.seed,
            augment=augment.of_kind(job.network.augment, background) if part is data.train else None,
        )
        for part in (data.train, data.validation)
    )
    built.compile(
        fitting.adam(job.fit, len(train), clipnorm=5.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=["accuracy"],
        # XLA halves an epoch and takes a minute to compile, again for each length of the batches.
        jit_compile=data.steps is not None and len(data.train.rows) >= _MANY,
    )
    return built, len(fitting.fit(built, train, validation, job.fit, checkpoint))


def probabilities(predictor: SequenceClassifier, part: Part) -> tuple[Classes, Rows]:
    """The classes of all sequences, or of all labelled steps, (N,), and what a predictor answers to them (N, C)."""
    outputs = predictor.outputs(part.rows)
    found = softmax(np.concatenate([np.atleast_2d(each) for each in outputs]))
    known = part.classes != UNLABELLED
    return part.classes[known], found[known]


def log_loss(actual: Classes, found: Rows) -> float:
    """The mean negative log-probability of the actual classes (N,)."""
    chosen = found[np.arange(len(actual)), actual]
    return -math.fsum(np.log(np.maximum(chosen, 1e-12))) / len(actual)
