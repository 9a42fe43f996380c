"""How a translator is fitted, from scratch or from a released version."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import keras
import numpy as np
import yaml

from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact
from seqserve.translation import predictor as translation_predictor
from seqserve.translation import subword_tokenizer
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.subword_tokenizer import Subwords, folded
from training.core import fitting
from training.core.callbacks.time_budget import TimeBudget
from training.core.download import DataError
from training.onnx.graph import arrays
from training.translation import network as translation_network
from training.translation import onnx_export
from training.translation.config import NetworkSection, TranslationJob
from training.translation.corpus import augment_variants
from training.translation.corpus.pairs import Pairs, Parts
from training.translation.data.batches import PairBatches
from training.translation.data.training_data import languages


def continued(job: TranslationJob, start: Artifact) -> TranslationJob:
    """A job that learns on from a version: with its layers.

    Raises:
        DataError: the version has no recurrent network of ours, or the same languages but not the same case.
    """
    if "network" not in _recipe(start):
        raise DataError(f"{start} was not trained here, and has no network to learn on from; let it teach: --teacher")
    config = TranslatorConfig.model_validate_json(start.file(artifact.CONFIG))
    if shares_languages(job, start) and config.lowercase != job.data.lowercase:
        how = "with" if config.lowercase else "without"
        raise DataError(f"{start} was trained {how} --lowercase; do the same, or start from another")
    layers = _section(start).model_dump(include={"cell", "dimension", "encoder", "decoder", "attention", "reverse"})
    return job.model_copy(update={"network": job.network.model_copy(update=layers)})


def shares_languages(job: TranslationJob, version: Artifact) -> bool:
    """Whether a version translates between the languages of a job, and so has subwords for it."""
    config = TranslatorConfig.model_validate_json(version.file(artifact.CONFIG))
    return (config.source, config.target) == languages(job.data)


def fitted(
    job: TranslationJob, parts: Parts, checkpoint: Path, start: Artifact | None = None
) -> tuple[keras.Model, Subwords, int]:
    """A network that learned from the training part, its subwords, and the epochs it took.

    Args:
        start: the version that it learns on from. Of a version for other languages it keeps the layers, see `adopt`.
    """
    train = parts.train
    if start and shares_languages(job, start):
        coder = _subwords(start)
    else:
        sentences = [folded(sentence) for sentence in train.sources + train.targets]
        coder = Subwords(subword_tokenizer.fit(sentences, job.subwords.vocabulary))
    network = build(job.network, len(coder), job.network.precision)
    if start:
        known = adopt(network, coder, network_of(start), _subwords(start))
        if known < len(coder):
            print(f"start: the layers of {start} and {known} of {len(coder)} subwords; the others begin as their parts")
    learned = batches(train, coder, job, training=True)
    # The budget lowers the rate itself.
    how = job.fit.model_copy(update={"decay": job.fit.decay and not job.fit.minutes})
    network.compile(fitting.adam(how, len(learned), clipnorm=1.0), translation_network.smoothed(job.network.smoothing))
    budget = [TimeBudget(job.fit.minutes, job.fit.learning_rate, checkpoint)] if job.fit.minutes else []
    validation = batches(parts.validation, coder, job)
    history = fitting.fit(network, learned, validation, job.fit, checkpoint, callbacks=budget)
    served = build(job.network, len(coder))
    served.set_weights(network.get_weights())
    return served, coder, len(history)


def adopt(network: keras.Model, coder: Subwords, start: keras.Model, known: Subwords) -> int:
    """Give a network the weights of one with the same layers and other subwords, and count the subwords of both.

    A subword that the other does not have begins as the mean of the other's subwords of which it is made.

    Reference:
        Zoph et al., Transfer Learning for Low-Resource Neural Machine Translation, EMNLP 2016.
    """
    made = [known.parts(token) for token in coder.tokens]
    for layer, other in zip(network.layers, start.layers, strict=True):
        if isinstance(layer, keras.layers.ReversibleEmbedding):
            (table,) = arrays(other)
            layer.set_weights([np.stack([table[parts].mean(axis=0) for parts in made])])
        else:
            layer.set_weights(other.get_weights())
    return len({*coder.tokens} & {*known.tokens})


def build(section: NetworkSection, vocabulary: int, precision: str = "float32") -> keras.Model:
    """The network, which computes in this precision."""
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        return translation_network.translator(
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


def network_of(version: Artifact) -> keras.Model:
    """The network of a released translator, to train on; its weights are those of the graphs, and kept nowhere else."""
    network = build(_section(version), len(_subwords(version)))
    onnx_export.restore(network, translation_predictor.graphs(version))
    return network


def batches(part: Pairs, coder: Subwords, job: TranslationJob, training: bool = False) -> PairBatches:
    """A part as the network reads it."""
    read = partial(augment_variants.read, augment_variants.ways(part, coder), coder, reverse=job.network.reverse)
    if training and job.subwords.merge_dropout:
        read = partial(read, merge_dropout=job.subwords.merge_dropout)
    return PairBatches(
        read(),
        job.fit.batch_size,
        shuffle=training,
        unusual=job.network.unusual if training else 0.0,
        word_dropout=job.network.word_dropout if training else 0.0,
        reread=read if training and job.subwords.merge_dropout else None,
        sample=job.fit.sample if training else None,
        seed=job.fit.seed,
    )


def _recipe(version: Artifact) -> dict[str, Any]:
    return cast(dict[str, Any], yaml.safe_load(version.file("recipe.yaml")))


def _section(version: Artifact) -> NetworkSection:
    return NetworkSection.model_validate(_recipe(version)["network"])


def _subwords(version: Artifact) -> Subwords:
    return Subwords.from_json(version.file(translation_predictor.TOKENIZER))
