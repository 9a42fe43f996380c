"""A tokenizer that was fitted in training, as a version stores it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from tokenizers import Tokenizer


class StoredTokenizer:
    """Text to tokens and back; subclasses say how.

    Args:
        tokenizer: as the `fit` of their module makes it.

    Attributes:
        special: the first tokens of every vocabulary, in the order of their numbers.
    """

    special: ClassVar[Sequence[str]]

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.encode_special_tokens = True  # otherwise "</s>" in a text would be taken for the token
        self._tokenizer = tokenizer

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """The tokenizer of a version's file.

        Raises:
            ValueError: the content is no tokenizer of this kind.
        """
        try:
            tokenizer = Tokenizer.from_str(content.decode())
        except Exception as error:  # the library raises plain exceptions
            raise ValueError(f"no tokenizer: {error}") from None
        if [tokenizer.token_to_id(name) for name in cls.special] != list(range(len(cls.special))):
            raise ValueError(f"its first tokens are not {', '.join(cls.special[:4])}")
        return cls(tokenizer)

    def to_json(self) -> bytes:
        """The tokenizer as it is stored."""
        return self._tokenizer.to_str().encode()

    def __len__(self) -> int:
        return self._tokenizer.get_vocab_size()
