"""Sentences as subword numbers and back, the same in training and in serving.

What no network can translate is not shown to it: numbers, addresses, markup and characters that the
vocabulary does not have are hidden behind placeholders, which the network learns to set in place, and come
back unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

PADDING, START, END, UNKNOWN = range(4)
_SPECIAL = ["<pad>", "<s>", "</s>", "<unk>"]
PLACEHOLDERS = "".join(map(chr, range(0xE000, 0xE008)))
"""Characters of private use that stand for the first, second, ... thing that is hidden in a sentence."""

_RARE = 10
# Soft hyphens, word joiners, byte order marks and marks of writing direction stand within words and are not seen;
# nobody means the placeholders.
UNSEEN = "\u00ad\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN = dict.fromkeys(map(ord, UNSEEN + PLACEHOLDERS))
_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2026": "..."})
# No-break, narrow and thin spaces, zero-width spaces (which stand beside words) and control characters.
_SPACE = re.compile(r"[\s\u200b\x00-\x1f\x7f-\x9f]+")
# What ends a sentence or closes a bracket is no part of an address before it.
_ADDRESS = r"(?i:https?://|www\.)[^\s<>]*[^\s<>.,;:!?)\]'\"]|[^\s<>@]{1,64}@[^\s<>@]{1,255}\.[^\W\d_]{2,63}"
MARKUP = r"</?[A-Za-z][^<>]{0,500}>|<!--[^<>]{0,500}-->|&(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
EMOTICON = r"(?<!\w)[:;=][-']?[()DPp/|](?!\w)"
_ORDINAL = r"(?:st|nd|rd|th|s|er|re|\u00e8re|e|\u00e8me|\u00ba|\u00aa)\b"
_SPACED_UNIT = (
    r"\s(?:[kcm]?m|km/h|mph|[km]?g|lbs?|oz|ft|[mc]?l|[kMGT]B|[kMG]?Hz|[kM]Wh?|[ap]\.m\.|[ap]m|[AP]M)(?![\w'])"
)
# With its sign, and a unit.
_UNIT = rf"(?:{_SPACED_UNIT}|\s?\u00b0[CFK]?(?![^\W\d_])|(?!{_ORDINAL})[^\W\d_]{{1,3}}(?!\w))"
_NUMBER = rf"(?:(?<![^\s(\[])[-+\u2212])?\d+(?:[.,:/-]\d+)*{_UNIT}?"
# A word with a letter and a digit or underscore, such as a flight or a user's name, one with a capital behind a small
# letter, and a trade mark; not 3rd or 1990s, which have a translation.
_IDENTIFIER = (
    rf"(?<!\w)(?!\d+{_ORDINAL})(?=[^\W\d_]*[\d_])(?=[\d_]*[^\W\d_])\w+|(?<!\w)\w+[\u2122\u00ae\u00a9]"
    r"|(?<!\w)[^\W\d_]*[a-z][A-Z]\w*|(?<!\w)O'[A-Z][^\W\d_]+|\b[A-Z][^\W\d_]{0,30}-\d+\b"
    r"|\b[A-Z]{1,4}&[A-Z]{1,4}\b|\b[A-Z](?:\+\+|#)(?!\w)"
)
# Code, references, tags and mentions, paths and telephone numbers.
_VERBATIM = (
    r"`[^`]{1,100}`|\[\d{1,3}\]|(?<![\w@#&])[@#][^\W\d_][\w.-]{0,60}\w|(?<![\w/.:])(?:~|\.{1,2})?(?:/[\w.-]{1,100}){1,20}"
    r"/[\w.-]{0,100}\w|\b[A-Z]:\\[^\s<>\"|]{1,200}|(?<!\w)\+\d{1,3}(?:[ .-]\(?\d{1,4}\)?){2,8}(?!\w)"
)
_MARK = rf"[{PLACEHOLDERS}]"
# A word with the space before it, or any other character with it; a digit and a placeholder stand alone.
_PIECE = rf"▁?[\p{{L}}\p{{M}}]+|▁?[^\p{{L}}\p{{M}}\p{{N}}\s▁{PLACEHOLDERS}]|\p{{N}}|{_MARK}|▁"


class Hidden(NamedTuple):
    """A sentence with placeholders, and what they stand for."""

    text: str
    things: list[str]


def tidied(text: str) -> str:
    """NFC, without what is not seen, and with any white space a single ordinary space."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text.translate(_UNSEEN))).strip()


