"""The tagging job: fits a network with a conditional random field, calibrates it and compares it with two baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from seqserve.tag import vocabulary as vocabularies
from seqserve.tag import words
from seqserve.tag.config import TaggerConfig
from seqserve.tag.decoding import tags_of
from seqserve.tag.predictor import MODEL, VOCABULARY, Tagger, TagNetwork
from seqserve.tag.vocabulary import Vocabulary
from training.core import fitting
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.tag import baselines, calibration, datasets, metrics, onnx_export, vectors
from training.tag import network as networks
from training.tag.augmentation import Augmentation, Shares, Tagged, tagged
from training.tag.batches import Row, TagBatches
from training.tag.card import card
from training.tag.config import TagJob
from training.tag.datasets import Data
from training.tag.documents import Document
from training.tag.names import lists, origins
from training.tag.task import TASK

_CLIP = 5.0
"""The largest norm of a gradient: a rare long text must not undo an epoch."""
_TAGGED = 2
"""How often a word of a tagged text counts in the vocabulary, and one of the other texts once."""
_MASKED = ("email", "phone", "url")


@dataclass(frozen=True)
class FittedTagger(Fitted):
    """A fitted network, what it knows of words, and the weights of its conditional random field."""

    vocabulary: Vocabulary
    transitions: dict[str, list[Any]]


class TagTraining(Job[TagJob, Data, FittedTagger, Exported]):
    """Trains a tagger; see `Job` for the stages."""

    task = TASK

    def load(self) -> Loaded[Data]:
        data = datasets.load(self.config.data, self.config.fit.seed)
        return Loaded(data, data.source, data.described, data.report)

    def fit(self, loaded: Loaded[Data], checkpoint: Path) -> FittedTagger:
        job, data = self.config, loaded.data
        tags = tags_of(data.labels)
        texts = list(map(tagged, data.parts.train))
        augmentation = self._augmentation(texts)
        # A renewed epoch too, so that names that are drawn often are known.
        seen = [text.words for text in [*texts, *augmentation.renewed()]]
        more = [[word.text for word in words.split(text)] for text in data.texts] if job.network.vectors else []
        vocabulary = vocabularies.fit([*seen * _TAGGED, *more], job.network.vocabulary, _TAGGED * job.network.fewest)
        network = self._network(vocabulary, len(tags))
        if job.network.vectors:
            start = vectors.fit(
                [*(text.words for text in texts), *more], vocabulary, job.network.dimension, job.fit.seed
            )
            network.get_layer("words").set_weights([start])
        lossy = networks.with_loss(network, tags)

        def rows(lines: Sequence[Tagged]) -> list[Row]:
            return [row for line in lines for row in encoded(line, vocabulary, tags, job.network.max_words)]

        train = TagBatches(
            rows(texts),
            job.fit.batch_size,
            shuffle=True,
            renewed=lambda: rows(augmentation.renewed()),
            word_dropout=job.network.word_dropout,
            seed=job.fit.seed,
        )
        validation = TagBatches(rows(list(map(tagged, data.parts.validation))), job.fit.batch_size)
        lossy.compile(fitting.adam(job.fit, len(train), _CLIP), loss=lambda _, loss: keras.ops.mean(loss))
        history = fitting.fit(lossy, train, validation, job.fit, checkpoint)
        return FittedTagger(network, len(history), vocabulary, _transitions(lossy))

    def _network(self, vocabulary: Vocabulary, tags: int) -> keras.Model:
        section = self.config.network
        return networks.tagger(
            section.cell,
            section.units,
            len(vocabulary.words) + 2,
            len(vocabulary.characters) + 2,
            tags,
            dimension=section.dimension,
            character_dimension=section.character_dimension,
            filters=section.filters,
            dropout=section.dropout,
        )

    def export(self, loaded: Loaded[Data], fitted: FittedTagger) -> Exported:
        job, data = self.config, loaded.data
        onnx_export.quantise(fitted.network)
        config = TaggerConfig(
            labels=data.labels, languages=job.data.languages, max_words=job.network.max_words, **fitted.transitions
        )
        model = onnx_export.to_onnx(fitted.network)
        difference = onnx_export.prove(fitted.network, model)
        network = TagNetwork(model)
        temperature = calibration.temperature(config, fitted.vocabulary, network, data.parts.validation)
        tagger = Tagger(config.model_copy(update={"temperature": temperature}), fitted.vocabulary, network)
        files = {
            MODEL: model,
            VOCABULARY: fitted.vocabulary.to_json(),
            "weights.keras": fitting.saved(fitted.network),
        }
        return Exported(tagger, files, difference)

    def evaluate(self, loaded: Loaded[Data], exported: Exported) -> dict[str, Any]:
        data, tagger = loaded.data, exported.predictor
        texts = list(map(tagged, data.parts.train))
        others: dict[str, Any] = {baselines.GAZETTEER: baselines.Gazetteer(texts)}
        if baselines.is_installed():
            others[baselines.CRF] = baselines.LinearCrf(texts)
        else:
            print("python-crfsuite is not installed: no linear CRF to compare with; pip install seqserve[tagging]")

        def compared(documents: Sequence[Document]) -> dict[str, Any]:
            lines = list(map(tagged, documents))
            actual = [line.tags for line in lines]
            answers = metrics.predicted(tagger, documents)
            found = metrics.found_tags(documents, [entities for entities, _ in answers])
            return {
                "test": metrics.scores(actual, found),
                "baselines": {
                    name: metrics.scores(actual, [other.tags(line.words) for line in lines])
                    for name, other in others.items()
                },
                "by_label": metrics.by_label(actual, found),
                "calibration_error": metrics.calibration_error(*metrics.rights(documents, answers)),
            }

        found = compared(data.parts.test)
        found["published"] = {name: compared(documents) for name, documents in data.published.items()}
        if self.config.augment.person in data.labels and self.config.augment.named:
            found["origins"] = origins.recall(tagger, self.config.augment.person)
        return found

    def describe(self, loaded: Loaded[Data], exported: Exported, found: dict[str, Any]) -> Description:
        data, tagger = loaded.data, exported.predictor
        prepared = [words.split(document.text) for document in data.parts.train]
        unknown = [tagger.vocabulary.encode([word.text for word in one]).words == 1 for one in prepared if one]
        entities = [entity.label for document in data.parts.train for entity in document.entities]
        queries: list[dict[str, Any]] = [{"text": document.text} for document in data.parts.test[:_EXAMPLES]]
        queries.append({"text": f"{_EXAMPLE}", "mask": [*data.labels, *_MASKED], "utf16": True})
        return Description(
            card(self.config.network, tagger.config, found),
            queries=queries,
            inputs={"tokens": np.array([len(one) for one in prepared if one])},
            reference={
                "unknown_share": float(np.mean(np.concatenate(unknown))),
                "label_shares": {label: entities.count(label) / len(entities) for label in data.labels},
            },
        )

    def _augmentation(self, texts: Sequence[Tagged]) -> Augmentation:
        section = self.config.augment
        drawn = []
        if section.named:
            drawn = list(lists.learned().values())
            if section.census:
                copies = max(1, round(section.census / (1 - section.census) * len(drawn)))
                drawn += [lists.census()] * copies
        shares = Shares(section.swapped, section.named, section.lower, section.upper)
        return Augmentation(texts, shares, section.person, drawn, self.config.fit.seed)


_EXAMPLES = 4
_EXAMPLE = "😂 Ann Lee of Acme in Paris: ann.lee@example.org, +44 20 7946 0958, https://example.org/ann"


def encoded(text: Tagged, vocabulary: Vocabulary, tags: Sequence[str], most: int) -> list[Row]:
    """A text as the network reads it; a longer one in parts, of which none begins within an entity."""
    rows, first = [], 0
    numbers = {tag: number for number, tag in enumerate(tags)}
    while first < len(text.words):
        last = min(len(text.words), first + most)
        while last < len(text.words) and last > first + 1 and text.tags[last].startswith("I-"):
            last -= 1
        features = vocabulary.encode(text.words[first:last])
        rows.append(Row(features, np.array([numbers[tag] for tag in text.tags[first:last]], dtype=np.int32)))
        first = last
    return rows


def _transitions(lossy: keras.Model) -> dict[str, list[Any]]:
    """The scores of the conditional random field, as a version's configuration has them."""
    field = lossy.get_layer("loss")
    scores = {"start": field.start, "transitions": field.transitions, "end": field.end}
    return {name: np.asarray(weight).tolist() for name, weight in scores.items()}


JOB = TagTraining
