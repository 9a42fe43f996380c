"""The job that learns to classify sequences: loads, fits, calibrates, and compares with simple models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqserve.classify import predictor as classify_predictor
from seqserve.classify.config import ClassifyConfig
from seqserve.classify.predictor import SequenceClassifier
from seqserve.core.onnx_session import Network
from training.classify import baselines, golden, learning, network, onnx_export
from training.classify.card import card
from training.classify.config import ClassifyJob
from training.classify.data import training_data
from training.classify.data.batches import UNLABELLED, Steps
from training.classify.data.own import read
from training.classify.data.training_data import Data, Part
from training.classify.metrics import scores
from training.classify.task import TASK
from training.core import fitting, plots
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.sentiment import calibration

_SHARE_ALIKE = "CC-BY-SA-3.0"


@dataclass(frozen=True)
class ExportedClassifier(Exported):
    """What is served, and what was decided about it."""

    notes: tuple[str, ...] = ()


class ClassifyTraining(Job[ClassifyJob, Data, Fitted, ExportedClassifier]):
    """Trains a classifier of sequences; see `Job` for the stages."""

    task = TASK

    def load(self) -> Loaded[Data]:
        found, source = read(self.config.data)
        data, described, report = training_data.prepared(found, self.config)
        return Loaded(data, source, described, report)

    def fit(self, loaded: Loaded[Data], checkpoint: Path) -> Fitted:
        return Fitted(*learning.fit(loaded.data, self.config, checkpoint))

    def export(self, loaded: Loaded[Data], fitted: Fitted) -> ExportedClassifier:
        data, bits, notes = loaded.data, self.config.network.bits, []
        weights = learning.class_weights(data, self.config)
        if np.ptp(weights):
            notes.append("labels are uneven: each counts the same in training; the probabilities are those of the data")
        whole, model = self._calibrated(fitted, data, weights)
        if bits != "32":
            before = fitted.network.get_weights()
            onnx_export.quantise(fitted.network)
            rounded = self._calibrated(fitted, data, weights)
            losses = [learning.log_loss(*learning.probabilities(one, data.validation)) for one in (whole, rounded[0])]
            keeps = bits == "8" or losses[1] <= losses[0] * 1.02 + 1e-4
            notes.append(
                f"weights are stored in {8 if keeps else 32} bits: log loss on the validation part {losses[0]:.4f} "
                f"with 32 bits, {losses[1]:.4f} with 8"
            )
            if keeps:
                whole, model = rounded
            else:
                fitted.network.set_weights(before)
        if not self._can_calibrate(data):
            notes.append("the validation part is too small to calibrate: take probabilities for an order")
        print("\n".join(notes))
        difference = onnx_export.prove(fitted.network, model)
        files = {classify_predictor.MODEL: model, "weights.keras": fitting.saved(fitted.network)}
        return ExportedClassifier(whole, files, difference, tuple(notes))

    def evaluate(self, loaded: Loaded[Data], exported: ExportedClassifier) -> dict[str, Any]:
        data, predictor = loaded.data, exported.predictor
        found = {
            name: scores(*learning.probabilities(predictor, part))
            for name, part in (("test", data.test), ("validation", data.validation))
        }
        return found | {"baselines": self._baselines(data), "temperature": predictor.config.temperature}

    def describe(self, loaded: Loaded[Data], exported: ExportedClassifier, metrics: dict[str, Any]) -> Description:
        data, predictor = loaded.data, exported.predictor
        actual, found = learning.probabilities(predictor, data.test)
        steps = np.concatenate(data.train.values)
        return Description(
            card(network.described(self.config.network), predictor.config, metrics, exported.notes, TASK.scoring),
            queries=golden.queries(predictor.config),
            inputs=dict(zip(data.features, steps.T, strict=True)),
            reference={"label_shares": dict(zip(data.labels, data.shares.tolist(), strict=True))},
            files={"confusion.png": plots.confusion(self.config.name, data.labels, actual, found.argmax(axis=1))},
            licence=_SHARE_ALIKE if "BY-SA" in loaded.source.licence else None,
        )

    def _calibrated(self, fitted: Fitted, data: Data, weights: np.ndarray) -> tuple[SequenceClassifier, bytes]:
        """The predictor of a network with the temperature of the validation part, and its graph."""
        model = onnx_export.to_onnx(fitted.network)
        lengths = [len(steps) for steps in data.train.rows]
        scaling = data.scaling
        config = ClassifyConfig(
            labels=data.labels,
            features=data.features,
            per_step=data.per_step,
            steps=data.steps,
            max_steps=data.steps or self.config.network.max_steps or 4 * max(lengths),
            seen_steps=(min(lengths), max(lengths)),
            mean=scaling.mean.tolist(),
            scale=scaling.scale.tolist(),
            low=scaling.low.tolist(),
            high=scaling.high.tolist(),
            usual=scaling.usual.tolist(),
            bias=(-np.log(weights)).tolist(),
            temperature=1.0,
        )
        plain = SequenceClassifier(config, Network(model))
        if not self._can_calibrate(data):
            return plain, model
        outputs = np.concatenate([np.atleast_2d(each) for each in plain.outputs(data.validation.rows)])
        actual = data.validation.classes
        known = actual != UNLABELLED
        temperature = calibration.temperature(actual[known], outputs[known])
        config = config.model_copy(update={"temperature": temperature})
        return SequenceClassifier(config, Network(model)), model

    def _can_calibrate(self, data: Data) -> bool:
        return int(np.count_nonzero(data.validation.classes != UNLABELLED)) >= calibration.FEWEST

    def _baselines(self, data: Data) -> dict[str, dict[str, float]]:
        """The scores of simple models on the test part."""
        seed, classes = self.config.fit.seed, len(data.labels)
        length = int(np.median([len(row) for row in data.train.rows]))

        def vectors(part: Part) -> Steps:
            flat = baselines.step_windows(part.rows) if data.per_step else baselines.flat(part.rows, length)
            labelled: Steps = flat[part.classes != UNLABELLED]
            return labelled

        train, test = vectors(data.train), vectors(data.test)
        learned, actual = (part.classes[part.classes != UNLABELLED] for part in (data.train, data.test))
        return {
            "majority": scores(actual, baselines.majority(learned, len(actual), classes)),
            "nearest neighbour": scores(actual, baselines.nearest(train, learned, test, classes, seed)),
            "linear model": scores(actual, baselines.linear(train, learned, test, classes, seed)),
        }


JOB = ClassifyTraining
