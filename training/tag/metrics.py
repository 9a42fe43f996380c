"""The scores of taggers: entities by seqeval, and how true their probabilities are."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from seqeval.metrics import classification_report, f1_score, precision_score, recall_score
from seqeval.scheme import IOB2

from seqserve.tag.predictor import Tagger, TagQuery
from training.tag.documents import Document, Entity, tags

_BINS = 10

Tags = Sequence[Sequence[str]]
"""BIO tags of the words of each text."""


def scores(actual: Tags, found: Tags) -> dict[str, float]:
    """Precision, recall and F1 over all entities, each of which is right if its words and its label are.

    Reference:
        https://github.com/chakki-works/seqeval, strict mode, scheme IOB2
    """
    strict = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
    actual, found = list(map(list, actual)), list(map(list, found))
    return {
        "f1": float(f1_score(actual, found, **strict)),
        "precision": float(precision_score(actual, found, **strict)),
        "recall": float(recall_score(actual, found, **strict)),
    }


def by_label(actual: Tags, found: Tags) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and the number of entities of each label."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a label that is never found has no precision
        report = classification_report(
            list(map(list, actual)),
            list(map(list, found)),
            mode="strict",
            scheme=IOB2,
            output_dict=True,
            zero_division=0,
        )
    names = {"f1-score": "f1", "precision": "precision", "recall": "recall", "support": "entities"}
    return {
        label: {names[name]: float(value) for name, value in row.items()}
        for label, row in report.items()
        if not label.endswith(" avg")
    }


def predicted(tagger: Tagger, documents: Sequence[Document]) -> list[tuple[tuple[Entity, ...], list[float]]]:
    """The entities that a tagger finds in each text, and their scores."""
    queries = [tagger.prepare(TagQuery(document.text)) for document in documents]
    answers = [tagger.finish(query, raw) for query, raw in zip(queries, tagger.infer(queries), strict=True)]
    return [
        (
            tuple(Entity(one["start"], one["end"], one["label"]) for one in answer.entities),
            [one["score"] for one in answer.entities],
        )
        for answer in answers
    ]


def found_tags(documents: Sequence[Document], entities: Sequence[tuple[Entity, ...]]) -> list[list[str]]:
    """The tags of texts, had they these entities."""
    return [tags(Document(document.text, found)) for document, found in zip(documents, entities, strict=True)]


def calibration_error(right: Sequence[bool], probabilities: Sequence[float]) -> float:
    """How far probabilities are from the share that is right, on average over ten equal bins.

    Reference:
        Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    if not right:
        return 0.0
    told, was = np.array(probabilities), np.array(right, dtype=np.float64)
    bins = np.minimum((told * _BINS).astype(int), _BINS - 1)
    gaps = [abs(told[bins == number].sum() - was[bins == number].sum()) for number in range(_BINS)]
    return float(sum(gaps) / len(told))


def rights(
    documents: Sequence[Document], answers: Sequence[tuple[tuple[Entity, ...], list[float]]]
) -> tuple[list[bool], list[float]]:
    """Of all entities that were found, whether each is right, and its score."""
    right, told = [], []
    for document, (entities, probabilities) in zip(documents, answers, strict=True):
        actual = set(document.entities)
        right += [entity in actual for entity in entities]
        told += probabilities
    return right, told


Row = Mapping[str, float]
