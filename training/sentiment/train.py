"""The sentiment job: tokenizes, fits, learns from unlabelled texts, calibrates and compares with linear models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax
from tokenizers import Tokenizer

from seqserve.core.onnx_session import Network
from seqserve.sentiment import predictor as sentiment_predictor
from seqserve.sentiment import word_tokenizer
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.linear_model import FILE as LINEAR_FILE
from seqserve.sentiment.linear_model import LinearModel
from seqserve.sentiment.predictor import Classifier
from seqserve.sentiment.word_tokenizer import Encoder
from training.core import fitting, plots
from training.core.callbacks.watching import Watch
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.onnx import export as onnx_export
from training.sentiment import calibration, comparison, learning
from training.sentiment.card import LINEAR, card, described, mistakes
from training.sentiment.config import SentimentJob
from training.sentiment.data import splits, training_data
from training.sentiment.data.splits import Part
from training.sentiment.data.training_data import Data
from training.sentiment.linear import linear_fit, ngrams
from training.sentiment.linear.ngrams import Ngrams
from training.sentiment.metrics import Rows
from training.sentiment.pretrained import start
from training.sentiment.task import TASK

EXPORTS = {**onnx_export.EXPORTS, Ngrams: ngrams.EXPORT}


_ENOUGH = 200
"""Texts of a validation part that can tell which of two models is better."""
_WHOLE = 200_000
"""Tokens that a linear model reads: all that a text may have."""


@dataclass(frozen=True)
class FittedReader(Fitted):
    """A fitted network or linear model, and the tokenizer of its texts.

    Args:
        unseen: (N, C), outputs of cross-validation for what a linear model learned from.
        notes: what was decided, and why.
    """

    tokenizer: Tokenizer
    unseen: Rows | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportedReader(Exported):
    """What is served, and its network in words.

    Args:
        unseen: (N, C), probabilities of cross-validation for the texts, if they were not split.
    """

    network: str
    unseen: Rows | None = None
    notes: tuple[str, ...] = ()


class SentimentTraining(Job[SentimentJob, Data, FittedReader, ExportedReader]):
    """Trains a classifier; see `Job` for the stages."""

    task = TASK

    def load(self) -> Loaded[Data]:
        data = training_data.parts(self.config)
        return Loaded(data, data.source, data.described, data.report)

    def tried(self, loaded: Loaded[Data], checkpoint: Path, watch: Watch) -> float:
        """The log loss of calibrated probabilities on the validation part."""
        job, data = self.config, loaded.data
        if data.folded or job.network.kind == "linear" or job.data.multi_label:
            raise ValueError("a linear model would be fitted, which has no settings to tune")
        fitted = self.fit(loaded, checkpoint)
        if isinstance(fitted.network, LinearModel):
            outputs = linear_fit.outputs(fitted.network, data.validation.texts)
        else:
            outputs = learning.outputs(fitted.network, data.validation.texts, fitted.tokenizer, job)
        return calibration.calibrated_loss(data.validation.classes, outputs, data.validation_weights)

    def fit(self, loaded: Loaded[Data], checkpoint: Path) -> FittedReader:
        job, data = self.config, loaded.data
        if job.network.kind == "recurrent":
            return self._network(loaded, checkpoint)
        linear, texts = self._linear(data), len(data.validation.texts)
        if job.network.kind == "linear" or data.folded:
            return linear
        if texts < _ENOUGH and not job.asks_for_network:
            note = (
                f"no network was tried: {texts} validation texts cannot tell whether it is better than a linear model"
            )
            print(note)
            return replace(linear, notes=(note,))
        network = self._network(loaded, checkpoint)
        answers = {
            "a linear model": linear_fit.outputs(linear.network, data.validation.texts),
            "a network": learning.outputs(network.network, data.validation.texts, network.tokenizer, job),
        }
        losses = {
            name: calibration.calibrated_loss(data.validation.classes, outputs, data.validation_weights)
            for name, outputs in answers.items()
        }
        best = min(losses, key=lambda name: losses[name])
        note = f"{best} is released: log loss on the validation part "
        note += ", ".join(f"{loss:.4f} of {name}" for name, loss in losses.items())
        print(note)
        return replace(linear if best == "a linear model" else network, notes=(note,))

    def _linear(self, data: Data) -> FittedReader:
        lesson = splits.joined(data.train, data.also)
        balanced = self.config.network.class_weights == "balanced"
        weights = lesson.targets @ learning.balanced(lesson) if balanced else None
        several = self.config.data.multi_label
        fitted = linear_fit.fit(lesson.texts, lesson.targets, self.config.fit.seed, several=several, weights=weights)
        tokenizer = word_tokenizer.fit(lesson.texts, self.config.tokens, fewest=1)  # it knows words of one text too
        return FittedReader(fitted.model, 0, tokenizer, fitted.unseen)

    def _network(self, loaded: Loaded[Data], checkpoint: Path) -> FittedReader:
        job, data, checkpoints = self.config, loaded.data, checkpoint.parent
        lesson = splits.joined(data.train, data.also)
        every = lesson.texts + (data.unlabelled if job.learns_from_unlabelled else [])
        tokenizer = word_tokenizer.fit(every, job.tokens)
        network = learning.build(job.network, tokenizer, outputs=len(data.labels))
        if job.network.start is not None:
            start.start(network, tokenizer, data.labels, job.network.start)
        if job.pretrain.pretrain_epochs:
            learning.pretrained(network, tokenizer, every, job, data.source, checkpoints)
        if job.teacher.teacher_epochs:
            lesson = splits.joined(lesson, learning.taught_by_teacher(data, lesson, job, checkpoints))

        initial = network.get_weights()
        epochs = learning.fit(network, lesson, data, tokenizer, job, checkpoint)
        for number in range(job.data.unlabelled):
            guesses = learning.taught(learning.finished(network, data, tokenizer, job), data, tokenizer, job)
            network.set_weights(initial)
            for layer in network.layers:
                if not number and isinstance(layer, keras.layers.Dropout):
                    layer.rate /= 2  # with many more texts, and softer targets, there is less to overfit
            every_lesson = splits.joined(lesson, guesses)
            again = checkpoint.with_name(f"{checkpoint.name}-{number + 1}")
            epochs = learning.fit(network, every_lesson, data, tokenizer, job, again)
        return FittedReader(learning.finished(network, data, tokenizer, job), epochs, tokenizer)

    def export(self, loaded: Loaded[Data], fitted: FittedReader) -> ExportedReader:
        if isinstance(fitted.network, LinearModel):
            return self._export_linear(loaded.data, fitted)
        network, tokenizer = fitted.network, fitted.tokenizer
        onnx_export.quantise(network, EXPORTS)
        model = onnx_export.to_onnx(network, EXPORTS)
        difference = onnx_export.prove(network, model)
        config = ClassifierConfig(
            labels=loaded.data.labels,
            languages=self.config.data.languages,
            max_tokens=self.config.network.max_tokens,
            temperature=learning.temperature(network, loaded.data, tokenizer, self.config),
        )
        files = {
            sentiment_predictor.MODEL: model,
            sentiment_predictor.TOKENIZER: tokenizer.to_str().encode(),
            "weights.keras": fitting.saved(network),
        }
        encoder = Encoder(tokenizer, config.max_tokens)
        predictor = Classifier(config, encoder, Network(model))
        words = described(network, self.config.network)
        return ExportedReader(predictor, files, difference, words, notes=fitted.notes)

    def _export_linear(self, data: Data, fitted: FittedReader) -> ExportedReader:
        assert fitted.unseen is not None
        targets, several = splits.joined(data.train, data.also).targets, self.config.data.multi_label
        notes, temperature = fitted.notes, calibration.unseen_temperature(targets, fitted.unseen, several)
        if temperature is None:
            notes += (
                f"{len(targets)} texts are too few to calibrate: take scores for an order, not for probabilities",
            )
            print(notes[-1])
        unseen = fitted.unseen / (temperature or 1.0)
        unseen = expit(unseen) if several else softmax(unseen, axis=1)
        content = fitted.network.to_bytes()
        stored = LinearModel.from_bytes(content)
        some = data.validation.texts[:_ENOUGH]
        difference = np.abs(linear_fit.outputs(stored, some) - linear_fit.outputs(fitted.network, some)).max()
        config = ClassifierConfig(
            labels=data.labels,
            languages=self.config.data.languages,
            max_tokens=_WHOLE,
            temperature=temperature or 1.0,
            thresholds=dict(zip(data.labels, calibration.thresholds(targets, unseen), strict=True)) if several else {},
        )
        files = {LINEAR_FILE: content, sentiment_predictor.TOKENIZER: fitted.tokenizer.to_str().encode()}
        predictor = Classifier(config, Encoder(fitted.tokenizer, _WHOLE), stored)
        answers = unseen[: len(data.train.texts)] if data.folded else None
        return ExportedReader(predictor, files, float(difference), LINEAR, answers, notes)

    def evaluate(self, loaded: Loaded[Data], exported: ExportedReader) -> dict[str, Any]:
        data, predictor = loaded.data, exported.predictor
        if exported.unseen is not None:
            thresholds = list(predictor.config.thresholds.values())
            scores = comparison.compare_folds(data.train, exported.unseen, self.config.fit.seed, thresholds)
        else:
            scores = comparison.compare(predictor, data.train, data.validation, data.test)
        return scores | {"temperature": predictor.config.temperature}

    def describe(self, loaded: Loaded[Data], exported: ExportedReader, metrics: dict[str, Any]) -> Description:
        data, predictor = loaded.data, exported.predictor
        tokenizer = Tokenizer.from_str(exported.files[sentiment_predictor.TOKENIZER].decode())
        tokens, reference = training_figures(Encoder(tokenizer, predictor.config.max_tokens), data.train, data.labels)
        answers = comparison.predict(predictor, data.test.texts) if exported.unseen is None else exported.unseen
        one = not self.config.data.multi_label
        mine = loaded.source.url is None  # the texts of others are not ours to print
        wrong = mistakes(data.test, answers) if mine and one else []
        files = {}
        if one:
            drawn = plots.confusion(self.config.name, data.labels, data.test.classes, answers.argmax(axis=1))
            files["confusion.png"] = drawn
        return Description(
            card(exported.network, predictor.config, metrics, wrong, exported.notes),
            queries=[{"text": sample, "explain": True} for sample in samples(tokenizer)],
            inputs={"tokens": tokens},
            reference=reference,
            files=files,
        )


JOB = SentimentTraining


def samples(tokenizer: Tokenizer) -> list[str]:
    """A short, a longer and a long text of words that a tokenizer knows; those of the data are their owners'."""
    random = np.random.default_rng(0)
    known = sorted(tokenizer.get_vocab())
    return [" ".join(random.choice(known, size)) for size in (4, 40, 400)]


def training_figures(encoder: Encoder, train: Part, labels: list[str]) -> tuple[npt.NDArray[np.int64], dict[str, Any]]:
    """The tokens of each text of the training part (N,), and the shares of unknown tokens and of labels."""
    encoded = encoder.encode(train.texts)
    tokens = np.array([text.tokens for text in encoded])
    shares = train.targets.mean(axis=0)
    return tokens, {
        "unknown_share": sum(text.unknown for text in encoded) / max(1, int(tokens.sum())),
        "label_shares": dict(zip(labels, shares.tolist(), strict=True)),
    }
