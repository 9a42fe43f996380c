"""What the validation part chooses behind a fit: how sure an entity must be, and the temperature of the scores."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from scipy.optimize import minimize_scalar

from seqserve.tag.config import TaggerConfig
from seqserve.tag.predictor import Tagger, TagNetwork
from seqserve.tag.vocabulary import Vocabulary
from training.tag import metrics, onnx_export
from training.tag.documents import Document

_BOUNDS = (0.25, 4.0)
_LEAST = 1e-6
_PENALTIES = tuple(step / 4 for step in range(11))


def penalty(config: TaggerConfig, vocabulary: Vocabulary, network: keras.Model, documents: Sequence[Document]) -> float:
    """What is taken from the score of O of every word, so that the F1 of entities is the best; the network keeps it.

    The likelihood that a network is fitted to counts a missed entity as little as a word too much in one.
    """
    scores = network.get_layer("scores")
    kernel, bias = scores.get_weights()
    actual = [document.entities for document in documents]

    def f1(amount: float) -> float:
        scores.set_weights([kernel, bias - amount * (np.arange(len(bias)) == 0)])
        tagger = Tagger(config, vocabulary, TagNetwork(onnx_export.to_onnx(network)))
        found = [entities for entities, _ in metrics.predicted(tagger, documents)]
        right = sum(len(set(one) & set(other)) for one, other in zip(actual, found, strict=True))
        return 2 * right / max(1, sum(map(len, actual)) + sum(map(len, found)))

    best = max(_PENALTIES, key=f1)
    scores.set_weights([kernel, bias - best * (np.arange(len(bias)) == 0)])
    return best


def temperature(
    config: TaggerConfig, vocabulary: Vocabulary, network: TagNetwork, documents: Sequence[Document]
) -> float:
    """The temperature with the least log loss of the entities that are found: which are right, which are not.

    It changes no entity: the likeliest tags stay the likeliest.
    """

    def loss(log_temperature: float) -> float:
        tagger = Tagger(config.model_copy(update={"temperature": float(np.exp(log_temperature))}), vocabulary, network)
        right, told = metrics.rights(documents, metrics.predicted(tagger, documents))
        if not right:
            return 0.0
        sure = np.clip(np.array(told), _LEAST, 1 - _LEAST)
        return float(-np.mean(np.where(right, np.log(sure), np.log1p(-sure))))

    found = minimize_scalar(loss, bounds=tuple(np.log(_BOUNDS)), method="bounded", options={"maxiter": 12})
    return float(np.exp(found.x))
