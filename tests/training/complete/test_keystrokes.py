from __future__ import annotations

from collections.abc import Sequence

import pytest

from training.complete import keystrokes


def test_without_suggestions_nothing_is_saved() -> None:
    assert keystrokes.saved(["One two.", "Three"], lambda texts: [[] for _ in texts]) == 0


def test_a_right_suggestion_is_a_keystroke_and_a_wrong_one_none() -> None:
    offers = {"T": ["hree"], "Three": [" fou", " four"], "Three f": ["our"]}

    def suggest(texts: Sequence[str]) -> list[list[str]]:
        return [offers.get(text, ["x"]) for text in texts]

    # T, take `hree`, take ` four` (` fou` is not whole), full stop: 4 keystrokes of 11.
    assert keystrokes.saved(["Three four."], suggest) == pytest.approx(1 - 4 / 11)


def test_the_baseline_offers_the_most_frequent_words() -> None:
    suggest = keystrokes.of_frequencies(["the thing that the then", "don't don't do"], 2)
    assert suggest(["I see th", "the", "I d", "I do", "20"])[:4] == [["e", "at"], ["n"], ["on't", "o"], ["n't"]]
