"""How well texts are predicted: perplexity a subword and a word, of the same subwords for every model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def scores(texts: Sequence[str], nats: Sequence[npt.NDArray[np.float64]]) -> dict[str, float]:
    """The scores of a model.

    Args:
        texts: that were predicted.
        nats: of each subword of each text, and of its end (T + 1,).

    Returns:
        `subword_perplexity`, the exponential of the mean over subwords and ends; `word_perplexity`, of the same sum
        over words, what stands between spaces, and ends.
    """
    total = float(sum(values.sum() for values in nats))
    words = sum(len(text.split()) + 1 for text in texts)
    return {
        "subword_perplexity": float(np.exp(total / sum(map(len, nats)))),
        "word_perplexity": float(np.exp(total / words)),
    }
