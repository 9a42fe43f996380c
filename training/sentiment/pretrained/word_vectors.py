"""Pretrained word vectors from a text file, as GloVe and word2vec are published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenizers import Tokenizer


def read(path: Path, tokenizer: Tokenizer, weights: Any) -> int:
    """Put the vectors of known words into `weights` (V, dimension); how many there were."""
    found = 0
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            word, *numbers = line.rstrip().split(" ")
            if number == 1 and len(numbers) == 1:
                continue  # word2vec's first line: how many, and how long
            index = tokenizer.token_to_id(word)
            if index is None:
                continue
            try:
                vector = [float(value) for value in numbers]
            except ValueError:
                continue  # some files have words with spaces in them, which no tokenizer has
            if len(vector) != weights.shape[1]:
                raise ValueError(f"{path.name}, line {number}: {len(vector)} numbers, not {weights.shape[1]}")
            weights[index] = vector
            found += 1
    return found
