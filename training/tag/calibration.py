"""The temperature that makes the scores of entities probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar

from seqserve.tag.config import TaggerConfig
from seqserve.tag.predictor import Tagger, TagNetwork
from seqserve.tag.vocabulary import Vocabulary
from training.tag import metrics
from training.tag.documents import Document

_BOUNDS = (0.25, 4.0)
_LEAST = 1e-6


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
