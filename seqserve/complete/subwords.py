"""Texts to subwords and back, the same in training and in serving.

A byte-pair encoding over words, with single bytes for characters that it does not know, so that no text has an unknown
token. A word keeps its apostrophes, so that "don't" is one word to complete.

Reference:
    Sennrich et al., Neural Machine Translation of Rare Words with Subword Units, ACL 2016.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from seqserve.core.stored_tokenizer import StoredTokenizer

END = 0
"""The token before and after every text."""
SPECIAL = ["</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
"""The first tokens of every vocabulary: what ends a text, and the bytes."""
SPACE = "\u2581"
"""What a token begins with that stands after a space, or at the beginning."""
_RARE = 10
_PLAIN = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2026": "...", SPACE: " "}
)
_BLANK = re.compile(r"[\s\u200b\ufeff\x00-\x1f\x7f-\x9f]+")
_LETTERS = r"[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*"
# A word with the space before it, or any other character with it; a digit stands alone.
_PIECE = rf"{SPACE}?{_LETTERS}|{SPACE}?[^\p{{L}}\p{{M}}\p{{N}}\s{SPACE}]|{SPACE}?\p{{N}}|{SPACE}"


def folded(text: str) -> str:
    """A text in NFC with straight quotes, and any white space one ordinary space; a space at the end stays one."""
    return _BLANK.sub(" ", unicodedata.normalize("NFC", text).translate(_PLAIN)).lstrip()


def fit(texts: Sequence[str], vocabulary: int) -> Tokenizer:
    """Fit a byte-pair encoding on folded texts.

    Args:
        vocabulary: tokens, at most. Characters that come fewer than ten times are read as bytes.

    Raises:
        ValueError: the vocabulary has no room for the bytes and the characters.
    """
    counts = Counter(character for text in texts for character in text)
    alphabet = sorted(character for character, count in counts.items() if count >= _RARE and not character.isspace())
    alphabet.append(SPACE)
    fewest = len(SPECIAL) + len(alphabet)
    if vocabulary <= fewest:
        raise ValueError(f"a vocabulary of {vocabulary} tokens is too small: bytes and characters alone are {fewest}")
    tokenizer = Tokenizer(models.BPE(byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(split=False), pre_tokenizers.Split(Regex(_PIECE), "removed", invert=True)]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        special_tokens=SPECIAL,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Subwords(StoredTokenizer):
    """Encodes texts, and spells tokens, with a fitted tokenizer.

    Attributes:
        spellings: of each token what it stands for, with `SPACE` for a space; empty for what is no text by itself.
    """

    special = SPECIAL

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__(tokenizer)
        tokens = (tokenizer.id_to_token(number) or "" for number in range(tokenizer.get_vocab_size()))
        self.spellings = ["" if number < len(SPECIAL) else token for number, token in enumerate(tokens)]

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of folded texts, without what begins and ends them."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text that tokens stand for."""
        return str(self._tokenizer.decode([token for token in tokens if token != END], skip_special_tokens=False))
