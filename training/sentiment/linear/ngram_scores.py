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
from training.sentiment.linear.ngrams import SIGNATURES, Ngrams, ngrams
from training.sentiment.metrics import Classes


def widened(network: keras.Model, linear: keras.Model, shares: tuple[float, float] = (1.0, 1.0)) -> keras.Model:
    """A fitted reader with the scores of n-grams beside it.

    Args:
        linear: the scores, see `alone`.
        shares: what the outputs of both are multiplied by before they are added.
    """
    kernel, bias = network.layers[-1].get_weights()
    table = _table(linear)
    say, without = linear.layers[-1].get_weights()
    wide = sentiment_network.widened(network, table.bits)
    _table(wide).set_weights(table.get_weights())
    deep, beside = shares
    wide.layers[-1].set_weights([np.concatenate([deep * kernel, beside * say]), deep * bias + beside * without])
    return wide


def alone(rows: Sequence[Tokens], classes: Classes, bits: int, outputs: int) -> keras.Model:
    """The scores of n-grams of labelled texts as a network of their own: a linear model.

    Args:
        rows: tokens of each text (T,).
        bits: the table of scores has two to the power of this rows.
    """
    network = sentiment_network.linear(bits, outputs)
    table, signatures, without = fit(rows, classes, bits)
    _table(network).set_weights([table, signatures])
    network.layers[-1].set_weights([_say(outputs), without @ _say(outputs)])
    return network


def _table(network: keras.Model) -> Ngrams:
    return next(layer for layer in network.layers if isinstance(layer, Ngrams))


def _say(outputs: int) -> npt.NDArray[np.float64]:
    """How scores become outputs. Of two classes there is one score, of the second against the first."""
    return np.array([[-0.5, 0.5]]) if outputs == 2 else np.eye(outputs)


def fit(
    rows: Sequence[Tokens], classes: Classes, bits: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint16], npt.NDArray[np.float64]]:
    """What each n-gram adds to the log-odds of a class, as the weights of an `Ngrams` layer.

    And what the log-odds are without any n-gram, a number a score.

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
    without = np.zeros(len(labels))
    if len(numbers):
        order = np.argsort(np.abs(_scores(seen, classes, labels)[0]).max(axis=1), kind="stable")
        holders = np.full(2**bits, -1)
        holders[numbers[order] % 2**bits] = order  # who says most comes last, and stays
        kept = holders[holders >= 0]
        places = numbers[kept] % 2**bits
        table[places], without = _scores(seen[:, kept], classes, labels)
        signatures[places] = numbers[kept] // 2**bits % SIGNATURES + 1
    return table, signatures, without


def _scores(
    seen: csr_array, classes: Classes, labels: list[int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    scores, without = zip(*(against_the_rest(seen, classes == label, trust=1) for label in labels), strict=True)
    return np.stack(scores, axis=1), np.array(without)
