from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seqserve.tag import words
from seqserve.tag.pieces import pieces


def cut(text: str, most: int) -> list[str]:
    found = words.split(text)
    return [text[found[one.first].start : found[one.last - 1].end] for one in pieces(text, found, most)]


def test_a_short_text_is_one_piece() -> None:
    assert cut("Ann is here. Bob too.", 10) == ["Ann is here. Bob too."]


def test_a_long_text_is_cut_behind_sentences() -> None:
    text = 'Ann is here. "Bob is too." Eve is not\nJim is away and so on'
    assert cut(text, 10) == ['Ann is here. "Bob is too."', "Eve is not\nJim is away and so on"]
    assert cut(text, 5) == ["Ann is here.", '"Bob is too.', '" Eve is not', "Jim is away and so", "on"]


def test_time_does_not_grow_with_the_square_of_quotes() -> None:
    found = words.split("'" * 50_000)  # of which the square would take a minute
    assert sum(1 for _ in pieces("'" * 50_000, found, 100)) == 500


def test_an_initial_is_no_end_of_a_sentence() -> None:
    assert cut("we saw Ann J. Smith today", 6) == ["we saw Ann J. Smith", "today"]


@given(st.text(alphabet="ab .!\n'", max_size=80), st.integers(2, 6))
def test_pieces_hold_every_word_once_and_are_bounded(text: str, most: int) -> None:
    found = words.split(text)
    every = list(pieces(text, found, most))
    assert [place for one in every for place in range(one.first, one.last)] == list(range(len(found)))
    assert all(0 < one.last - one.first <= most for one in every)
