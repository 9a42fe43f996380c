from __future__ import annotations

import pytest

from seqserve.complete.prefix import prefix_of
from seqserve.complete.subwords import END
from testing.tiny.complete import tokenizer

FOUND = tokenizer()


@pytest.mark.parametrize(
    ("text", "certain", "typed"),
    [
        ("A great fil", "A great", "▁fil"),
        ("A great ", "A great", "▁"),
        ("A great\n", "A great", "▁"),
        ("A great film!", "A great film!", ""),
        ("it's", "", "▁it's"),
        ("I don'", "I", "▁don'"),
        ("(loo", "(", "loo"),
        ("after 20", "after 20", ""),
        ("after 20mi", "after 20", "mi"),
    ],
)
def test_what_is_certain_and_what_is_typed(text: str, certain: str, typed: str) -> None:
    prefix = prefix_of(text, FOUND, 64)
    assert prefix.typed == typed
    assert prefix.tokens[0] == END
    assert FOUND.decode(prefix.tokens) == certain


def test_a_keystroke_does_not_move_where_a_long_text_begins() -> None:
    text = "look for stars " * 20
    starts = []
    for more in range(30):
        prefix = prefix_of(text + "look " * more, FOUND, 32)
        assert len(prefix.tokens) - 1 <= 32
        starts.append(prefix.dropped)
    assert all(dropped % 16 == 0 for dropped in starts)
    assert starts == sorted(starts)
    assert len(set(starts)) < 10
