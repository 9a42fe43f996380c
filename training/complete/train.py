"""The job that learns to complete texts: subwords, a language model, and n-gram models beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seqserve.complete import subwords
from seqserve.complete.config import CompleterConfig
from seqserve.complete.language_model import MODEL, LanguageModel
from seqserve.complete.ngrams import FILE as NGRAMS
from seqserve.complete.ngrams import Ngrams
from seqserve.complete.predictor import TOKENIZER, Completer
from seqserve.complete.subwords import END, SPACE, Subwords
from training.complete import baselines, datasets, documents, keystrokes, mixing, network, onnx_export
from training.complete.card import card
from training.complete.config import CompleteJob
from training.complete.documents import Documents, Parts
from training.complete.kneser_ney import KneserNey
from training.complete.metrics import scores
from training.complete.stream import Stream
from training.complete.task import TASK
from training.core import fitting
from training.core.download import DataError
from training.core.job import Description, Exported, Fitted, Job, Loaded

_ROWS = 256
"""Texts that are measured together."""
_MIXED = 2_000
"""Texts of the validation part that decide the network's share, at most."""


@dataclass(frozen=True)
class FittedModel(Fitted):
    """A fitted language model, and the subwords that it reads."""

    subwords: Subwords


@dataclass(frozen=True)
class ExportedModel(Exported):
    """What is served."""

    predictor: Completer


