"""A SentencePiece vocabulary, `vocab.XXYY.spm`, as a tokenizer of seqserve.

Reference:
    https://github.com/google/sentencepiece, src/sentencepiece_model.proto
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from seqserve.translation.subword_tokenizer import SPECIAL, UNKNOWN, Subwords
from training.core.download import DataError

NORMAL, UNKNOWN_PIECE, CONTROL, USER, UNUSED, BYTE = range(1, 7)
ENDS = "</s>"
_UNIGRAM = 1
_SPACED = {3: "add_dummy_prefix", 4: "remove_extra_whitespaces", 5: "escape_whitespaces"}
# A raw "<s>" is no token: its pieces are found apart.
_RAW_SPECIAL = r"<(?=(?:pad|/?s|unk|0x[0-9A-F]{2})>)"
_LONGEST = 10


class Piece(NamedTuple):
    text: str
    score: float
    kind: int


class Pieces(NamedTuple):
    """A vocabulary.

    Args:
        normaliser: the compiled map that sentences are normalised by; empty for none.
        byte_fallback: characters that no piece has are written as their bytes.
    """

    pieces: list[Piece]
    normaliser: bytes
    byte_fallback: bool


def read(content: bytes) -> Pieces:
    """Read a vocabulary, and check that it can be imported.

    Raises:
        DataError: it is damaged, or of a kind that is not supported.
    """
    try:
        return _read(content)
    except (ValueError, struct.error, IndexError) as error:
        raise DataError(f"the vocabulary is damaged, or no SentencePiece vocabulary ({error}); get it again") from None


def subwords(pieces: Pieces) -> Subwords:
    """The tokenizer of a vocabulary; its tokens are those of the vocabulary and two more before them, see `SPECIAL`."""
    texts = [piece.text for piece in pieces.pieces[2:]]
    # The penalty of an unknown character hangs on the lowest score of all.
    lowest = min((piece.score for piece in pieces.pieces if piece.kind == NORMAL), default=0.0)
    entries = [(name, lowest) for name in SPECIAL] + [(piece.text, piece.score) for piece in pieces.pieces[2:]]
    if len({text for text, _ in entries}) < len(entries):
        raise DataError("the vocabulary has two pieces of one text, or one that is named as a special token")
    tokenizer = Tokenizer(models.Unigram(entries, UNKNOWN, byte_fallback=pieces.byte_fallback))
    spaces = [normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()]
    mapped = [normalizers.Precompiled(pieces.normaliser)] if pieces.normaliser else []
    tokenizer.normalizer = normalizers.Sequence([*mapped, *spaces])
    own = [text for text, piece in zip(texts, pieces.pieces[2:], strict=True) if piece.kind == USER]
    splits = [pre_tokenizers.Split(Regex(_RAW_SPECIAL), "isolated")]
    splits += [pre_tokenizers.Split(text, "isolated") for text in own]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), *splits])
    fallback = [decoders.ByteFallback()] if pieces.byte_fallback else []
    tokenizer.decoder = decoders.Sequence([*fallback, decoders.Metaspace()])
    tokenizer.add_special_tokens(SPECIAL)
    return Subwords(tokenizer)


def _read(content: bytes) -> Pieces:
    pieces, normaliser, byte_fallback = [], b"", False
    for field, value in _fields(content):
        if field == 1:
            parts = dict(_fields(_bytes(value)))
            kind = parts.get(3, NORMAL)
            score = struct.unpack("<f", _bytes(parts[2]))[0] if 2 in parts else 0.0
            if not isinstance(kind, int) or not NORMAL <= kind <= BYTE:
                raise ValueError(f"a piece of kind {kind!r}")
            pieces.append(Piece(_bytes(parts[1]).decode(), score, kind))
        elif field == 2:
            trainer = dict(_fields(_bytes(value)))
            if trainer.get(3, _UNIGRAM) != _UNIGRAM:
                raise DataError("the vocabulary is not a unigram model; only these can be imported")
            byte_fallback = bool(trainer.get(35, 0))
        elif field == 3:
            rules = dict(_fields(_bytes(value)))
            normaliser = _bytes(rules.get(2, b""))
            for number, name in _SPACED.items():
                if not rules.get(number, 1):
                    raise DataError(f"the vocabulary has {name} off; only with it on it can be imported")
    if [piece.text for piece in pieces[:2]] != [ENDS, SPECIAL[UNKNOWN]]:
        raise DataError(f"the vocabulary's first pieces are not {ENDS} and {SPECIAL[UNKNOWN]}; it cannot be imported")
    return Pieces(pieces, normaliser, byte_fallback)


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where a text was expected")
    return value


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message of Protocol Buffers, their numbers and values."""
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        if tag & 7 == 0:
            number, place = _number(message, place)
            yield tag >> 3, number
            continue
        if tag & 7 == 2:
            length, place = _number(message, place)
        elif tag & 7 in (1, 5):
            length = 8 if tag & 7 == 1 else 4
        else:
            raise ValueError(f"a field of wire type {tag & 7}")
        if place + length > len(message):
            raise ValueError("it ends within a field")
        yield tag >> 3, message[place : place + length]
        place += length


def _number(message: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where the rest begins."""
    number = 0
    for shift in range(_LONGEST):
        byte = message[place + shift]
        number |= (byte & 127) << 7 * shift
        if byte < 128:
            return number, place + shift + 1
    raise ValueError("a number that does not end")