def folded(text: str) -> str:
    """The same with straight quotes and three full stops for an ellipsis: a sentence as it is split into subwords."""
    return tidied(text).translate(_PLAIN)


def fit(texts: Sequence[str], vocabulary: int) -> Tokenizer:
    """Fit a byte-pair encoding on folded sentences of both languages.

    Args:
        vocabulary: tokens, at most. Characters that come fewer than ten times are not in it.
    """
    counts = Counter(character for text in texts for character in text)
    alphabet = [character for character, count in counts.items() if count >= _RARE and not character.isspace()]
    alphabet += [*PLACEHOLDERS, "▁"]
    tokenizer = Tokenizer(models.BPE(unk_token=_SPECIAL[UNKNOWN]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(split=False), pre_tokenizers.Split(Regex(_PIECE), "removed", invert=True)]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        special_tokens=_SPECIAL,
        initial_alphabet=alphabet,
        limit_alphabet=len(set(alphabet)),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Subwords:
    """Encodes sentences, and decodes them, with a fitted tokenizer."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        # Otherwise "</s>" in a raw text would be taken for the token.
        tokenizer.encode_special_tokens = True
        self._tokenizer = tokenizer

    @classmethod
    def from_json(cls, content: bytes) -> Subwords:
        """Subwords of a stored tokenizer.

        Raises:
            ValueError: the content is no tokenizer of this kind.
        """
        try:
            tokenizer = Tokenizer.from_str(content.decode())
        except Exception as error:  # the library raises plain exceptions
            raise ValueError(f"no tokenizer: {error}") from None
        if [tokenizer.token_to_id(name) for name in _SPECIAL] != [PADDING, START, END, UNKNOWN]:
            raise ValueError(f"its first tokens are not {', '.join(_SPECIAL)}")
        return cls(tokenizer)

    def to_json(self) -> bytes:
        """The tokenizer as it is stored."""
        return self._tokenizer.to_str().encode()

    def __len__(self) -> int:
        return self._tokenizer.get_vocab_size()

    def encode(self, sentences: Sequence[str], merge_dropout: float = 0.0) -> list[list[int]]:
        """The numbers of folded sentences, without start and end.

        Args:
            merge_dropout: the share of merges that are left out at random, so that a word is seen in other pieces.

        Reference:
            Provilkov et al., BPE-Dropout, ACL 2020.
        """
        if merge_dropout:
            self._tokenizer.model.dropout = merge_dropout
        found = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(sentences))]
        if merge_dropout:
            self._tokenizer.model.dropout = None
        return found

    def decode(self, numbers: Sequence[int]) -> str:
        """The sentence that numbers stand for; what begins and ends a sentence is left out."""
        return str(self._tokenizer.decode(list(numbers), skip_special_tokens=True))

    def hide(self, sentence: str) -> Hidden:
        """A folded sentence with placeholders for what is to be copied.

        Of more things than there are placeholders, the later ones stay as they are.
        """
        things: list[str] = []

        def hidden(match: re.Match[str]) -> str:
            if match[0] not in things:
                if len(things) == len(PLACEHOLDERS):
                    return match[0]
                things.append(match[0])
            return PLACEHOLDERS[things.index(match[0])]

        return Hidden(self._copied.sub(hidden, sentence), things)

    @cached_property
    def _copied(self) -> re.Pattern[str]:
        """What is copied, also words with a letter that is not known, and signs that are not."""
        known = "".join(
            re.escape(token) for token in sorted(self._tokenizer.get_vocab()) if len(token) == 1 and token != "▁"
        )
        letters, signs = rf"(?:(?![{known}])[^\W\d_])", rf"(?:(?![{known}])(?:[^\w\s]|_))"
        # Looked for at the begin of a word only, or the time would grow with the square of a word's length.
        word = rf"(?<![^\W\d_])[^\W\d_]*{letters}(?:[^\W_]|{signs})*"
        return re.compile(
            rf"{_ADDRESS}|{MARKUP}|{_VERBATIM}|{_IDENTIFIER}|{_NUMBER}|{EMOTICON}|{word}|(?:(?!{MARKUP}){signs})+"
        )


def show(text: str, things: Iterable[str]) -> str:
    """A sentence with what its placeholders stand for."""
    for mark, thing in zip(PLACEHOLDERS, things, strict=False):
        text = text.replace(mark, thing)
    return text
