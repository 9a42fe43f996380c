"""A linear model on n-grams of words and of characters, weighed by TF-IDF: NumPy alone.

It reads the raw text, since how people write tells labels apart too.

Reference:
    Salton and Buckley, Term-weighting Approaches in Automatic Text Retrieval, 1988 (TF-IDF); the n-grams of characters
    stay within what stands between blanks, as those of scikit-learn's `char_wb` analyser.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import packed, unpacked

FILE = "linear.npz"

Rows = npt.NDArray[np.float64]

_WORD = re.compile(r"\w+|[^\w\s]")
_SHORTEST, _LONGEST = 2, 5
"""Characters of an n-gram."""
_KINDS = ("words", "characters")


def word_ngrams(text: str) -> set[str]:
    """The distinct words and pairs of words of a text."""
    words = _WORD.findall(text.lower())
    return {*words, *map(" ".join, itertools.pairwise(words))}


def character_ngrams(text: str) -> set[str]:
    """The distinct n-grams of characters between two blanks, each with the blank that it touches."""
    found: set[str] = set()
    for word in set(text.lower().split()):
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            found.update(padded[start : start + size] for start in range(max(1, len(padded) - size + 1)))
    return found


class Ngrams(NamedTuple):
    """The n-grams of one kind that say something.

    Args:
        rows: the row of each.
        idf: (F,), how much rarer than others it is.
        weights: (F, C), what it adds to the outputs; those of a text are scaled to unit length first.
    """

    rows: dict[str, int]
    idf: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]

    def outputs(self, ngrams: Iterable[str]) -> Rows | float:
        """What distinct n-grams of a text add, (C,)."""
        found = np.array([self.rows[ngram] for ngram in ngrams if ngram in self.rows], dtype=np.intp)
        if not len(found):
            return 0.0
        values = self.idf[found].astype(np.float64)
        added: Rows = (values / np.linalg.norm(values)) @ self.weights[found]
        return added


class LinearModel:
    """The outputs of a text are the sum of what its n-grams add.

    Args:
        words: see `word_ngrams`; `characters`, see `character_ngrams`.
        bias: (C,), the outputs without any.
    """

    def __init__(self, words: Ngrams, characters: Ngrams, bias: Rows) -> None:
        self.words = words
        self.characters = characters
        self.bias = bias

    def outputs(self, text: str) -> Rows:
        """Unscaled outputs (C,)."""
        return self.bias + self.words.outputs(word_ngrams(text)) + self.characters.outputs(character_ngrams(text))

    def to_bytes(self) -> bytes:
        """The model as a file; idf and weights in half precision."""
        arrays: dict[str, npt.NDArray[Any]] = {"bias": self.bias}
        for kind, ngrams in zip(_KINDS, (self.words, self.characters), strict=True):
            arrays[f"{kind}.ngrams"] = np.frombuffer(
                "\n".join(ngrams.rows).encode(errors="surrogatepass"), dtype=np.uint8
            )
            arrays[f"{kind}.idf"] = ngrams.idf.astype(np.float16)
            arrays[f"{kind}.weights"] = ngrams.weights.astype(np.float16)
        return packed(arrays)

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """The model of a file.

        Raises:
            ValueError: it is none.
        """
        with unpacked(content, "linear model") as arrays:
            words, characters = (_ngrams(arrays, kind) for kind in _KINDS)
            return cls(words, characters, arrays["bias"].astype(np.float64))


def _ngrams(arrays: Any, kind: str) -> Ngrams:
    names = arrays[f"{kind}.ngrams"].tobytes().decode(errors="surrogatepass").split("\n")
    idf, weights = (arrays[f"{kind}.{part}"].astype(np.float32) for part in ("idf", "weights"))
    if not len(names) == len(idf) == len(weights):
        raise ValueError(f"{len(names)} n-grams of {kind} have {len(idf)} and {len(weights)} numbers")
    return Ngrams({name: row for row, name in enumerate(names)}, idf, weights)
