"""The wide half of a reader: scores of words, pairs and triples that recurrent layers see too seldom to learn.

Reference:
    Wang and Manning, Baselines and Bigrams, ACL 2012 (weights of naive Bayes); Cheng et al., Wide and Deep
    Learning, 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from training.core.batches import Tokens
from training.sentiment import network as sentiment_network
from training.sentiment.baselines import against_the_rest
from training.sentiment.metrics import Classes
from training.sentiment.ngrams import SIGNATURES, Ngrams, ngrams


def widened(network: keras.Model, rows: Sequence[Tokens], classes: Classes, bits: int) -> keras.Model:
    """A fitted reader and the scores of n-grams of labelled texts, both with the same say.

    Args:
        rows: tokens of each text (T,).
        bits: the table of scores has two to the power of this rows.
    """
    kernel, bias = network.layers[-1].get_weights()
    wide = sentiment_network.widened(network, bits)
    next(layer for layer in wide.layers if isinstance(layer, Ngrams)).set_weights(fit(rows, classes, bits))
    # Of two classes there is one score, of the second against the first.
    say = np.array([[-0.5, 0.5]]) if len(bias) == 2 else np.eye(len(bias))
    wide.layers[-1].set_weights([np.concatenate([kernel, say]), bias])
    return wide


def fit(rows: Sequence[Tokens], classes: Classes, bits: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint16]]:
    """What each n-gram adds to the log-odds of a class, as the weights of an `Ngrams` layer.

    Only n-grams of two texts or more have a score. Where several fall in one row of the table the one that says most
    is kept, and those that are kept are fitted again, without the others.
    """
    texts_ngrams = [ngrams(row) for row in rows]
    numbers, columns, texts = np.unique(np.concatenate(texts_ngrams), return_inverse=True, return_counts=True)
    ends = np.cumsum([0, *map(len, texts_ngrams)], dtype=np.int32)
    seen = csr_array((np.ones(len(columns)), columns.astype(np.int32), ends), shape=(len(rows), len(numbers)))
    numbers, seen = numbers[texts > 1], seen[:, np.flatnonzero(texts > 1)]
    count = int(classes.max()) + 1
    labels = [1] if count == 2 else list(range(count))

    table, signatures = np.zeros((2**bits, len(labels)), dtype=np.float32), np.zeros(2**bits, dtype=np.uint16)
    if len(numbers):
        order = np.argsort(np.abs(_scores(seen, classes, labels)).max(axis=1), kind="stable")
        holders = np.full(2**bits, -1)
        holders[numbers[order] % 2**bits] = order  # who says most comes last, and stays
        kept = holders[holders >= 0]
        places = numbers[kept] % 2**bits
        table[places] = _scores(seen[:, kept], classes, labels)
        signatures[places] = numbers[kept] // 2**bits % SIGNATURES + 1
    return table, signatures


def _scores(seen: csr_array, classes: Classes, labels: list[int]) -> npt.NDArray[np.float64]:
    return np.stack([against_the_rest(seen, classes == label, trust=1)[0] for label in labels], axis=1)
