"""Word vectors from which words stand near which: a start for the embedding where few texts are tagged.

Reference:
    Levy et al., Improving Distributional Similarity with Lessons Learned from Word Embeddings, TACL 2015.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csr_matrix, diags
from scipy.sparse.linalg import svds

from seqserve.tag import words
from seqserve.tag.vocabulary import Vocabulary

Vectors = npt.NDArray[np.float32]

_WINDOW = 4
_SMOOTHING = 0.75
_SPREAD = 0.15
"""Standard deviation of the numbers: as large as what the network makes of them."""


def fit(texts: Iterable[Sequence[str]], vocabulary: Vocabulary, dimension: int, seed: int) -> Vectors:
    """Vectors (V, D) of the words of a vocabulary, padding and the unknown one included: those are zeros.

    Args:
        texts: each as its words.
    """
    numbers = {word: number for number, word in enumerate(vocabulary.words)}
    size = len(numbers)
    ids = np.array(
        [place for text in texts for place in [*(numbers.get(words.key(word), -1) for word in text), *[-1] * _WINDOW]],
        dtype=np.int32,
    )
    counts = csr_matrix((size, size), dtype=np.float64)
    for distance in range(1, _WINDOW + 1):
        left, right = ids[:-distance], ids[distance:]
        near = (left >= 0) & (right >= 0)
        weights = np.full(int(near.sum()), 1 / distance)
        one = coo_matrix((weights, (left[near], right[near])), shape=(size, size)).tocsr()
        counts = counts + one + one.T
    found = np.zeros((size + 2, dimension), dtype=np.float32)
    if counts.nnz == 0 or dimension >= size:
        return found
    near_words = _information(counts)
    start = np.random.default_rng(seed).normal(size=size)
    left_vectors, strengths, _ = svds(near_words, k=dimension, v0=start)
    vectors = left_vectors * np.sqrt(strengths)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    # All of one length: otherwise rare words would hardly be told from the unknown one.
    found[2:] = vectors * (_SPREAD * np.sqrt(dimension) / np.maximum(lengths, 1e-12))
    return found


def _information(counts: csr_matrix) -> csr_matrix:
    """Positive pointwise mutual information."""
    rows = np.asarray(counts.sum(axis=1)).ravel()
    smoothed = rows**_SMOOTHING / (rows**_SMOOTHING).sum()
    inverse = np.divide(1, rows, out=np.zeros_like(rows), where=rows > 0)
    inverse_smoothed = np.divide(1, smoothed, out=np.zeros_like(rows), where=rows > 0)
    ratio = (diags(inverse) @ counts @ diags(inverse_smoothed)).tocsr()
    ratio.data = np.maximum(0, np.log(np.maximum(ratio.data, 1e-12)))
    ratio.eliminate_zeros()
    return ratio
