"""The translation job: load, split, fit subwords, fit, export, compare with the baselines, publish."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import yaml

from seqserve.core.drift_reference import REFERENCE
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact, Source
from seqserve.translation import predictor as translation_predictor
from seqserve.translation import subword_tokenizer
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.copied_names import Names
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.predictor import Translator
from seqserve.translation.subword_tokenizer import UNKNOWN, Subwords, folded
from training.core import fitting, model_card, publish
from training.core.batches import PairBatches
from training.core.download import DataError
from training.core.publish import as_json
from training.translation import augment_dates, augment_variants, datasets, evaluate, learn_names, onnx_export
from training.translation import metrics as translation_metrics
from training.translation import network as translation_network
from training.translation.config import DataSection, NetworkSection, TranslationJob
from training.translation.corpus_cleaning import Rules
from training.translation.datasets import Pairs, Parts

TASK = "translation"
_ENDING = 0.9
"""A share of sentences with a mark at their end above which a network knows hardly any others."""


def run(job: TranslationJob, models: Path, checkpoints: Path) -> Artifact:
    """Train a translator and publish it as the next version of its model.

    Args:
        models: the `models/` tree.
        checkpoints: the folder in which an interrupted fit is taken up again.

    Raises:
        DataError, ValueError: the data cannot be had, or is too little.
    """
    keras.utils.set_random_seed(job.fit.seed)
    start = artifact.read(job.network.start) if job.network.start else None
    if start:
        job = continued(job, start)
    parts, source = load(job.data, job.fit.seed)
    config = configured(job, parts.train)
    print("\n".join([*(f"data: {line}" for line in parts.train.report), described(parts)]))
    checkpoint = fitting.checkpoint_name(job.model_dump_json(exclude={"name", "search"}), source.sha256)
    network, coder, epochs = fitted(job, parts, checkpoints / checkpoint, start)
    published = release(network, coder, config, parts, source, job, epochs, models)
    fitting.forget(checkpoints, checkpoint)
    return published


def configured(job: TranslationJob, train: Pairs) -> TranslatorConfig:
    """What a translator of this job that learns from this part needs to know."""
    source, target = languages(job.data)
    ending = np.mean([not sentence[-1].isalnum() for sentence in train.sources]) > _ENDING
    return TranslatorConfig(
        source=source,
        target=target,
        reversed=job.network.reverse,
        lowercase=job.data.lowercase,
        ending=bool(ending),
        beam=job.search.beam,
        max_beam=max(10, job.search.beam),
        length_penalty=job.search.length_penalty,
        max_tokens=job.network.max_tokens,
    )


def release(
    network: keras.Model,
    coder: Subwords,
    config: TranslatorConfig,
    parts: Parts,
    source: Source,
    job: TranslationJob,
    epochs: int,
    models: Path,
) -> Artifact:
    """Export and measure a fitted network, and publish it."""
    precise = Seq2Seq(*onnx_export.to_onnx(network))
    onnx_export.quantise(network)
    graphs = onnx_export.to_onnx(network)
    difference = onnx_export.prove(network, graphs)
    rounded = Seq2Seq(*graphs)

    def tried(names: Names, sentences: list[str]) -> list[str]:
        return evaluate.translated(Translator(config, coder, rounded, names), sentences, beam=1)

    names = learn_names.learned(coder, parts.train, tried)
    predictor = Translator(config, coder, rounded, names)
    references = parts.validation.references()
    answers = evaluate.translated(predictor, list(references))
    for sample in translation_metrics.samples(references, answers, job.fit.seed):
        print(f"sample: {sample.source} -> {sample.answer} (reference: {sample.reference})")
    metrics = evaluate.compare(predictor, Translator(config, coder, precise, names), parts, answers) | {
        "split": described(parts),
        "seed": job.fit.seed,
        "epochs": epochs,
        "export_difference": difference,
    }
    card = model_card.translator_card(job.name, _network(job), config, source, parts.train.report, metrics)
    files = {
        artifact.CONFIG: config.model_dump_json(indent=1).encode(),
        artifact.METRICS: as_json(metrics),
        artifact.EXAMPLES: as_json([golden(predictor, sample) for sample in samples(coder)]),
        artifact.CARD: card.encode(),
        translation_predictor.ENCODER_PART: onnx_export.without_shared(*graphs),
        translation_predictor.DECODER: graphs[1],
        translation_predictor.TOKENIZER: coder.to_json(),
        translation_predictor.NAMES: names.to_json(),
        REFERENCE: as_json(reference(coder, parts.train)),
    }
    return publish.publish(models, TASK, job, source, files)


def continued(job: TranslationJob, start: Artifact) -> TranslationJob:
    """A job that learns on from a version: with its layers.

    Raises:
        DataError: it translates other languages, or other letters.
    """
    config = TranslatorConfig.model_validate_json(start.file(artifact.CONFIG))
    known = config.source, config.target, config.lowercase
    if known != (*languages(job.data), job.data.lowercase):
        small = ", small letters only" if config.lowercase else ""
        raise DataError(f"{start} translates {config.source} to {config.target}{small}; start from another, or anew")
    layers = _section(start).model_dump(include={"cell", "dimension", "encoder", "decoder", "attention", "reverse"})
    return job.model_copy(update={"network": job.network.model_copy(update=layers)})


def fitted(
    job: TranslationJob, parts: Parts, checkpoint: Path, start: Artifact | None = None
) -> tuple[keras.Model, Subwords, int]:
    """A network that learned from the training part, its subwords, and the epochs it took.

    Args:
        start: the version that it learns on from.
    """
    train = parts.train
    if start:
        coder = _subwords(start)
    else:
        sentences = [folded(sentence) for sentence in train.sources + train.targets]
        coder = Subwords(subword_tokenizer.fit(sentences, job.subwords.vocabulary))
    network = build(job.network, len(coder), job.network.precision)
    if start:
        network.set_weights(network_of(start).get_weights())
    learned = batches(train, coder, job, training=True)
    network.compile(
        fitting.adam(job.fit, len(learned), clipnorm=1.0), translation_network.smoothed(job.network.smoothing)
    )
    history = fitting.fit(network, learned, batches(parts.validation, coder, job), job.fit, checkpoint)
    served = build(job.network, len(coder))
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
    languages(data)
    if data.dataset is not None:
        parts, source = datasets.named(data.dataset, data.validation, data.test, seed)
    else:
        rules = Rules(longest=data.longest)
        if data.csv is not None:
            found, source = datasets.own(data.csv, *languages(data), rules)
        else:
            assert data.source_file is not None
            assert data.target_file is not None
            found, source = datasets.own_files(data.source_file, data.target_file, rules)
        parts = datasets.split(found, data.validation, data.test, seed)
    if data.calendar:
        parts = augment_dates.with_rare_names(parts, *languages(data), seed)
    return (Parts(*map(_lowered, parts)) if data.lowercase else parts), source


def languages(data: DataSection) -> tuple[str, str]:
    """The codes of the languages that are read and written; a named data set says them in its name.

    Raises:
        DataError: they are said twice, or not at all.
    """
    if data.dataset is not None:
        if data.source or data.target:
            raise DataError(f"{data.dataset} says which languages it has; leave out --source and --target")
        *_, source, target = data.dataset.split("-")
        return source, target
    if not data.source or not data.target:
        raise DataError("name the languages: --source and --target, codes such as en, in a table also its columns")
    return data.source, data.target


def described(parts: Parts) -> str:
    """The split in words."""
    sizes = ", ".join(
        f"{name} {len(part.sources)} pairs of {len(set(part.sources))} sentences"
        for name, part in zip(("training", "validation", "test"), parts, strict=True)
    )
    return f"Split so that no sentence, source or target, is in two parts: {sizes}."


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
        anew=read if training and job.subwords.merge_dropout else None,
        seed=job.fit.seed,
    )


def samples(coder: Subwords) -> list[str]:
    """Three short sentences of subwords that a model knows; those of the data are their owners'."""
    random = np.random.default_rng(0)
    return [coder.decode(random.integers(UNKNOWN + 1, len(coder), size).tolist()) for size in (2, 4, 8)]


