"""SentencePiece vocabularies become tokenizers that cut and join text as they do."""

from __future__ import annotations

import pytest

from seqserve.translation.subword_tokenizer import SPECIAL, UNKNOWN, Subwords
from testing.tiny import marian
from training.core.download import DataError
from training.translation.marian import vocabulary
from training.translation.marian.vocabulary import Piece, Pieces


def coder(pieces: list[tuple[str, float, int]] = marian.PIECES, byte_fallback: bool = False) -> Subwords:
    return vocabulary.subwords(vocabulary.read(marian.vocabulary(pieces, byte_fallback=byte_fallback)))


def test_pieces_are_read() -> None:
    found = vocabulary.read(marian.vocabulary())
    assert [tuple(piece) for piece in found.pieces] == [
        (text, pytest.approx(score), kind) for text, score, kind in marian.PIECES
    ]
    assert found == Pieces(list(map(Piece._make, found.pieces)), b"", False)


def test_tokens_are_those_of_the_vocabulary_and_two_more() -> None:
    subwords = coder()
    assert len(subwords) == len(marian.PIECES) + 2
    numbers = {text: number + 2 for number, (text, *_) in enumerate(marian.PIECES)}
    assert subwords.encode(["I like the  house"]) == [[numbers[f"▁{word}"] for word in ["I", "like", "the", "house"]]]
    spelled = [numbers["▁"], *(numbers[letter] for letter in "cat")]
    assert subwords.encode(["cat"]) == [spelled]
    assert subwords.decode(spelled) == "cat"
    assert subwords.encode(["ß"])[0][-1] == UNKNOWN


def test_it_is_stored_and_read_again() -> None:
    subwords = coder()
    again = Subwords.from_json(subwords.to_json())
    assert again.encode(["the milk."]) == subwords.encode(["the milk."])


def test_a_raw_special_token_is_text() -> None:
    subwords = coder([*marian.PIECES, *((sign, -7.0, 1) for sign in "<>/")])
    for token in SPECIAL:
        assert not {0, 1, 2} & set(subwords.encode([token])[0])


def test_unknown_characters_become_bytes_where_the_vocabulary_has_them() -> None:
    pieces = [*marian.PIECES, *((f"<0x{byte:02X}>", -9.0, 6) for byte in range(256))]
    subwords = coder(pieces, byte_fallback=True)
    (numbers,) = subwords.encode(["the ß"])
    assert UNKNOWN not in numbers
    assert subwords.decode(numbers) == "the ß"
    (raw,) = subwords.encode(["<0x41>"])
    assert len(raw) > 3  # spelled, and not the byte


def test_pieces_of_the_user_stand_alone() -> None:
    pieces = [*marian.PIECES, ("__source__", 0.0, 4), ("_", -7.0, 1)]
    (numbers,) = coder(pieces).encode(["a__source__b"])
    assert len(marian.PIECES) + 2 in numbers


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "first pieces"),
        (b"no protobuf", "damaged"),
        (marian.vocabulary()[:-200], "damaged"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "does not end"),
        (marian.vocabulary(kind=2), "unigram"),
        (marian.vocabulary(spaced=False), "remove_extra_whitespaces"),
        (marian.vocabulary(marian.PIECES[1:]), "first pieces"),
        (marian.vocabulary([*marian.PIECES, ("a", -1.0, 9)]), "kind 9"),
    ],
)
def test_what_cannot_be_imported_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        vocabulary.read(content)


def test_two_pieces_of_one_text_are_refused() -> None:
    with pytest.raises(DataError, match="two pieces of one text"):
        coder([*marian.PIECES, ("a", -9.0, 1)])
