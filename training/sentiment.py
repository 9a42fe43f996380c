"""The sentiment job: load, split, tokenize, fit, export, calibrate, compare with the baselines, publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.model_selection import train_test_split
from tokenizers import Tokenizer

from seqserve import artifact, classifier, text
from seqserve.artifact import Artifact, Source
from seqserve.classifier import Classifier, ClassifierConfig, TextQuery
from seqserve.network import Network
from seqserve.text import Encoder
from training import cards, classification, export, fitting, networks, plots, provenance
from training.classification import Classes, Rows
from training.datasets import reviews
from training.datasets.fetch import DataError
from training.datasets.reviews import Labelled
from training.provenance import as_json
from training.reading import TextBatches
from training.sentiment_job import DataSection, NetworkSection, SentimentJob

TASK = "sentiment"


@dataclass(frozen=True)
class Part:
    """The texts of one part and what they are: probabilities (N, C), of which one is 1 where a person said so."""

    texts: list[str]
    targets: Rows

    @property
    def classes(self) -> Classes:
        """The number of the likeliest class of each text, (N,)."""
        return self.targets.argmax(axis=1).astype(np.int32)


def run(job: SentimentJob, models: Path, checkpoints: Path) -> Artifact:
    """Train a classifier and publish it as the next version of its model.

    Args:
        models: the `models/` tree.
        checkpoints: the folder in which an interrupted fit is taken up again.

    Raises:
        DataError, ValueError: the data cannot be had, or is too little.
    """
    keras.utils.set_random_seed(job.fit.seed)
    labelled, source = load(job.data)
    labels = sorted(set(labelled.labels))
    train, validation, test = split(labelled, labels, job.data, job.fit.seed)
    described = f"Split at random by class: training {len(train.texts)}, validation {len(validation.texts)}, "
    described += f"test {len(test.texts)} texts."
    print("\n".join([*(f"data: {line}" for line in labelled.report), described]))

    lesson = taught(train, labelled.unlabelled) if job.data.unlabelled else train
    tokenizer = text.fit(lesson.texts, job.tokens)
    encoder = Encoder(tokenizer, job.network.max_tokens)
    network = build(job.network, tokenizer, outputs=len(labels))
    network.compile(
        keras.optimizers.Adam(job.fit.learning_rate, clipnorm=5.0),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    held_out = batches(encoder, validation, job)
    history = fitting.fit(
        network,
        batches(encoder, lesson, job, training=True),
        held_out,
        job.fit,
        checkpoint=checkpoints / fitting.checkpoint_name(job.model_dump_json(), source.sha256),
    )
    model = export.to_onnx(network)
    difference = export.prove(network, model)

    outputs = np.asarray(network.predict(held_out, verbose=0), dtype=np.float64)
    config = ClassifierConfig(
        labels=labels,
        max_tokens=job.network.max_tokens,
        temperature=classification.temperature(validation.classes[held_out.order()], outputs),
    )
    predictor = Classifier(config, encoder, Network(model))
    probabilities = predict(predictor, test.texts)
    metrics = compare(train, test, probabilities) | {
        "validation": classification.scores(validation.classes, predict(predictor, validation.texts)),
        "split": described,
        "seed": job.fit.seed,
        "epochs": len(history),
        "temperature": config.temperature,
        "export_difference": difference,
    }
    files = {
        artifact.CONFIG: config.model_dump_json(indent=1).encode(),
        artifact.METRICS: as_json(metrics),
        artifact.EXAMPLES: as_json([golden(predictor, sample) for sample in test.texts[:3]]),
        artifact.CARD: cards.classifier_card(
            job.name, _network(job), config, source, labelled.report, metrics
        ).encode(),
        classifier.MODEL: model,
        classifier.TOKENIZER: tokenizer.to_str().encode(),
        "weights.keras": fitting.saved(network),
        "reference.json": as_json(reference(encoder, train, labels)),
        "confusion.png": plots.confusion(job.name, labels, test.classes, probabilities.argmax(axis=1)),
    }
    return provenance.publish(models, TASK, job, source, files)


def load(data: DataSection) -> tuple[Labelled, Source]:
    """The one source that is named.

    Raises:
        DataError: none or both are named, or it cannot be had.
    """
    if (data.dataset is None) == (data.csv is None):
        raise DataError("name one source of data: --dataset or --csv")
    if data.dataset is not None:
        return reviews.named(data.dataset)
    assert data.csv is not None
    return reviews.own(data.csv, data.text, data.label)


def split(labelled: Labelled, labels: list[str], data: DataSection, seed: int) -> tuple[Part, Part, Part]:
    """Training, validation and test part, each with the same shares of the classes.

    Raises:
        ValueError: a class has too few texts to be in each part.
    """
    classes = np.array([labels.index(label) for label in labelled.labels], dtype=np.int32)
    counts = np.bincount(classes)
    if counts.min() < 3:
        few = labels[int(counts.argmin())]
        raise ValueError(f"label {few!r} has {counts.min()} texts; each label needs one a part, so three at least")
    rest, test = train_test_split(np.arange(len(classes)), test_size=data.test, stratify=classes, random_state=seed)
    share = data.validation / (1 - data.test)
    train, validation = train_test_split(rest, test_size=share, stratify=classes[rest], random_state=seed)
    train, validation, test = (
        Part([labelled.texts[index] for index in part], np.eye(len(labels))[classes[part]])
        for part in (train, validation, test)
    )
    return train, validation, test


def taught(train: Part, unlabelled: list[str]) -> Part:
    """The training part, and behind it texts without a label, with what a bag of bigrams makes of them.

    Reference:
        Hinton et al., Distilling the Knowledge in a Neural Network, 2015.
    """
    targets = classification.bag_of_bigrams(train.texts, train.classes, unlabelled)
    return Part(train.texts + unlabelled, np.concatenate([train.targets, targets]))


def build(section: NetworkSection, tokenizer: Tokenizer, outputs: int) -> keras.Model:
    """The network, with pretrained vectors where the vocabulary has their words."""
    network = networks.reader(
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
        found = _read_vectors(section.vectors, tokenizer, weights)
        print(f"vectors: {found} of {len(weights)} words have one")
        embedding.set_weights([weights])
    return network


def batches(encoder: Encoder, part: Part, job: SentimentJob, training: bool = False) -> TextBatches:
    """A part as the network reads it; an empty text is one unknown word."""
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


def compare(train: Part, test: Part, probabilities: Rows) -> dict[str, Any]:
    """Scores on the test part, of the model and of the baselines."""
    model = classification.scores(test.classes, probabilities)
    answers = {
        "bag of bigrams": classification.bag_of_bigrams(train.texts, train.classes, test.texts),
        "majority class": classification.majority(train.classes, len(test.texts), probabilities.shape[1]),
    }
    baselines = {name: classification.scores(test.classes, answer) for name, answer in answers.items()}
    worse = [name for name, row in baselines.items() if model["accuracy"] < row["accuracy"]]
    return {"test": model, "baselines": baselines, "worse_than": worse}


def golden(predictor: Classifier, sample: str) -> dict[str, Any]:
    """An example that a version must answer alike wherever it serves."""
    query = {"text": sample, "explain": True}
    return {"input": query, "output": predictor.replay(query)}


def reference(encoder: Encoder, train: Part, labels: list[str]) -> dict[str, Any]:
    """The training part in figures, to see drift against."""
    encoded = encoder.encode(train.texts)
    tokens = np.array([found.tokens for found in encoded])
    unknown = sum(found.unknown for found in encoded) / max(1, sum(len(found.ids) for found in encoded))
    shares = np.bincount(train.classes, minlength=len(labels)) / len(train.classes)
    return {
        "deciles": {"tokens": np.quantile(tokens, np.linspace(0, 1, 11)).tolist()},
        "unknown_share": unknown,
        "label_shares": dict(zip(labels, shares.tolist(), strict=True)),
    }


def _read_vectors(path: Path, tokenizer: Tokenizer, weights: Any) -> int:
    """Put the vectors of known words into `weights` (V, dimension); how many there were."""
    found = 0
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            word, *numbers = line.rstrip().split(" ")
            if number == 1 and len(numbers) == 1:
                continue  # word2vec's first line: how many, and how long
            index = tokenizer.token_to_id(word)
            if index is None:
                continue
            if len(numbers) != weights.shape[1]:
                raise ValueError(f"{path.name}, line {number}: {len(numbers)} numbers, not {weights.shape[1]}")
            weights[index] = [float(value) for value in numbers]
            found += 1
    return found


def _network(job: SentimentJob) -> str:
    section = job.network
    cell = f"{'bidirectional ' if section.bidirectional else ''}{section.cell.upper()}"
    layers = ", ".join(f"{cell}({units})" for units in section.units)
    return f"embedding of {section.dimension}, {layers}, pooled by {' and '.join(section.pooling)}"