class CompleteTraining(Job[CompleteJob, Parts, FittedModel, ExportedModel]):
    """Trains a language model; see `Job` for the stages."""

    task = TASK
    unfitted = frozenset({"name", "measure", "polish", "mix"})

    def load(self) -> Loaded[Parts]:
        section = self.config.data
        found = self._documents()
        parts = documents.split(found.texts, section.validation, section.test, self.config.fit.seed)
        names = ", ".join(f"{name} {len(part):,}" for name, part in parts._asdict().items())
        return Loaded(parts, found.source, f"Split by document at random: {names} documents.", found.report)

    def _documents(self) -> Documents:
        section = self.config.data
        if section.files:
            return documents.of_files(section.files, section.documents)
        if section.csv:
            return documents.of_column(section.csv, section.text)
        if section.dataset:
            return datasets.named(section.dataset)
        raise DataError("nothing to learn from: give --dataset, --files or --csv")

    def fit(self, loaded: Loaded[Parts], checkpoint: Path) -> FittedModel:
        how, section, data = self.config.fit, self.config.network, loaded.data
        found = Subwords(subwords.fit(data.train, self.config.tokens.vocabulary))
        tokens = [found.encode(part) for part in (data.train, data.validation)]
        samples = section.samples if section.samples < len(found) else 0
        # A short stream has fewer rows, or an epoch would be a step or two.
        rows = max(1, min(how.batch_size, sum(map(len, tokens[0])) // (8 * section.steps)))
        train, validation = (
            Stream(part, rows, section.steps, len(found), samples, shuffle=shuffle, seed=how.seed)
            for part, shuffle in zip(tokens, (True, False), strict=True)
        )
        model = network.language_model(
            len(found),
            section.dimension,
            section.units,
            rows,
            section.steps,
            dropout=section.dropout,
            precision=section.precision,
        )
        # Compiled as one (XLA) its steps take longer.
        learner = network.learner(model, samples)
        learner.compile(fitting.adam(how, len(train), clipnorm=1.0), network.mean, jit_compile=False)
        epochs = len(fitting.fit(learner, train, validation, how, checkpoint, shuffle=False))
        polish = self.config.polish
        if polish.polish_documents:
            order = np.random.default_rng(how.seed).permutation(len(tokens[0]))[: polish.polish_documents]
            some = [tokens[0][index] for index in order]
            train = Stream(some, rows, section.steps, len(found), samples, shuffle=True, seed=how.seed)
            once = how.model_copy(update={"epochs": 1, "learning_rate": polish.polish_rate, "decay": True})
            learner.compile(fitting.adam(once, len(train), clipnorm=1.0), network.mean, jit_compile=False)
            again = checkpoint.with_name(f"{checkpoint.name}-{polish.polish_documents}-{polish.polish_rate}")
            fitting.fit(learner, train, validation, once, again, shuffle=False)
        return FittedModel(model, epochs, found)

    def export(self, loaded: Loaded[Parts], fitted: FittedModel) -> ExportedModel:
        onnx_export.round_weights(fitted.network)
        model = onnx_export.to_onnx(fitted.network)
        difference = onnx_export.prove(fitted.network, model)
        section, files = self.config.network, {MODEL: model, TOKENIZER: fitted.subwords.to_json()}
        ngrams, share = self._ngrams(loaded.data, fitted.subwords, LanguageModel(model))
        if ngrams is not None:
            files[NGRAMS] = ngrams.to_bytes()
        config = CompleterConfig(
            units=section.units, max_tokens=section.max_tokens, share=share, languages=self.config.data.languages
        )
        predictor = Completer(config, fitted.subwords, LanguageModel(model, 1, ngrams, share))
        return ExportedModel(predictor, files, difference)

    def _ngrams(self, data: Parts, found: Subwords, model: LanguageModel) -> tuple[Ngrams | None, float]:
        """The n-grams beside the network, if any, and the network's share, which the validation part decides."""
        mix = self.config.mix
        if mix.mix_order < 2:
            return None, 1.0
        train, validation = (found.encode(part) for part in (data.train, _some(data.validation, _MIXED)))
        ngrams = KneserNey(train, len(found), mix.mix_order).pruned(mix.mix_fewest)
        own = _nats(model, validation)
        share, nats = mixing.best_share(own, mixing.ngram_nats(ngrams, validation))
        alone = float(np.concatenate(own).mean())
        print(
            f"validation: {alone:.3f} nats a subword alone, {nats:.3f} with n-grams; the network's share is {share:.2f}"
        )
        return (ngrams, share) if nats < alone else (None, 1.0)

    def evaluate(self, loaded: Loaded[Parts], exported: ExportedModel) -> dict[str, Any]:
        data, predictor = loaded.data, exported.predictor
        train, test = (predictor.subwords.encode(part) for part in (data.train, data.test))
        return {
            "test": scores(data.test, _nats(predictor.model, test)),
            "baselines": baselines.compared(train, test, data.test, len(predictor.subwords)),
            "keystrokes": self._keystrokes(data, predictor),
        }

    def _keystrokes(self, data: Parts, predictor: Completer) -> dict[str, Any]:
        texts = _some(data.test, self.config.measure.keystroke_texts)
        if not texts:
            return {}
        suggest = {
            "one suggestion": keystrokes.of_predictor(predictor, 1),
            "three suggestions": keystrokes.of_predictor(predictor, 3),
            "three of the most frequent words": keystrokes.of_frequencies(data.train, 3),
        }
        return {"texts": len(texts), "saved": {name: keystrokes.saved(texts, by) for name, by in suggest.items()}}

    def describe(self, loaded: Loaded[Parts], exported: ExportedModel, metrics: dict[str, Any]) -> Description:
        predictor = exported.predictor
        # A text is asked about again and again while it is typed, so that all its beginnings are what comes in.
        tokens = np.concatenate([np.arange(len(text) + 1) for text in predictor.subwords.encode(loaded.data.train)])
        return Description(
            card(self.config, predictor.config, metrics, len(predictor.subwords)),
            queries=samples(predictor),
            inputs={"tokens": tokens},
            reference={"unknown_share": 0.0},
        )


JOB = CompleteTraining


def _some(texts: list[str], most: int) -> list[str]:
    """Texts from everywhere in a part, at most so many: those of a data set stand together."""
    return texts[:: max(1, len(texts) // max(1, most))][:most]


def _nats(model: LanguageModel, texts: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float64]]:
    """Nats of every subword of texts, and of their ends (T + 1,) each."""
    ended = [np.array([END, *tokens, END], dtype=np.int32) for tokens in texts]
    parts = [model.surprisal(ended[begin : begin + _ROWS]) for begin in range(0, len(ended), _ROWS)]
    return [nats for part in parts for nats in part]


def samples(predictor: Completer) -> list[dict[str, Any]]:
    """Golden queries of words of the vocabulary; the texts of the data are their owners'."""
    words = [
        spelling[1:] for spelling in predictor.subwords.spellings if spelling[:1] == SPACE and spelling[1:].isalpha()
    ]
    chosen = np.random.default_rng(0).choice(sorted(words) or ["a"], size=(3, 4)).tolist()
    texts = [" ".join(row) for row in chosen]
    return [
        {"text": f"{texts[0]} "},
        {"text": texts[1][:-1]},
        {"text": texts[2], "mode": "continue", "most_tokens": 8},
    ]
