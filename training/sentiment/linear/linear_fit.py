"""Fits the linear model that is served: logistic regression on TF-IDF of n-grams of words and of characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack
from sklearn.linear_model import LogisticRegression

from seqserve.sentiment.linear_model import LinearModel, Ngrams, character_ngrams, word_ngrams
from training.sentiment import calibration
from training.sentiment.metrics import Rows

_TRUSTS = (3.0, 10.0, 30.0)
"""Inverse regularisations; cross-validation chooses one."""
_FOLDS, _FOLDS_OF_MANY = 5, 3
_MANY = 1000
"""From so many texts on, three folds tell enough, and an n-gram of a single text has no weight."""
_MOST = 100_000
"""N-grams of a kind that have one, at most: the most frequent."""
_NEVER = 20.0
"""The output of a label that no text has, below 0."""

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Args:
        trust: the inverse of its regularisation.
        unseen: (N, C), unscaled outputs for each text of models that did not see it: those of the folds.
    """

    model: LinearModel
    trust: float
    unseen: Rows


def fit(texts: Sequence[str], targets: Rows, seed: int, *, several: bool = False, weights: Rows | None = None) -> Fit:
    """Fit a model; cross-validation chooses its regularisation.

    Args:
        targets: (N, C), 1 for the labels that a text has.
        several: whether a text may have several labels, or none: each has a model of its own.
        weights: of the texts (N,).
    """
    kinds = [_Kind(texts, word_ngrams), _Kind(texts, character_ngrams)]
    found = {trust: np.empty(targets.shape) for trust in _TRUSTS}
    for held in folds(targets, seed):
        spaces = [kind.space(~held) for kind in kinds]
        rest, features = (_features(kinds, spaces, chosen) for chosen in (~held, held))
        for trust, outputs in found.items():
            some = None if weights is None else weights[~held]
            kernel, bias = _logistic(rest, targets[~held], trust, several, some)
            outputs[held] = features @ kernel + bias
    best = min(found, key=lambda trust: calibration.unseen_loss(targets, found[trust], several))
    every = np.ones(len(texts), dtype=np.bool_)
    spaces = [kind.space(every) for kind in kinds]
    kernel, bias = _logistic(_features(kinds, spaces, every), targets, best, several, weights)
    ends = np.cumsum([0, *(len(space.numbers) for space in spaces)])
    words, characters = (
        Ngrams(kind.named(space), space.idf, kernel[first:last])
        for kind, space, first, last in zip(kinds, spaces, ends[:-1], ends[1:], strict=True)
    )
    return Fit(LinearModel(words, characters, bias), best, found[best])


def outputs(model: LinearModel, texts: Sequence[str]) -> Rows:
    """What a model answers to texts, (N, C), unscaled."""
    return np.array([model.outputs(text) for text in texts]).reshape(len(texts), len(model.bias))


def folds(targets: Rows, seed: int) -> list[Mask]:
    """Which texts (N,) each fold holds out; the texts of a label are dealt out evenly."""
    random = np.random.default_rng(seed)
    count = _FOLDS_OF_MANY if len(targets) >= _MANY else _FOLDS
    number, dealt = np.empty(len(targets), dtype=np.intp), 0
    _, kinds = np.unique(targets, axis=0, return_inverse=True)
    for kind in range(kinds.max() + 1):
        mine = random.permutation(np.flatnonzero(kinds == kind))
        number[mine] = (dealt + np.arange(len(mine))) % count
        dealt += len(mine)
    return [number == fold for fold in range(count)]


class _Space(NamedTuple):
    """The n-grams that get a weight, the most frequent ones first, and how much rarer than others they are.

    Args:
        numbers: (F,), of the n-grams; idf: (F,).
    """

    numbers: Numbers
    idf: npt.NDArray[np.float32]


