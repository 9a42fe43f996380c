"""The sentiment job: load, split, tokenize, fit, export, calibrate, compare with the baselines, publish."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy.special import softmax
from tokenizers import Tokenizer

from seqserve.core.drift_reference import REFERENCE
from seqserve.core.onnx_session import Network
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact, Source
from seqserve.sentiment import predictor as sentiment_predictor
from seqserve.sentiment import word_tokenizer
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.predictor import Classifier, TextQuery
from seqserve.sentiment.word_tokenizer import Encoder
from training.core import fitting, model_card, onnx_export, plots, publish
from training.core import layers as core_layers
from training.core.batches import TextBatches
from training.core.publish import as_json
from training.sentiment import distillation, lm_pretraining, ngram_scores, training_data, word_vectors
from training.sentiment import metrics as sentiment_metrics
from training.sentiment.config import NetworkSection, SentimentJob
from training.sentiment.metrics import Rows
from training.sentiment.training_data import Data, Part

TASK = "sentiment"


def run(job: SentimentJob, models: Path, checkpoints: Path) -> Artifact:
    """Train a classifier and publish it as the next version of its model.

    Args:
        models: the `models/` tree.
        checkpoints: the folder in which an interrupted fit is taken up again.

    Raises:
        DataError, ValueError: the data cannot be had, or is too little.
    """
    keras.utils.set_random_seed(job.fit.seed)
    data = training_data.parts(job)
    print("\n".join([*(f"data: {line}" for line in data.labelled.report), data.described]))
    lesson = training_data.joined(data.train, data.also)
    every = lesson.texts + (data.labelled.unlabelled if job.learns_from_unlabelled else [])
    tokenizer = word_tokenizer.fit(every, job.tokens)
    network = build(job.network, tokenizer, outputs=len(data.labels))
    if job.pretrain.pretrain_epochs:
        pretrained(network, tokenizer, every, job, data.source, checkpoints)

    if job.teacher.teacher_epochs:
        lesson = training_data.joined(lesson, taught_by_teacher(data, lesson, job, checkpoints))

    start, name = network.get_weights(), fitting.checkpoint_name(job.model_dump_json(), data.source.sha256)
    epochs = fit(network, lesson, data.validation, tokenizer, job, checkpoints / name)
    for number in range(job.data.unlabelled):
        guesses = taught(finished(network, data.train, tokenizer, job), data, tokenizer, job)
        network.set_weights(start)
        for layer in network.layers:
            if not number and isinstance(layer, keras.layers.Dropout):
                layer.rate /= 2  # with many more texts, and softer targets, there is less to overfit
        every_lesson = training_data.joined(lesson, guesses)
        epochs = fit(network, every_lesson, data.validation, tokenizer, job, checkpoints / f"{name}-{number + 1}")
    published = release(finished(network, data.train, tokenizer, job), data, tokenizer, job, epochs, models)
    fitting.forget(checkpoints, name)
    return published


def release(
    network: keras.Model, data: Data, tokenizer: Tokenizer, job: SentimentJob, epochs: int, models: Path
) -> Artifact:
    """Export, calibrate and measure a fitted network, and publish it."""
    onnx_export.quantise(network)
    model = onnx_export.to_onnx(network)
    difference = onnx_export.prove(network, model)
    config = ClassifierConfig(
        labels=data.labels,
        max_tokens=job.network.max_tokens,
        temperature=temperature(network, data.validation, tokenizer, job),
    )
    encoder = Encoder(tokenizer, job.network.max_tokens)
    predictor = Classifier(config, encoder, Network(model))
    metrics = compare(predictor, data.train, data.validation, data.test) | {
        "split": data.described,
        "seed": job.fit.seed,
        "epochs": epochs,
        "temperature": config.temperature,
        "export_difference": difference,
    }
    predicted = predict(predictor, data.test.texts).argmax(axis=1)
    card = model_card.classifier_card(job.name, _network(job), config, data.source, data.labelled.report, metrics)
    files = {
        artifact.CONFIG: config.model_dump_json(indent=1).encode(),
        artifact.METRICS: as_json(metrics),
        artifact.EXAMPLES: as_json([golden(predictor, sample) for sample in samples(tokenizer)]),
        artifact.CARD: card.encode(),
        sentiment_predictor.MODEL: model,
        sentiment_predictor.TOKENIZER: tokenizer.to_str().encode(),
        "weights.keras": fitting.saved(network),
        REFERENCE: as_json(reference(encoder, data.train, data.labels)),
        "confusion.png": plots.confusion(job.name, data.labels, data.test.classes, predicted),
    }
    return publish.publish(models, TASK, job, data.source, files)


def pretrained(
    network: keras.Model, tokenizer: Tokenizer, texts: list[str], job: SentimentJob, source: Source, checkpoints: Path
) -> None:
    """Pretrain a network on whole texts, or take what an earlier job learned from the same."""
    shape = job.network.model_dump_json(include={"cell", "units", "bidirectional", "dimension", "vectors"})
    sections = (job.data, job.tokens, job.pretrain)
    known = (tokenizer.to_str(), str(job.fit.seed), *(section.model_dump_json() for section in sections))
    name = fitting.checkpoint_name(source.sha256, shape, *known)
    encoder = Encoder(tokenizer, limit=sys.maxsize)
    rows = [encoded.ids for encoded in encoder.encode(texts)]
    lm_pretraining.pretrain(
        network, rows, encoder.unknown, job.pretrain, job.fit.seed, checkpoints / f"language-{name}"
    )


def taught_by_teacher(data: Data, lesson: Part, job: SentimentJob, checkpoints: Path) -> Part:
    """The texts without a label, with what a teacher and, half as much, the bag of bigrams make of them.

    The bag makes more errors, but other ones. On the validation part of film reviews half is as good as the same say.
    """
    section, held, texts = job.teacher, data.validation, data.validation.texts + data.labelled.unlabelled
    name = fitting.checkpoint_name(
        data.source.sha256, str(job.fit.seed), job.data.model_dump_json(), section.model_dump_json()
    )
    found = distillation.answers(lesson, held, texts, section, job.fit.seed, checkpoints / f"teacher-{name}")
    found += np.log(sentiment_metrics.bag_of_bigrams(data.train.texts, data.train.classes, texts).clip(1e-6)) / 2
    scale = sentiment_metrics.temperature(held.classes, found[: len(held.texts)])
    return Part(data.labelled.unlabelled, softmax(found[len(held.texts) :] / scale, axis=1))


def fit(
    network: keras.Model, lesson: Part, validation: Part, tokenizer: Tokenizer, job: SentimentJob, checkpoint: Path
) -> int:
    """Fit a network on a part, see `fitting.fit`; for how many epochs."""
    train = batches(tokenizer, lesson, job, training=True)
    network.compile(
        fitting.adam(job.fit, len(train), clipnorm=5.0),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return len(fitting.fit(network, train, batches(tokenizer, validation, job), job.fit, checkpoint))


def finished(network: keras.Model, train: Part, tokenizer: Tokenizer, job: SentimentJob) -> keras.Model:
    """A fitted network with scores of n-grams beside it, if the job wants them."""
    if not job.network.wide:
        return network
    encoder = Encoder(tokenizer, job.network.max_tokens)
    rows = [encoded.ids for encoded in encoder.encode(train.texts)]
    return ngram_scores.widened(network, rows, train.classes, job.network.wide)


def outputs(network: keras.Model, texts: list[str], tokenizer: Tokenizer, job: SentimentJob) -> Rows:
    """What a network answers to texts, (N, C), unscaled."""
    asked = batches(tokenizer, Part(texts, np.zeros((len(texts), network.output_shape[-1]))), job)
    answers = np.empty((len(texts), network.output_shape[-1]))
    answers[asked.order()] = network.predict(asked, verbose=0)
    return answers


def temperature(network: keras.Model, validation: Part, tokenizer: Tokenizer, job: SentimentJob) -> float:
    """The temperature that calibrates a network on the validation part."""
    return sentiment_metrics.temperature(validation.classes, outputs(network, validation.texts, tokenizer, job))


def taught(network: keras.Model, data: Data, tokenizer: Tokenizer, job: SentimentJob) -> Part:
    """The texts without a label, with what a fitted network makes of them.

    Reference:
        Hinton et al., Distilling the Knowledge in a Neural Network, 2015.
    """
    texts = data.labelled.unlabelled
    scale = temperature(network, data.validation, tokenizer, job)
    return Part(texts, softmax(outputs(network, texts, tokenizer, job) / scale, axis=1))


def build(section: NetworkSection, tokenizer: Tokenizer, outputs: int) -> keras.Model:
    """The network, with pretrained vectors where the vocabulary has their words."""
    network = core_layers.reader(
        cell=section.cell,
        units=section.units,
        vocabulary=1 + max(tokenizer.get_vocab().values()),  # numbers may be left out
        dimension=section.dimension,
        outputs=outputs,
        bidirectional=section.bidirectional,
        pooling=section.pooling,
        dropout=section.dropout,
    )
    if section.vectors is not None:
        embedding = next(layer for layer in network.layers if isinstance(layer, keras.layers.Embedding))
        weights = embedding.get_weights()[0]
        found = word_vectors.read(section.vectors, tokenizer, weights)
        print(f"vectors: {found} of {len(weights)} words have one")
        embedding.set_weights([weights])
    return network


def batches(tokenizer: Tokenizer, part: Part, job: SentimentJob, training: bool = False) -> TextBatches:
    """A part as the network reads it; an empty text is one unknown word."""
    most = job.network.max_tokens
    encoder = Encoder(tokenizer, min(most, job.network.train_tokens) if training else most)
    unknown = np.array([encoder.unknown], dtype=np.int32)
    return TextBatches(
        [encoded.ids if len(encoded.ids) else unknown for encoded in encoder.encode(part.texts)],
        part.targets,
        job.fit.batch_size,
        shuffle=training,
        word_dropout=job.network.word_dropout if training else 0.0,
        unknown=encoder.unknown,
        seed=job.fit.seed,
    )


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
        "bag of bigrams": sentiment_metrics.bag_of_bigrams(train.texts, train.classes, texts),
        "majority class": sentiment_metrics.majority(train.classes, len(texts), len(predictor.config.labels)),
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
        "worse_than": [name for name, row in tested.items() if model["accuracy"] < row["accuracy"]],
    }


def samples(tokenizer: Tokenizer) -> list[str]:
    """A short, a longer and a long text of words that a tokenizer knows; those of the data are their owners'."""
    random = np.random.default_rng(0)
    known = sorted(tokenizer.get_vocab())
    return [" ".join(random.choice(known, size)) for size in (4, 40, 400)]


