"""The translation job: fits subwords and the network, learns names, compares with a phrase table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seqserve.object_storage.address import Address
from seqserve.registry import artifact
from seqserve.translation import predictor as translation_predictor
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.copied_names import Names
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.predictor import Translator
from seqserve.translation.subword_tokenizer import UNKNOWN, Subwords, folded
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.translation import evaluate, learning, least_score, onnx_export, sentence_length
from training.translation import metrics as translation_metrics
from training.translation.card import card
from training.translation.config import TranslationJob
from training.translation.corpus import learn_names, learn_phrases, learn_words
from training.translation.corpus.pairs import Pairs, Parts
from training.translation.data import training_data
from training.translation.task import TASK

_ENDING = 0.9
"""A share of sentences with final punctuation above which a network knows hardly any others."""


@dataclass(frozen=True)
class FittedTranslator(Fitted):
    """A fitted network, and its subwords."""

    subwords: Subwords


@dataclass(frozen=True)
class ExportedTranslator(Exported):
    """A translator, and beside it what only the evaluation needs.

    Args:
        precise: the same before its weights were rounded.
        subwords: that it reads and writes.
    """

    precise: Translator
    subwords: Subwords


class TranslationTraining(Job[TranslationJob, Parts, FittedTranslator, ExportedTranslator]):
    """Trains a translator; see `Job` for the stages."""

    task = TASK
    unfitted = frozenset({"name", "search"})

    def __init__(self, config: TranslationJob) -> None:
        self._places = training_data.Places()
        self._apart: dict[str, Parts] = {}
        self._start = artifact.read(config.network.start) if config.network.start else None
        super().__init__(learning.continued(config, self._start) if self._start else config)

    def place(self, models: Path | Address, checkpoints: Path) -> None:
        tree = models if isinstance(models, Path) else self._places.models
        self._places = training_data.Places(models=tree, lessons=checkpoints)

    def load(self) -> Loaded[Parts]:
        parts, source, self._apart = training_data.load(self.config.data, self.config.fit.seed, self._places)
        return Loaded(parts, source, training_data.described(parts), parts.train.report)

    def fit(self, loaded: Loaded[Parts], checkpoint: Path) -> FittedTranslator:
        network, subwords, epochs = learning.fitted(self.config, loaded.data, checkpoint, self._start)
        return FittedTranslator(network, epochs, subwords)

    def export(self, loaded: Loaded[Parts], fitted: FittedTranslator) -> ExportedTranslator:
        network, subwords, train = fitted.network, fitted.subwords, loaded.data.train
        config = configured(self.config, train)
        precise = Seq2Seq(*onnx_export.to_onnx(network))
        onnx_export.quantise(network)
        difference = onnx_export.prove(network, onnx_export.to_onnx(network))
        graphs = onnx_export.to_onnx(network, eight_bits=True)
        onnx_export.prove(network, graphs, onnx_export.ROUNDED_TOLERANCE)
        rounded = Seq2Seq(*graphs)

        def translated(names: Names, sentences: list[str]) -> list[str]:
            return evaluate.translated(Translator(config, subwords, rounded, names), sentences, beam=1)

        names = learn_names.learned(subwords, train, loaded.data.validation, translated)
        phrases = learn_phrases.learned(train)
        lexicon = learn_words.learned(train, loaded.data.validation, config.target)
        files = {
            translation_predictor.ENCODER_PART: onnx_export.without_shared(*graphs),
            translation_predictor.DECODER: graphs[1],
            translation_predictor.TOKENIZER: subwords.to_json(),
            translation_predictor.NAMES: names.to_json(),
            translation_predictor.PHRASES: phrases.to_json(),
            **({translation_predictor.WORDS: lexicon.to_bytes()} if lexicon else {}),
        }
        served = Translator(config, subwords, rounded, names, phrases=phrases, lexicon=lexicon)
        references, seed = loaded.data.validation.references(), self.config.fit.seed
        served.config = sentence_length.stated(served, references, seed)
        config = least_score.stated(served, references, seed)
        return ExportedTranslator(
            Translator(config, subwords, rounded, names, phrases=phrases, lexicon=lexicon),
            files,
            difference,
            precise=Translator(config, subwords, precise, names, phrases=phrases, lexicon=lexicon),
            subwords=subwords,
        )

    def evaluate(self, loaded: Loaded[Parts], exported: ExportedTranslator) -> dict[str, Any]:
        references = loaded.data.validation.references()
        answers = evaluate.translated(exported.predictor, list(references))
        for sample in translation_metrics.samples(references, answers, self.config.fit.seed):
            print(f"sample: {sample.source} -> {sample.answer} (reference: {sample.reference})")
        start = None
        if self._start and learning.shares_languages(self.config, self._start):
            start = Translator.load(self._start)
        return evaluate.compare(exported.predictor, exported.precise, loaded.data, answers, self._apart, start)

    def describe(self, loaded: Loaded[Parts], exported: ExportedTranslator, metrics: dict[str, Any]) -> Description:
        tokens, unknown_share = training_figures(exported.subwords, loaded.data.train)
        return Description(
            card(self.config.network, exported.predictor.config, metrics, self._start),
            queries=[{"text": sample} for sample in samples(exported.subwords)],
            inputs={"tokens": tokens},
            reference={"unknown_share": unknown_share},
        )


JOB = TranslationTraining


def configured(job: TranslationJob, train: Pairs) -> TranslatorConfig:
    """What a translator of this job that learns from this part needs to know."""
    source, target = training_data.languages(job.data)
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


def samples(coder: Subwords) -> list[str]:
    """Three short sentences of subwords that a model knows; those of the data are their owners'."""
    random = np.random.default_rng(0)
    return [coder.decode(random.integers(UNKNOWN + 1, len(coder), size).tolist()) for size in (2, 4, 8)]


def training_figures(subwords: Subwords, train: Pairs) -> tuple[npt.NDArray[np.int64], float]:
    """The tokens of each source of the training part (N,), and the share of unknown ones."""
    encoded = subwords.encode([subwords.hide(folded(sentence)).text for sentence in train.sources])
    tokens = np.array([len(numbers) for numbers in encoded])
    return tokens, sum(numbers.count(UNKNOWN) for numbers in encoded) / max(1, int(tokens.sum()))
