"""The import of a browser translation model: no training, but the stages of a job and a version like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqserve.registry.artifact import Source
from seqserve.translation import predictor as translation_predictor
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.predictor import TranslationQuery, Translator
from seqserve.translation.subword_tokenizer import UNKNOWN, Subwords
from training.core.download import DataError
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.translation import least_score, onnx_export, sentence_length
from training.translation import metrics as translation_metrics
from training.translation.corpus.pairs import Pairs
from training.translation.data import datasets
from training.translation.evaluate import translated
from training.translation.marian import card, graphs, model_file, network, package, prove, vocabulary
from training.translation.marian.config import ImportJob
from training.translation.marian.network import MarianNetwork
from training.translation.marian.package import Package, Wanted
from training.translation.task import IMPORT

_CANDIDATES = 60
_EXAMPLES = 3
_READINGS = ["{}:", '"{}"']
"""Frames in which these networks translate single words best: a label, and what is quoted."""


@dataclass(frozen=True)
class Imported:
    """The files of a model, and pairs to measure it on; none without a table of them."""

    package: Package
    pairs: Pairs


@dataclass(frozen=True)
class ReadTranslator(Fitted):
    """A network that was read and checked.

    Args:
        subwords: of sentences, and of translations if they have others.
    """

    network: MarianNetwork
    subwords: list[Subwords]


@dataclass(frozen=True)
class ExportedTranslator(Exported):
    """A translator, and the same in single precision."""

    precise: Translator
    subwords: Subwords
    network: MarianNetwork


class TranslatorImport(Job[ImportJob, Imported, ReadTranslator, ExportedTranslator]):
    """Imports a translator; see `Job` for the stages."""

    task = IMPORT

    def __init__(self, config: ImportJob) -> None:
        self._package = package.find(Wanted(**config.data.model_dump(include=set(Wanted.__dataclass_fields__))))
        pair = "-".join(self._package.pair)
        # A path tells of its owner's machine.
        name = config.data.package if self._package.url else Path(config.data.package).name
        data = config.data.model_copy(update={"package": name, "pair": pair})
        super().__init__(config.model_copy(update={"name": config.name or pair.lower(), "data": data}))

    def load(self) -> Loaded[Imported]:
        found = self._package
        digest = hashlib.sha256(found.model).hexdigest()
        report = [f"the model file has SHA-256 {digest}"]
        report += [f"a vocabulary has SHA-256 {hashlib.sha256(content).hexdigest()}" for content in found.vocabularies]
        source = Source(name=found.origin, url=found.url, licence=found.licence, sha256=digest)
        pairs, split = Pairs([], []), "Imported and not measured: no table of pairs was given."
        if self.config.data.csv:
            every, text = datasets.own(self.config.data.csv, *found.pair)
            pairs = _drawn(every, self.config.data.most, self.config.fit.seed)
            split = f"Imported, and measured on {len(pairs.sources)} pairs drawn from {text.name}."
        return Loaded(Imported(found, pairs), source, split, report)

    def fit(self, loaded: Loaded[Imported], checkpoint: Path) -> ReadTranslator:
        read = network.network(model_file.read(loaded.data.package.model))
        vocabularies = [vocabulary.read(content) for content in loaded.data.package.vocabularies]
        if len(vocabularies) != (1 if read.shared else 2):
            raise DataError(f"{len(vocabularies)} vocabularies, but the network has {1 if read.shared else 2}")
        for side, pieces in zip(("encoder", "decoder"), (vocabularies[0], vocabularies[-1]), strict=True):
            known = read.embeddings(side).whole.shape[0]
            if len(pieces.pieces) != known:
                raise DataError(f"a vocabulary of {len(pieces.pieces)} pieces, but the {side} has {known} embeddings")
        return ReadTranslator(read, 0, list(map(vocabulary.subwords, vocabularies)))

    def export(self, loaded: Loaded[Imported], fitted: ReadTranslator) -> ExportedTranslator:
        served = graphs.to_onnx(fitted.network)
        difference = prove.prove(fitted.network, served, self.config.fit.seed)
        source, target = loaded.data.package.pair
        search = self.config.search
        config = TranslatorConfig(
            source=source,
            target=target,
            codes=True,
            readings=_READINGS,
            max_beam=max(10, search.beam),
            **search.model_dump(),
        )
        files = {
            translation_predictor.DECODER: served[1],
            translation_predictor.TOKENIZER: fitted.subwords[0].to_json(),
            **card.notices(loaded.data.package),
        }
        if fitted.network.shared:
            files[translation_predictor.ENCODER_PART] = onnx_export.without_shared(*served)
        else:
            files[translation_predictor.ENCODER] = served[0]
            files[translation_predictor.TARGET_TOKENIZER] = fitted.subwords[1].to_json()

        def translator(config: TranslatorConfig, served: tuple[bytes, bytes]) -> Translator:
            return Translator(config, fitted.subwords[0], Seq2Seq(*served), written=fitted.subwords[-1])

        references = loaded.data.pairs.references()
        seed = self.config.fit.seed
        config = sentence_length.stated(translator(config, served), references, seed)
        config = least_score.stated(translator(config, served), references, seed)
        precise = translator(config, graphs.to_onnx(fitted.network, eight_bits=False))
        predictor = translator(config, served)
        return ExportedTranslator(predictor, files, difference, precise, fitted.subwords[0], fitted.network)

    def evaluate(self, loaded: Loaded[Imported], exported: ExportedTranslator) -> dict[str, Any]:
        references = loaded.data.pairs.references()
        if not references:
            return {"test": {}, "baselines": {}}
        sources = list(references)

        def scores(answers: Sequence[str]) -> dict[str, float]:
            return translation_metrics.held_out(references, answers)

        served = scores(translated(exported.predictor, sources))
        return {
            "test": served,
            "baselines": {"copying the source": scores(sources)},
            "signatures": translation_metrics.signatures(references),
            "decoding": {"greedy" if self.config.search.beam == 1 else f"beam {self.config.search.beam}": served}
            | {"beam 4": scores(translated(exported.predictor, sources, beam=4))},
            "precision": {"float": scores(translated(exported.precise, sources)), "8 bits": served},
        }

    def describe(self, loaded: Loaded[Imported], exported: ExportedTranslator, metrics: dict[str, Any]) -> Description:
        return Description(
            card.card(loaded.data.package, exported.network, exported.predictor.config, metrics),
            queries=[{"text": text} for text in _samples(exported.subwords, exported.predictor)],
            inputs={},
            licence=loaded.source.licence,
        )


JOB = TranslatorImport


def _drawn(pairs: Pairs, most: int, seed: int) -> Pairs:
    """So many pairs at most, drawn and not picked."""
    count = len(pairs.sources)
    rows = sorted(np.random.default_rng(seed).choice(count, min(count, most), replace=False))
    return Pairs([pairs.sources[row] for row in rows], [pairs.targets[row] for row in rows], pairs.report)


def _samples(coder: Subwords, predictor: Translator) -> list[str]:
    """Golden examples: of short texts of subwords drawn at random, those that the network is surest of.

    Another processor rounds otherwise, and may choose otherwise between translations that are as likely.
    """
    random = np.random.default_rng(0)
    sizes = random.integers(2, 7, _CANDIDATES)
    texts = [coder.decode(random.integers(UNKNOWN + 1, len(coder), size).tolist()).strip() for size in sizes]
    answers = zip(texts, predictor.predict([TranslationQuery(text) for text in texts]), strict=True)
    rated = [(answer.score, text) for text, answer in answers if not isinstance(answer, Exception)]
    return [text for score, text in sorted(rated, reverse=True) if score < 0][:_EXAMPLES]
