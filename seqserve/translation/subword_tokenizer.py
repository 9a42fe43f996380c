"""Sentences to subword numbers and back, the same in training and in serving."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from seqserve.core.stored_tokenizer import StoredTokenizer
from seqserve.translation.markup import copied_patterns, placeholders
from seqserve.translation.markup.placeholders import PLACEHOLDERS, UNSEEN, Hidden

PADDING, START, END, UNKNOWN = range(4)
SPECIAL = ["<pad>", "<s>", "</s>", "<unk>"]
"""The first tokens of every vocabulary."""
_RARE = 10
# A raw text has no placeholders: characters of private use go too.
_UNSEEN = dict.fromkeys(map(ord, UNSEEN + PLACEHOLDERS))
_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2026": "..."})
# No-break, narrow and thin spaces, zero-width spaces (which stand beside words) and control characters.
_SPACE = re.compile(r"[\s\u200b\x00-\x1f\x7f-\x9f]+")
_MARK = rf"[{PLACEHOLDERS}]"
# A word with the space before it, or any other character with it; a digit and a placeholder stand alone.
_PIECE = rf"▁?[\p{{L}}\p{{M}}]+|▁?[^\p{{L}}\p{{M}}\p{{N}}\s▁{PLACEHOLDERS}]|\p{{N}}|{_MARK}|▁"


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
    tokenizer = Tokenizer(models.BPE(unk_token=SPECIAL[UNKNOWN]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(split=False), pre_tokenizers.Split(Regex(_PIECE), "removed", invert=True)]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        special_tokens=SPECIAL,
        initial_alphabet=alphabet,
        limit_alphabet=len(set(alphabet)),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Subwords(StoredTokenizer):
    """Encodes sentences, and decodes them, with a fitted tokenizer."""

    special = SPECIAL

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__(tokenizer)
        self._copied: dict[tuple[bool, bool], re.Pattern[str]] = {}

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

    @property
    def tokens(self) -> list[str]:
        """All subwords, in the order of their numbers."""
        vocabulary = self._tokenizer.get_vocab()
        return sorted(vocabulary, key=vocabulary.__getitem__)

    def parts(self, token: str) -> list[int]:
        """The numbers of the subwords that a subword of another vocabulary is made of; itself, if it is known."""
        number = self._tokenizer.token_to_id(token)
        return [part.id for part in self._tokenizer.model.tokenize(token)] if number is None else [number]

    def hide(
        self, sentence: str, *, numbers: bool = True, uppercase: bool = False, placed: Sequence[str] = ()
    ) -> Hidden:
        """A folded sentence with placeholders for what is copied, see `placeholders.hide`.

        Args:
            uppercase: it is in upper case and will be read in lower case: letters that are known so are known.
        """
        if (numbers, uppercase) not in self._copied:
            alphabet = [*self._alphabet, *(letter.upper() for letter in self._alphabet if len(letter.upper()) == 1)]
            known = sorted(set(alphabet)) if uppercase else self._alphabet
            self._copied[numbers, uppercase] = copied_patterns.copied(known, numbers=numbers)
        return placeholders.hide(sentence, self._copied[numbers, uppercase], placed)

    def small(self, sentence: str) -> str:
        """A sentence with a small letter for each capital of which the vocabulary has only the small one."""
        return sentence.translate(self._small)

    @cached_property
    def _small(self) -> dict[int, str]:
        known = set(self._alphabet)
        capitals = {letter.upper(): letter for letter in known if len(letter.upper()) == 1}
        return {ord(capital): letter for capital, letter in capitals.items() if capital not in known}

    @cached_property
    def _alphabet(self) -> list[str]:
        return sorted(token for token in self._tokenizer.get_vocab() if len(token) == 1 and token != "▁")
