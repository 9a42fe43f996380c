"""Words find their translations in toy languages whose alignment is known."""

from __future__ import annotations

import numpy as np

from training.translation.corpus import word_alignment
from training.translation.corpus.word_alignment import Side


def links(sources: list[str], targets: list[str]) -> list[set[tuple[int, int]]]:
    """The links of each sentence, as positions in it."""
    source, target = (Side.of([row.split() for row in rows]) for rows in (sources, targets))
    a, b = word_alignment.aligned(source, target)
    found: list[set[tuple[int, int]]] = [set() for _ in sources]
    for here, there in zip(a.tolist(), b.tolist(), strict=True):
        sentence = int(np.searchsorted(source.starts, here, side="right")) - 1
        found[sentence].add((here - int(source.starts[sentence]), there - int(target.starts[sentence])))
    return found


def test_words_that_change_places_are_linked() -> None:
    random = np.random.default_rng(0)
    orders = [random.permutation(12)[:4].tolist() for _ in range(100)]
    sources = [" ".join(f"word{number}" for number in order) for order in orders]
    targets = [" ".join(f"mot{order[place]}" for place in (1, 0, 3, 2)) for order in orders]
    assert links(sources, targets) == [{(0, 1), (1, 0), (2, 3), (3, 2)}] * len(orders)


def test_of_repeated_words_the_nearer_is_linked() -> None:
    sources = ["so big so small", "so small", "big", "small", "so big"]
    targets = ["si grand si petit", "si petit", "grand", "petit", "si grand"]
    assert links(sources, targets)[0] == {(0, 0), (1, 1), (2, 2), (3, 3)}


def test_a_word_is_linked_with_both_words_of_its_translation() -> None:
    sources = ["i see potatoes", "red potatoes", "i see red", "potatoes i eat", "i eat red potatoes"]
    targets = ["je vois patates douces", "rouges patates douces", "je vois rouges"]
    targets += ["patates douces je mange", "je mange rouges patates douces"]
    assert links(sources, targets)[0] == {(0, 0), (1, 1), (2, 2), (2, 3)}


def test_no_link_crosses_into_another_sentence() -> None:
    random = np.random.default_rng(1)
    rows = [" ".join(random.choice(list("abcdefgh"), random.integers(1, 6))) for _ in range(80)]
    others = [" ".join(random.choice(list("stuvwxyz"), random.integers(1, 6))) for _ in range(80)]
    for row, other, found in zip(rows, others, links(rows, others), strict=True):
        assert all(0 <= here < len(row.split()) and 0 <= there < len(other.split()) for here, there in found)
