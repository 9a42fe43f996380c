"""The sentiment job: tokenizes, fits, learns from unlabelled texts, calibrates and compares with linear models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from seqserve.core.onnx_session import Network
from seqserve.sentiment import predictor as sentiment_predictor
from seqserve.sentiment import word_tokenizer
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.predictor import Classifier, TextQuery
from seqserve.sentiment.word_tokenizer import Encoder
from training.core import fitting, plots
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.onnx import export as onnx_export
from training.sentiment import baselines, learning, ngrams, training_data
from training.sentiment import metrics as sentiment_metrics
from training.sentiment.card import card
from training.sentiment.config import SentimentJob
from training.sentiment.metrics import Rows
from training.sentiment.ngrams import Ngrams
from training.sentiment.task import TASK
from training.sentiment.training_data import Data, Part

EXPORTS = {**onnx_export.EXPORTS, Ngrams: ngrams.EXPORT}


@dataclass(frozen=True)
class FittedReader(Fitted):
    """A fitted network, and the tokenizer of its texts."""

    tokenizer: Tokenizer


class SentimentTraining(Job[SentimentJob, Data, FittedReader, Exported]):
    """Trains a classifier; see `Job` for the stages."""

    task = TASK

    def load(self) -> Loaded[Data]:
        data = training_data.parts(self.config)
        return Loaded(data, data.source, data.described, data.labelled.report)

    def fit(self, loaded: Loaded[Data], checkpoint: Path) -> FittedReader:
        job, data, checkpoints = self.config, loaded.data, checkpoint.parent
        lesson = training_data.joined(data.train, data.also)
        every = lesson.texts + (data.labelled.unlabelled if job.learns_from_unlabelled else [])
        tokenizer = word_tokenizer.fit(every, job.tokens)
        network = learning.build(job.network, tokenizer, outputs=len(data.labels))
        if job.pretrain.pretrain_epochs:
            learning.pretrained(network, tokenizer, every, job, data.source, checkpoints)
        if job.teacher.teacher_epochs:
            lesson = training_data.joined(lesson, learning.taught_by_teacher(data, lesson, job, checkpoints))

        start = network.get_weights()
        epochs = learning.fit(network, lesson, data.validation, tokenizer, job, checkpoint)
        for number in range(job.data.unlabelled):
            guesses = learning.taught(learning.finished(network, data.train, tokenizer, job), data, tokenizer, job)
            network.set_weights(start)
            for layer in network.layers:
                if not number and isinstance(layer, keras.layers.Dropout):
                    layer.rate /= 2  # with many more texts, and softer targets, there is less to overfit
            every_lesson = training_data.joined(lesson, guesses)
            again = checkpoint.with_name(f"{checkpoint.name}-{number + 1}")
            epochs = learning.fit(network, every_lesson, data.validation, tokenizer, job, again)
        return FittedReader(learning.finished(network, data.train, tokenizer, job), epochs, tokenizer)

    def export(self, loaded: Loaded[Data], fitted: FittedReader) -> Exported:
        network, tokenizer = fitted.network, fitted.tokenizer
        onnx_export.quantise(network, EXPORTS)
        model = onnx_export.to_onnx(network, EXPORTS)
        difference = onnx_export.prove(network, model)
        config = ClassifierConfig(
            labels=loaded.data.labels,
            max_tokens=self.config.network.max_tokens,
            temperature=learning.temperature(network, loaded.data.validation, tokenizer, self.config),
        )
        files = {
            sentiment_predictor.MODEL: model,
            sentiment_predictor.TOKENIZER: tokenizer.to_str().encode(),
            "weights.keras": fitting.saved(network),
        }
        encoder = Encoder(tokenizer, config.max_tokens)
        return Exported(Classifier(config, encoder, Network(model)), files, difference)

    def evaluate(self, loaded: Loaded[Data], exported: Exported) -> dict[str, Any]:
        data, predictor = loaded.data, exported.predictor
        scores = compare(predictor, data.train, data.validation, data.test)
        return scores | {"temperature": predictor.config.temperature}

    def describe(self, loaded: Loaded[Data], exported: Exported, metrics: dict[str, Any]) -> Description:
        data, predictor = loaded.data, exported.predictor
        tokenizer = Tokenizer.from_str(exported.files[sentiment_predictor.TOKENIZER].decode())
        tokens, reference = training_figures(Encoder(tokenizer, predictor.config.max_tokens), data.train, data.labels)
        predicted = predict(predictor, data.test.texts).argmax(axis=1)
        confusion = plots.confusion(self.config.name, data.labels, data.test.classes, predicted)
        return Description(
            card(self.config.network, predictor.config, metrics),
            queries=[{"text": sample, "explain": True} for sample in samples(tokenizer)],
            inputs={"tokens": tokens},
            reference=reference,
            files={"confusion.png": confusion},
        )


JOB = SentimentTraining


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
        {name: sentiment_metrics.scores(part.classes, answer[rows]) for name, answer in answers.items()}
        for part, rows in zip(parts, (slice(len(test.texts)), slice(len(test.texts), None)), strict=True)
    )
    model, validated_model = tested.pop("this model"), validated.pop("this model")
    return {
        "test": model,
        "baselines": tested,
        "validation": validated_model,
        "validation_baselines": validated,
    }


def samples(tokenizer: Tokenizer) -> list[str]:
    """A short, a longer and a long text of words that a tokenizer knows; those of the data are their owners'."""
    random = np.random.default_rng(0)
    known = sorted(tokenizer.get_vocab())
    return [" ".join(random.choice(known, size)) for size in (4, 40, 400)]


def training_figures(encoder: Encoder, train: Part, labels: list[str]) -> tuple[npt.NDArray[np.int64], dict[str, Any]]:
    """The tokens of each text of the training part (N,), and the shares of unknown tokens and of labels."""
    encoded = encoder.encode(train.texts)
    tokens = np.array([text.tokens for text in encoded])
    shares = np.bincount(train.classes, minlength=len(labels)) / len(train.classes)
    return tokens, {
        "unknown_share": sum(text.unknown for text in encoded) / max(1, int(tokens.sum())),
        "label_shares": dict(zip(labels, shares.tolist(), strict=True)),
    }
