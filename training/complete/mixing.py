"""How much the network and the n-grams beside it count, decided on the validation part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seqserve.complete.ngrams import HISTORY, Ngrams
from seqserve.complete.subwords import END

_SHARES = np.arange(1, 20) / 20


def ngram_nats(ngrams: Ngrams, texts: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float64]]:
    """Nats of every token of texts, and of their ends, by the n-grams alone (T + 1,) each."""
    found = []
    for text in texts:
        tokens = np.array([*[END] * HISTORY, *text, END], dtype=np.int64)
        places = range(HISTORY, len(tokens))
        shares = [ngrams.after(tokens[place - HISTORY : place])[tokens[place]] for place in places]
        found.append(-np.log(np.array(shares, dtype=np.float64)))
    return found


def best_share(
    network: Sequence[npt.NDArray[np.float64]], ngrams: Sequence[npt.NDArray[np.float64]]
) -> tuple[float, float]:
    """The network's share with which the mean nats of a token are least, and these.

    Args:
        network, ngrams: nats of the same tokens, (T,) for each text.
    """
    one, other = (np.exp(-np.concatenate(list(nats))) for nats in (network, ngrams))
    nats = [float(-np.log(share * one + (1 - share) * other).mean()) for share in _SHARES]
    best = int(np.argmin(nats))
    return float(_SHARES[best]), nats[best]
