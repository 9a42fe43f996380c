"""How a classifier is fitted: on labelled texts, and on those that a teacher or an earlier fit labelled."""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from tokenizers import Tokenizer

from seqserve.registry.artifact import Source
from seqserve.sentiment.word_tokenizer import Encoder
from training.core import fitting
from training.sentiment import baselines, calibration, distillation, lm_pretraining
from training.sentiment import network as sentiment_network
from training.sentiment.calibrated_loss import CalibratedLoss
from training.sentiment.config import NetworkSection, SentimentJob
from training.sentiment.data.batches import TextBatches
from training.sentiment.data.splits import Part, joined, some_of_each
from training.sentiment.data.training_data import Data
from training.sentiment.linear import ngram_scores
from training.sentiment.metrics import Rows
from training.sentiment.pretrained import word_vectors

_WIDE = 17
"""Bits of the table of scores of n-grams where the job names none."""


def build(section: NetworkSection, tokenizer: Tokenizer, outputs: int) -> keras.Model:
    """The network, with pretrained vectors where the vocabulary has their words."""
    network = sentiment_network.reader(
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
        count = word_vectors.read(section.vectors, tokenizer, weights)
        print(f"vectors: {count} of {len(weights)} words have one")
        embedding.set_weights([weights])
    return network


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
    """The texts without a label, labelled by a teacher and, with half the weight, by the bag of bigrams.

    The bag makes more errors, but other ones. On the validation part of film reviews half the weight did as well as
    the whole.
    """
    section, validation, texts = job.teacher, data.validation, data.validation.texts + data.unlabelled
    name = fitting.checkpoint_name(
        data.source.sha256, str(job.fit.seed), job.data.model_dump_json(), section.model_dump_json()
    )
    lesson = some_of_each(lesson, data.sets, section.teacher_texts, job.fit.seed)
    outputs = distillation.answers(lesson, validation, texts, section, job.fit.seed, checkpoints / f"teacher-{name}")
    bag = baselines.bag_of_bigrams(data.train.texts, data.train.classes, texts)
    outputs += np.log(bag.clip(1e-6)) / 2
    scale = calibration.temperature(validation.classes, outputs[: len(validation.texts)], data.validation_weights)
    return Part(data.unlabelled, softmax(outputs[len(validation.texts) :] / scale, axis=1))


def fit(
    network: keras.Model, lesson: Part, data: Data, tokenizer: Tokenizer, job: SentimentJob, checkpoint: Path
) -> int:
    """Fit a network on a part, see `fitting.fit`; for how many epochs.

    Args:
        lesson: the texts of `data` that are learned from, and behind them others.
    """
    others = np.full(len(lesson.texts) - len(data.sets), -1)
    train = batches(tokenizer, lesson, job, sets=np.concatenate([data.sets, others]))
    network.compile(
        fitting.adam(job.fit, len(train), clipnorm=5.0),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy", CalibratedLoss()],
    )
    validation = batches(tokenizer, data.validation, job)
    return len(fitting.fit(network, train, validation, job.fit, checkpoint, monitor=f"val_{CalibratedLoss().name}"))


def finished(network: keras.Model, data: Data, tokenizer: Tokenizer, job: SentimentJob) -> keras.Model:
    """A fitted network with scores of n-grams beside it, if the job wants them.

    Where the job leaves it open, whichever has the least loss on the validation part: the network, the scores alone, or
    both.
    """
    if job.network.wide == 0:
        return network
    beside = linear(data, tokenizer, job)
    answers = [outputs(choice, data.validation.texts, tokenizer, job) for choice in (network, beside)]
    classes = data.validation.classes
    weights = data.validation_weights
    both = calibration.shares(classes, answers[0], answers[1], weights)
    widened = ngram_scores.widened(network, beside, both)
    if job.network.wide is not None:
        return widened
    losses = {
        "the recurrent network": calibration.calibrated_loss(classes, answers[0], weights),
        "scores of n-grams": calibration.calibrated_loss(classes, answers[1], weights),
        "both": calibration.calibrated_loss(classes, both[0] * answers[0] + both[1] * answers[1], weights),
    }
    print("loss on the validation part: " + ", ".join(f"{name} {loss:.4f}" for name, loss in losses.items()))
    best = min(losses, key=lambda name: losses[name])
    return {"the recurrent network": network, "scores of n-grams": beside, "both": widened}[best]


def linear(data: Data, tokenizer: Tokenizer, job: SentimentJob) -> keras.Model:
    """The scores of n-grams alone."""
    lesson = joined(data.train, data.also) if job.network.wide_also else data.train
    encoder = Encoder(tokenizer, job.network.max_tokens)
    rows = [encoded.ids for encoded in encoder.encode(lesson.texts)]
    return ngram_scores.alone(rows, lesson.classes, job.network.wide or _WIDE, len(data.labels))


def taught(network: keras.Model, data: Data, tokenizer: Tokenizer, job: SentimentJob) -> Part:
    """The texts without a label, labelled by a fitted network.

    Reference:
        Hinton et al., Distilling the Knowledge in a Neural Network, 2015.
    """
    texts = data.unlabelled
    scale = temperature(network, data, tokenizer, job)
    return Part(texts, softmax(outputs(network, texts, tokenizer, job) / scale, axis=1))


def temperature(network: keras.Model, data: Data, tokenizer: Tokenizer, job: SentimentJob) -> float:
    """The temperature that calibrates a network on the validation part."""
    validated = outputs(network, data.validation.texts, tokenizer, job)
    return calibration.temperature(data.validation.classes, validated, data.validation_weights)


def outputs(network: keras.Model, texts: list[str], tokenizer: Tokenizer, job: SentimentJob) -> Rows:
    """What a network answers to texts, (N, C), unscaled."""
    ordered = batches(tokenizer, Part(texts, np.zeros((len(texts), network.output_shape[-1]))), job)
    answers = np.empty((len(texts), network.output_shape[-1]))
    answers[ordered.order()] = network.predict(ordered, verbose=0)
    return answers


def batches(
    tokenizer: Tokenizer, part: Part, job: SentimentJob, sets: npt.NDArray[np.int64] | None = None
) -> TextBatches:
    """A part as the network reads it; an empty text is one unknown word.

    Nothing is to be learned from a single unknown word: texts of nothing else are left out in training.

    Args:
        sets: to learn from the part: the data set of each text (N,).
    """
    training, most = sets is not None, job.network.max_tokens
    encoder = Encoder(tokenizer, min(most, job.network.train_tokens) if training else most)
    unknown = np.array([encoder.unknown], dtype=np.int32)
    rows = [encoded.ids if len(encoded.ids) else unknown for encoded in encoder.encode(part.texts)]
    if sets is not None:
        kept = [number for number, row in enumerate(rows) if not np.array_equal(row, unknown)]
        rows, sets = [rows[number] for number in kept], sets[kept]
        part = Part([part.texts[number] for number in kept], part.targets[kept])
    return TextBatches(
        rows,
        part.targets,
        job.fit.batch_size,
        shuffle=training,
        word_dropout=job.network.word_dropout if training else 0.0,
        unknown=encoder.unknown,
        seed=job.fit.seed,
        weights=balanced(part) if training and job.network.class_weights == "balanced" else None,
        sample=job.data.each if training else None,
        sets=sets,
    )


def balanced(part: Part) -> npt.NDArray[np.float64]:
    """Weights of the classes (C,) with which each of them counts the same, and a text 1 on average."""
    counts = part.targets.sum(axis=0)
    weights: npt.NDArray[np.float64] = counts.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1))
    return weights