def golden(predictor: Translator, sample: str) -> dict[str, Any]:
    """An example that a version must answer alike wherever it serves."""
    query = {"text": sample}
    return {"input": query, "output": predictor.replay(query)}


def reference(coder: Subwords, train: Pairs) -> dict[str, Any]:
    """The training part in figures, to see drift against."""
    encoded = coder.encode([coder.hide(folded(sentence)).text for sentence in train.sources])
    tokens = np.array([len(numbers) for numbers in encoded])
    return {
        "deciles": {"tokens": np.quantile(tokens, np.linspace(0, 1, 11)).tolist()},
        "unknown_share": sum(numbers.count(UNKNOWN) for numbers in encoded) / max(1, int(tokens.sum())),
    }


def _section(version: Artifact) -> NetworkSection:
    return NetworkSection.model_validate(yaml.safe_load(version.file("recipe.yaml"))["network"])


def _subwords(version: Artifact) -> Subwords:
    return Subwords.from_json(version.file(translation_predictor.TOKENIZER))


def _network(job: TranslationJob) -> str:
    section = job.network
    cell = section.cell.upper()
    encoder = ", ".join(f"bidirectional {cell}({units})" for units in section.encoder)
    attention = "attention, " if section.attention else ""
    return f"embedding of {section.dimension} both ways, {encoder}, {attention}two layers of {cell}({section.decoder})"


def _lowered(part: Pairs) -> Pairs:
    return Pairs([text.lower() for text in part.sources], [text.lower() for text in part.targets], part.report)
