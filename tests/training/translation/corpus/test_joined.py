"""Pairs are joined side by side, and stay as they are too."""

from __future__ import annotations

import pytest

from training.translation.corpus.joined import joined
from training.translation.corpus.pairs import Pairs

PAIRS = Pairs([f"one {number}." for number in range(40)], [f"un {number}." for number in range(40)], ["cleaned"])


def test_joined_pairs_come_besides_and_are_translations_of_each_other() -> None:
    found = joined(PAIRS, 0.5, seed=0)
    assert (found.sources[:40], found.targets[:40]) == (PAIRS.sources, PAIRS.targets)
    made = list(zip(found.sources[40:], found.targets[40:], strict=True))
    for source, target in made:
        assert source.replace("one", "un") == target
        assert 2 <= source.count("one") <= 4
    assert sum(source.count("one") for source, _ in made) == pytest.approx(20, abs=1)
    assert found.report == ["cleaned", f"{len(made)} pairs made of others: two to four of them joined"]


def test_nothing_too_long_is_made_and_a_share_of_none_changes_nothing() -> None:
    long = Pairs(["a" * 200] * 10, ["b"] * 10)
    assert joined(long, 1.0, seed=0) == long
    assert joined(PAIRS, 0.0, seed=0) == PAIRS
