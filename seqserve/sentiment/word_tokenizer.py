"""From raw text to token numbers: one tokenizer that normalises too, the same in training and in serving.

All that is done to a text stands in the tokenizer itself, which is stored with a version in the format
of the `tokenizers` library: HTML tags and entities go, Unicode is brought to NFKC, invisible characters
go, control characters become spaces and white space is folded; by choice letters are lower-cased, numbers
become `[NUM]` and addresses `[URL]`. Every pattern is bounded, so that time grows with a text's length and
no faster, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from seqserve.sentiment import word_spans
from seqserve.sentiment.word_spans import Word

UNKNOWN, NUMBER, ADDRESS = "[UNK]", "[NUM]", "[URL]"

_ENTITIES = {
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
    "&apos;": "'",
    "&nbsp;": " ",
    "&lt;": "<",
    "&gt;": ">",
    "&ldquo;": "\u201c",
    "&rdquo;": "\u201d",
    "&rsquo;": "'",
    "&#8217;": "'",
    "\u2019": "'",  # what telephones write
}
_TAG = r"</?[A-Za-z][^<>]{0,500}>|<!--[^<>]{0,500}-->"
_OTHER_ENTITY = r"&(?!amp;)(?:[A-Za-z]{2,31}[0-9]{0,2}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
# Joiners, soft hyphens and the like stand inside words and emoji; a zero-width space stands between them.
_INVISIBLE = r"[[\p{Cf}\x{FE00}-\x{FE0F}]&&[^\x{200B}]]+"
_CONTROL = r"\p{C}+"
_ADDRESS = r"(?i:https?://|www\.)[^\s<>]+|(?<![^\s<>@])[^\s<>@]{1,64}@[^\s<>@]{1,255}\.\p{L}{2,63}"
_MARKUP = re.compile(f"{_TAG}|{_OTHER_ENTITY}|&nbsp;")
_NUMBER = r"(?<![\p{L}\p{N}])\p{N}+(?:[.,:/]\p{N}+)*(?![\p{L}\p{N}])"
_LETTER = r"[\p{L}\p{M}\p{N}]"
# English endings are words of their own, so that "isn't" is "is n't", as in texts that come split already.
_ENDING = rf"(?i:n't|'(?:s|re|ve|ll|d|m))(?!{_LETTER})"
_STEM = rf"(?:(?!{_ENDING}){_LETTER})+(?:(?!{_ENDING})'(?:(?!{_ENDING})\p{{L}})+)*"
# A folded token, a word with an apostrophe inside, an ending, or any other single character.
_WORD = rf"\[(?:NUM|URL)\]|{_STEM}|{_ENDING}|[^\p{{L}}\p{{M}}\p{{N}}\s]"


class TextOptions(BaseModel):
    """How texts become tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tokens: Literal["word", "bpe"] = Field(default="word", description="whole words, or pieces of words")
    vocabulary: int = Field(default=30_000, ge=16, description="tokens that are kept, at most")
    lowercase: bool = Field(default=True, description="upper and lower case are the same")
    fold_numbers: bool = Field(default=False, description="every number becomes one token")
    fold_addresses: bool = Field(default=True, description="web and mail addresses become one token")


@dataclass(frozen=True)
class Encoded:
    """A text as numbers.

    Args:
        ids: (T,), what the network sees.
        tokens: in the text, before it was cut.
        head: how many of `ids` stand before the cut; all, if there is none.
        unknown: how many of `tokens` the vocabulary does not have.
        known: how many of `tokens` are words, or parts of one, that it has.
    """

    ids: npt.NDArray[np.int32]
    tokens: int
    head: int
    unknown: int
    known: int


def fit(texts: Iterable[str], options: TextOptions) -> Tokenizer:
    """Fit a tokenizer on the texts of the training part."""
    settings: dict[str, Any] = {"vocab_size": options.vocabulary, "min_frequency": 2, "show_progress": False}
    if options.tokens == "word":
        tokenizer = Tokenizer(models.WordLevel(unk_token=UNKNOWN))
        # A folded token is a word like others; named here, it would get two numbers.
        trainer: Any = trainers.WordLevelTrainer(special_tokens=[UNKNOWN], **settings)
    else:
        tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN, ignore_merges=True))
        trainer = trainers.BpeTrainer(special_tokens=[UNKNOWN, NUMBER, ADDRESS], **settings)
    tokenizer.normalizer = normalizer(options)
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_WORD), "removed", invert=True)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Encoder:
    """Encodes texts with a fitted tokenizer, at most `limit` tokens each.

    Of a longer text the head, a quarter of the limit, and the tail are kept: a review says at its end
    what it comes to.
    """

    def __init__(self, tokenizer: Tokenizer, limit: int) -> None:
        # Otherwise "[UNK]" in a raw text would be taken for the token.
        tokenizer.encode_special_tokens = True
        self._tokenizer = tokenizer
        self._limit = limit
        self.unknown = int(tokenizer.token_to_id(UNKNOWN) or 0)
        vocabulary = tokenizer.get_vocab()
        self._is_word = np.zeros(1 + max(vocabulary.values()), dtype=np.bool_)
        words = [number for token, number in vocabulary.items() if any(map(str.isalnum, token))]
        self._is_word[words] = True
        self._is_word[self.unknown] = False

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
        return [self._encoded(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def words(self, text: str) -> list[Word]:
        """The words of a raw text that `Encoded.ids` holds, in reading order, none of them across the cut."""
        encoding = self._tokenizer.encode(text)
        tokens = len(encoding.ids)
        head, tail = self._kept(tokens)
        cut = tail - head
        found = word_spans.find(text, encoding, _MARKUP, breaks=(head, tail) if cut else ())
        return [
            word if word.last <= head else replace(word, first=word.first - cut, last=word.last - cut)
            for word in found
            if word.last <= head or word.first >= tail
        ]

    def _encoded(self, ids: list[int]) -> Encoded:
        head, tail = self._kept(len(ids))
        every = np.array(ids, dtype=np.int32)
        kept = np.concatenate([every[:head], every[tail:]])
        unknown, known = np.count_nonzero(every == self.unknown), np.count_nonzero(self._is_word[every])
        return Encoded(kept, len(ids), head, int(unknown), int(known))

    def _kept(self, tokens: int) -> tuple[int, int]:
        """Where the head ends and where the tail begins."""
        if tokens <= self._limit:
            return tokens, tokens
        return self._limit // 4, tokens - self._limit + self._limit // 4


def normalizer(options: TextOptions) -> normalizers.Normalizer:
    """The normalization of a text, before it is split into tokens."""
    steps: list[normalizers.Normalizer] = [normalizers.Replace(Regex(_TAG), " ")]
    steps += [normalizers.Replace(entity, character) for entity, character in _ENTITIES.items()]
    # "&amp;" comes last, so that "&amp;lt;" is "&lt;", as was meant, and not "<".
    steps += [normalizers.Replace(Regex(_OTHER_ENTITY), " "), normalizers.Replace("&amp;", "&")]
    steps += [normalizers.NFKC(), normalizers.Replace(Regex(_INVISIBLE), ""), normalizers.Replace(Regex(_CONTROL), " ")]
    if options.lowercase:
        steps.append(normalizers.Lowercase())
    if options.fold_addresses:
        steps.append(normalizers.Replace(Regex(_ADDRESS), ADDRESS))
    if options.fold_numbers:
        steps.append(normalizers.Replace(Regex(_NUMBER), NUMBER))
    return normalizers.Sequence(steps)