def golden(predictor: Classifier, sample: str) -> dict[str, Any]:
    """An example that a version must answer alike wherever it serves."""
    query = {"text": sample, "explain": True}
    return {"input": query, "output": predictor.replay(query)}


def reference(encoder: Encoder, train: Part, labels: list[str]) -> dict[str, Any]:
    """The training part in figures, to see drift against."""
    encoded = encoder.encode(train.texts)
    tokens = np.array([found.tokens for found in encoded])
    unknown = sum(found.unknown for found in encoded) / max(1, sum(found.tokens for found in encoded))
    shares = np.bincount(train.classes, minlength=len(labels)) / len(train.classes)
    return {
        "deciles": {"tokens": np.quantile(tokens, np.linspace(0, 1, 11)).tolist()},
        "unknown_share": unknown,
        "label_shares": dict(zip(labels, shares.tolist(), strict=True)),
    }


def _network(job: SentimentJob) -> str:
    section = job.network
    cell = f"{'bidirectional ' if section.bidirectional else ''}{section.cell.upper()}"
    layers = ", ".join(f"{cell}({units})" for units in section.units)
    beside = ", and scores of n-grams beside it" if section.wide else ""
    return f"embedding of {section.dimension}, {layers}, pooled by {' and '.join(section.pooling)}{beside}"
