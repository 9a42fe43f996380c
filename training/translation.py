"""The translation job: load, split, fit subwords, fit, export, compare with the baselines, publish."""

from __future__ import annotations

from pathlib import Path

import keras

from seqserve import subwords
from seqserve.artifact import Source
from seqserve.subwords import Subwords
from training import fitting, readings, seq2seq
from training.datasets import pairs
from training.datasets.fetch import DataError
from training.datasets.pairs import Pairs, Parts
from training.reading import PairBatches
from training.translation_job import DataSection, TranslationJob

TASK = "translation"


def fitted(job: TranslationJob, parts: Parts, source: Source, checkpoints: Path) -> tuple[keras.Model, Subwords, int]:
    """A network that learned from the training part, its subwords, and the epochs it took."""
    train = parts.train
    sentences = [subwords.folded(sentence) for sentence in train.sources + train.targets]
    coder = Subwords(subwords.fit(sentences, job.subwords.vocabulary))
    network = build(job, len(coder), job.network.precision)
    name = fitting.checkpoint_name(job.model_dump_json(exclude={"name", "search"}), source.sha256)
    learned = batches(train, coder, job, training=True)
    network.compile(fitting.adam(job.fit, len(learned), clipnorm=1.0), seq2seq.smoothed(job.network.smoothing))
    history = fitting.fit(network, learned, batches(parts.validation, coder, job), job.fit, checkpoints / name)
    served = build(job, len(coder))
    served.set_weights(network.get_weights())
    return served, coder, len(history)


def load(data: DataSection, seed: int) -> tuple[Parts, Source]:
    """The one source that is named, in its parts.

    Raises:
        DataError: none or several are named, or it cannot be had.
    """
    files = (data.source_file, data.target_file)
    if [data.dataset is None, data.csv is None, files == (None, None)].count(False) != 1 or files.count(None) == 1:
        raise DataError("name one source of data: --dataset, --csv, or --source-file and --target-file")
    if data.dataset is not None:
        parts, source = pairs.named(data.dataset, data.validation, data.test, seed)
    else:
        if data.csv is not None:
            found, source = pairs.own(data.csv, data.source, data.target)
        else:
            assert data.source_file is not None
            assert data.target_file is not None
            found, source = pairs.own_files(data.source_file, data.target_file)
        parts = pairs.split(found, data.validation, data.test, seed)
    return (Parts(*map(_lowered, parts)) if data.lowercase else parts), source


def build(job: TranslationJob, vocabulary: int, precision: str = "float32") -> keras.Model:
    """The network, which computes in this precision."""
    section = job.network
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        return seq2seq.translator(
            section.cell,
            vocabulary,
            section.dimension,
            section.encoder,
            section.decoder,
            attention=section.attention,
            dropout=section.dropout,
        )
    finally:
        keras.config.set_dtype_policy(usual)


def batches(part: Pairs, coder: Subwords, job: TranslationJob, training: bool = False) -> PairBatches:
    """A part as the network reads it."""
    return PairBatches(
        readings.read(part, coder, reverse=job.network.reverse),
        job.fit.batch_size,
        shuffle=training,
        unusual=job.network.unusual if training else 0.0,
        word_dropout=job.network.word_dropout if training else 0.0,
        seed=job.fit.seed,
    )


def _lowered(part: Pairs) -> Pairs:
    return Pairs([text.lower() for text in part.sources], [text.lower() for text in part.targets], part.report)