class _Kind:
    """The n-grams of one kind in texts, as numbers: there are too many to keep them as strings.

    Args:
        texts: N of them.
        ngrams: the distinct n-grams of a text.
    """

    def __init__(self, texts: Sequence[str], ngrams: Callable[[str], set[str]]) -> None:
        numbers: dict[str, int] = {}
        rows = [
            np.array([numbers.setdefault(ngram, len(numbers)) for ngram in ngrams(text)], dtype=np.int32)
            for text in texts
        ]
        self.names = sorted(numbers)  # sets have another order in every process
        place = np.empty(len(numbers), dtype=np.int32)
        place[[numbers[name] for name in self.names]] = np.arange(len(numbers))
        self.rows = [np.sort(place[row]) for row in rows]

    def space(self, chosen: Mask) -> _Space:
        """Which n-grams get a weight in a model that is fitted on these of the texts (N,)."""
        rows = [self.rows[row] for row in np.flatnonzero(chosen)]
        counts = np.bincount(np.concatenate(rows), minlength=len(self.names))
        frequent = np.flatnonzero(counts >= (2 if len(rows) >= _MANY else 1))
        numbers = frequent[np.argsort(-counts[frequent], kind="stable")][:_MOST].astype(np.int32)
        # Half precision is what is stored: what is fitted is what is served.
        idf = np.log((1 + len(rows)) / (1 + counts[numbers])) + 1
        return _Space(numbers, idf.astype(np.float16).astype(np.float32))

    def features(self, space: _Space, chosen: Mask) -> csr_array:
        """TF-IDF of these of the texts (N, F), each scaled to unit length."""
        columns = np.full(len(self.names), -1, dtype=np.int32)
        columns[space.numbers] = np.arange(len(space.numbers))
        idf = space.idf.astype(np.float64)  # with fewer digits, the solver ends far off
        found = [columns[self.rows[row]] for row in np.flatnonzero(chosen)]
        found = [np.sort(row[row >= 0]) for row in found]
        values = [idf[row] / max(float(np.linalg.norm(idf[row])), 1e-9) for row in found]
        ends = np.cumsum([0, *map(len, found)], dtype=np.int64)
        return csr_array((np.concatenate(values), np.concatenate(found), ends), shape=(len(found), len(idf)))

    def named(self, space: _Space) -> dict[str, int]:
        """The row of each n-gram of a space."""
        return {self.names[number]: row for row, number in enumerate(space.numbers)}


def _features(kinds: Sequence[_Kind], spaces: Sequence[_Space], chosen: Mask) -> csr_array:
    return hstack([kind.features(space, chosen) for kind, space in zip(kinds, spaces, strict=True)]).tocsr()


def _logistic(
    features: csr_array, targets: Rows, trust: float, several: bool, weights: Rows | None
) -> tuple[npt.NDArray[np.float32], Rows]:
    """Weights (F, C) and bias (C,), in half precision."""
    kernel, bias = np.zeros((features.shape[1], targets.shape[1])), np.full(targets.shape[1], -_NEVER)
    if several:
        for label, has in enumerate(targets.T > 0):
            if has.all() or not has.any():
                bias[label] = _NEVER if has.all() else -_NEVER
            else:
                model = _fitted(features, has, trust, weights)
                kernel[:, label], bias[label] = model.coef_[0], model.intercept_[0]
    else:
        classes = targets.argmax(axis=1)
        present = np.unique(classes)
        if len(present) == 1:
            bias[present] = 0
        else:
            model = _fitted(features, classes, trust, weights)
            two = len(present) == 2  # scikit-learn has one output then, of the second class
            kernel[:, present] = np.stack([-model.coef_[0], model.coef_[0]], 1) / 2 if two else model.coef_.T
            bias[present] = np.array([-1, 1]) * model.intercept_[0] / 2 if two else model.intercept_
    return kernel.astype(np.float16).astype(np.float32), bias


def _fitted(
    features: csr_array, classes: npt.NDArray[np.generic], trust: float, weights: Rows | None
) -> LogisticRegression:
    return LogisticRegression(C=trust, max_iter=500).fit(features, classes, sample_weight=weights)
