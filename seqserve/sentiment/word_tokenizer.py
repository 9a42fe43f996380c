"""From raw text to token numbers: one tokenizer that normalises too, the same in training and in serving.

All that is done to a text stands in the tokenizer itself, which is stored with a version in the format
of the `tokenizers` library: HTML tags and entities go, Unicode is brought to NFKC, invisible characters
go, control characters become spaces and white space is folded; by choice letters are lower-cased, numbers
become `[NUM]`, addresses `[URL]` and @names `[USER]`, emoticons are tokens, and the words of #LoveThis are
set apart. Every pattern is bounded, so that time grows with a text's length and no faster, whatever it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from seqserve.sentiment import word_spans
from seqserve.sentiment.word_spans import Word

UNKNOWN, NUMBER, ADDRESS, MENTION = "[UNK]", "[NUM]", "[URL]", "[USER]"

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
# Collections of tweets have "http" in place of an address.
_ADDRESS = (
    r"(?i:https?://|www\.)[^\s<>]+|(?<![^\s<>])(?i:https?)(?![^\s<>])|"
    r"(?<![^\s<>@])[^\s<>@]{1,64}@[^\s<>@]{1,255}\.\p{L}{2,63}"
)
_MARKUP = re.compile(f"{_TAG}|{_OTHER_ENTITY}|&nbsp;")
_NUMBER = r"(?<![\p{L}\p{N}])\p{N}+(?:[.,:/]\p{N}+)*(?![\p{L}\p{N}])"
_LETTER = r"[\p{L}\p{M}\p{N}]"
# English endings are words of their own, so that "isn't" is "is n't", as in texts that come split already.
_ENDING = rf"(?i:n't|'(?:s|re|ve|ll|d|m))(?!{_LETTER})"
_STEM = rf"(?:(?!{_ENDING}){_LETTER})+(?:(?!{_ENDING})'(?:(?!{_ENDING})\p{{L}})+)*"
# Faces of signs and letters, hearts, and eyes; no letter or digit may touch them, as in "8:30" or "http://".
_EYES = r"[<>]?[:;=]['\u2019]?[-o^*]?"
_FACE = rf"{_EYES}(?:[()\[\]{{}}|*/\\@$#]|[dpsx3o]+(?!{_LETTER}))|[(\[][-o^*]?'?[:;=](?!{_LETTER})|d-?[:=](?!{_LETTER})"
_EMOTICON = rf"(?<!{_LETTER})(?i:{_FACE}|</?3(?!{_LETTER})|[\^>tT-][_.][\^<tT-](?!{_LETTER}))"
_SKIN = r"[\x{1F3FB}-\x{1F3FF}]"
_MENTION = r"(?<![\p{L}\p{N}_@.])@[A-Za-z0-9_]{1,30}(?![\p{L}\p{N}_@])"
_REPEATED = r"(\p{L})(?=\1\1\1)"
# Between the words of #LoveThis, but not between those of iPhone or #NASA.
_HASHTAG_WORD = r"(?=\p{Lu})(?<=(?:^|[\s(\"'.,!?:])#[\p{L}\p{N}]{0,40}[\p{Ll}\p{N}])"
# A folded token, a word with an apostrophe inside, an ending, or any other single character.
_WORD = rf"\[(?:NUM|URL|USER)\]|{_STEM}|{_ENDING}|[^\p{{L}}\p{{M}}\p{{N}}\s]"


class TextOptions(BaseModel):
    """How texts become tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tokens: Literal["word", "bpe"] = Field(default="word", description="whole words, or pieces of words")
    vocabulary: int = Field(default=30_000, ge=16, description="tokens that are kept, at most")
    vocabulary_characters: int | None = Field(
        default=None,
        ge=1,
        description="of each text that tokens are counted in, so that long texts do not decide alone",
    )
    lowercase: bool = Field(default=True, description="upper and lower case are the same")
    fold_numbers: bool = Field(default=False, description="every number becomes one token")
    fold_addresses: bool = Field(default=True, description="web and mail addresses become one token")
    social: bool = Field(
        default=False,
        description="emoticons are tokens, soooooo is sooo, skin tones go, @name is [USER], #LoveThis is #love this",
    )


@dataclass(frozen=True)
class Encoded:
    """A text as numbers.

    Args:
        ids: (T,), what the network sees.
        tokens: in the text, before it was cut.
        head: how many of `ids` stand before the cut; all, if there is none.
        unknown: how many of `tokens` the vocabulary does not have.
        known: how many of `tokens` are words, parts of one, emoji or emoticons that it has.
    """

    ids: npt.NDArray[np.int32]
    tokens: int
    head: int
    unknown: int
    known: int


def fit(texts: Iterable[str], options: TextOptions, fewest: int = 2) -> Tokenizer:
    """Fit a tokenizer on the texts of the training part.

    Args:
        fewest: times that a token must be there to be in the vocabulary.
    """
    settings: dict[str, Any] = {"vocab_size": options.vocabulary, "min_frequency": fewest, "show_progress": False}
    if options.tokens == "word":
        tokenizer = Tokenizer(models.WordLevel(unk_token=UNKNOWN))
        # A folded token is a word like others; named here, it would get two numbers.
        trainer: Any = trainers.WordLevelTrainer(special_tokens=[UNKNOWN], **settings)
    else:
        tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN, ignore_merges=True))
        trainer = trainers.BpeTrainer(special_tokens=[UNKNOWN, NUMBER, ADDRESS], **settings)
    tokenizer.normalizer = normalizer(options)
    pattern = f"{_EMOTICON}|{_WORD}" if options.social else _WORD
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    tokenizer.train_from_iterator((text[: options.vocabulary_characters] for text in texts), trainer)
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
        self._is_word[[number for token, number in vocabulary.items() if _says_something(token)]] = True
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


def _says_something(token: str) -> bool:
    """Whether it is a word, an emoji or another symbol, or an emoticon, rather than punctuation."""
    return len(token) > 1 or token.isalnum() or unicodedata.category(token) == "So"


def normalizer(options: TextOptions) -> normalizers.Normalizer:
    """The normalization of a text, before it is split into tokens."""
    steps: list[normalizers.Normalizer] = [normalizers.Replace(Regex(_TAG), " ")]
    steps += [normalizers.Replace(entity, character) for entity, character in _ENTITIES.items()]
    # "&amp;" comes last, so that "&amp;lt;" is "&lt;", as was meant, and not "<".
    steps += [normalizers.Replace(Regex(_OTHER_ENTITY), " "), normalizers.Replace("&amp;", "&")]
    steps += [normalizers.NFKC(), normalizers.Replace(Regex(_INVISIBLE), ""), normalizers.Replace(Regex(_CONTROL), " ")]
    if options.social:
        steps.append(normalizers.Replace(Regex(_HASHTAG_WORD), " "))
    if options.lowercase:
        steps.append(normalizers.Lowercase())
    if options.fold_addresses:
        steps.append(normalizers.Replace(Regex(_ADDRESS), ADDRESS))
    if options.social:
        steps += [
            normalizers.Replace(Regex(_SKIN), ""),
            normalizers.Replace(Regex(_REPEATED), ""),
            normalizers.Replace(Regex(_MENTION), MENTION),
        ]
    if options.fold_numbers:
        steps.append(normalizers.Replace(Regex(_NUMBER), NUMBER))
    return normalizers.Sequence(steps)
