"""The baselines that a classifier must beat."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array
from scipy.special import expit
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from training.sentiment.metrics import Classes, Rows


def majority(train: Classes, rows: int, classes: int) -> Rows:
    """The shares of the classes in the training part (N,), for every text: (rows, classes)."""
    return np.tile(np.bincount(train, minlength=classes) / len(train), (rows, 1))


def bag_of_bigrams(train: list[str], actual: Classes, texts: list[str]) -> Rows:
    """A linear model on words and pairs of words, weighted by naive Bayes: what a text classifier must beat.

    Returns:
        Probabilities (texts, classes), of one class against the rest each and scaled to add up to 1.

    Reference:
        Wang and Manning, Baselines and Bigrams, ACL 2012.
    """
    seen, given = _seen(train, texts)
    classes = range(int(actual.max()) + 1)
    # Of two classes the second says all of the first.
    by_class = {}
    for number in classes if len(classes) > 2 else [1]:
        weights, bias = against_the_rest(seen, actual == number, trust=10)
        by_class[number] = expit(given @ weights + bias)
    rows = np.stack([by_class[number] if number in by_class else 1 - by_class[1] for number in classes], axis=1)
    scaled: Rows = rows / rows.sum(axis=1, keepdims=True)
    return scaled


def bag_of_each_label(train: list[str], targets: Rows, texts: list[str]) -> Rows:
    """The same for texts that may have several labels: a model a label, probabilities (texts, C).

    Args:
        targets: (N, C), 1 for the labels that a text of the training part has.
    """
    seen, given = _seen(train, texts)
    rows = np.tile(targets.mean(axis=0), (len(texts), 1))
    for label, has in enumerate(targets.T > 0):
        if has.any() and not has.all():
            weights, bias = against_the_rest(seen, has, trust=10)
            rows[:, label] = expit(given @ weights + bias)
    return rows


def _seen(train: list[str], texts: list[str]) -> tuple[csr_array, csr_array]:
    """The words and pairs of words in texts, 0 or 1, of those that the training part has."""
    words = CountVectorizer(
        ngram_range=(1, 2), token_pattern=r"\w+|[^\w\s]", binary=True, min_df=1 + (len(train) > 1000)
    )
    return csr_array(words.fit_transform(train)), csr_array(words.transform(texts))


def against_the_rest(
    seen: csr_array, is_class: npt.NDArray[np.bool_], trust: float
) -> tuple[npt.NDArray[np.float64], float]:
    """What each feature of `seen` (N, F), 0 or 1, adds to the log-odds of a class (F,), and what they are without any.

    Args:
        trust: in the training part; the inverse of the regularisation.
    """
    inside, outside = 1 + seen[is_class].sum(axis=0), 1 + seen[~is_class].sum(axis=0)
    ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
    model = LogisticRegression(C=trust, solver="liblinear", max_iter=200)
    model.fit((seen @ diags_array(ratio)).tocsr(), is_class)
    return ratio * model.coef_[0], float(model.intercept_[0])
