"""From raw text to token numbers: one tokenizer that normalises too, the same in training and in serving.

All that is done to a text stands in the tokenizer itself, which is stored with a version in the format
of the `tokenizers` library: HTML tags and entities go, Unicode is brought to NFKC, control characters
become spaces and white space is folded; by choice letters are lower-cased, numbers become `[NUM]` and
addresses `[URL]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN, NUMBER, ADDRESS = "[UNK]", "[NUM]", "[URL]"

_ENTITIES = {
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
    "&apos;": "'",
    "&nbsp;": " ",
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
}
_TAG = r"</?[A-Za-z][^<>]{0,500}>|<!--[^<>]{0,500}-->"
_CONTROL = r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}]+"
_ADDRESS = r"(?:https?://|www\.)[^\s<>]+|[^\s<>@]+@[^\s<>@]+\.\p{L}{2,}"
_NUMBER = r"(?<![\p{L}\p{N}])\p{N}+(?:[.,:/]\p{N}+)*(?![\p{L}\p{N}])"
# A folded token, a word with an apostrophe inside, or any other single character.
_WORD = r"\[(?:num|url|NUM|URL)\]|[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*|[^\p{L}\p{M}\p{N}\s]"


class TextOptions(BaseModel):
    """How texts become tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tokens: Literal["word", "bpe"] = Field(default="word", description="whole words, or pieces of words")
    vocabulary: int = Field(default=30_000, ge=16, description="tokens that are kept, at most")
    lowercase: bool = True
    fold_numbers: bool = Field(default=False, description="every number becomes one token")
    fold_addresses: bool = Field(default=True, description="web and mail addresses become one token")


@dataclass(frozen=True)
class Encoded:
    """A text as numbers.

    Args:
        ids: (T,), what the network sees.
        spans: (T, 2), where each token begins and ends in the raw text.
        tokens: in the text, before it was cut.
        head: how many of `ids` stand before the cut; all, if there is none.
        unknown: how many of `ids` the vocabulary does not have.
    """

    ids: npt.NDArray[np.int32]
    spans: list[tuple[int, int]]
    tokens: int
    head: int
    unknown: int


def fit(texts: Iterable[str], options: TextOptions) -> Tokenizer:
    """Fit a tokenizer on the texts of the training part."""
    settings: dict[str, Any] = {
        "vocab_size": options.vocabulary,
        "min_frequency": 2,
        "special_tokens": [UNKNOWN, NUMBER, ADDRESS],
        "show_progress": False,
    }
    if options.tokens == "word":
        tokenizer = Tokenizer(models.WordLevel(unk_token=UNKNOWN))
        trainer: Any = trainers.WordLevelTrainer(**settings)
    else:
        tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
        trainer = trainers.BpeTrainer(**settings)
    tokenizer.normalizer = _normalizer(options)
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_WORD), "removed", invert=True)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Encoder:
    """Encodes texts with a fitted tokenizer, at most `limit` tokens each.

    Of a longer text the head, a quarter of the limit, and the tail are kept: a review says at its end
    what it comes to.
    """

    def __init__(self, tokenizer: Tokenizer, limit: int) -> None:
        self._tokenizer = tokenizer
        self._limit = limit
        self.unknown = int(tokenizer.token_to_id(UNKNOWN) or 0)

    @classmethod
    def from_json(cls, content: bytes, limit: int) -> Encoder:
        """An encoder of a stored tokenizer.

        Raises:
            ValueError: the content is no tokenizer.
        """
        try:
            return cls(Tokenizer.from_str(content.decode()), limit)
        except Exception as error:  # the library raises plain exceptions
            raise ValueError(f"no tokenizer: {error}") from None

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode raw texts."""
        return [self._cut(encoding.ids, encoding.offsets) for encoding in self._tokenizer.encode_batch(list(texts))]

    def _cut(self, ids: list[int], spans: list[tuple[int, int]]) -> Encoded:
        tokens = head = len(ids)
        if tokens > self._limit:
            head, tail = self._limit // 4, self._limit - self._limit // 4
            ids, spans = ids[:head] + ids[-tail:], spans[:head] + spans[-tail:]
        return Encoded(np.array(ids, dtype=np.int32), spans, tokens, head, ids.count(self.unknown))


def _normalizer(options: TextOptions) -> normalizers.Normalizer:
    steps: list[normalizers.Normalizer] = [normalizers.Replace(Regex(_TAG), " ")]
    steps += [normalizers.Replace(entity, character) for entity, character in _ENTITIES.items()]
    steps += [normalizers.NFKC(), normalizers.Replace(Regex(_CONTROL), " ")]
    if options.lowercase:
        steps.append(normalizers.Lowercase())
    # Special tokens are found in the normalised text, so that they are written as it would be.
    folded = str.lower if options.lowercase else str
    if options.fold_addresses:
        steps.append(normalizers.Replace(Regex(_ADDRESS), folded(ADDRESS)))
    if options.fold_numbers:
        steps.append(normalizers.Replace(Regex(_NUMBER), folded(NUMBER)))
    return normalizers.Sequence(steps)
