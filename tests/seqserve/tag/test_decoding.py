from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.tag.decoding import Transitions, allowed_transitions, bounded, decode, tags_of, viterbi

TAGS = tags_of(["person", "place"])


def problem(seed: int, rows: int, steps: int) -> tuple[np.ndarray, Transitions]:
    random = np.random.default_rng(seed)
    size = len(TAGS)
    parts = Transitions(random.normal(size=size), random.normal(size=(size, size)), random.normal(size=size))
    return random.normal(size=(rows, steps, size)) * 2, bounded(TAGS, parts)


def score(path: tuple[int, ...], scores: np.ndarray, transitions: Transitions) -> float:
    """The score of tags, added up one by one."""
    total = transitions.start[path[0]] + transitions.end[path[-1]]
    total += sum(scores[place, tag] for place, tag in enumerate(path))
    return float(total + sum(transitions.following[pair] for pair in itertools.pairwise(path)))


@pytest.mark.parametrize("seed", range(5))
def test_the_likeliest_tags_and_probabilities_are_those_of_all_ways(seed: int) -> None:
    scores, transitions = problem(seed, 1, 4)
    ways = {path: score(path, scores[0], transitions) for path in itertools.product(range(len(TAGS)), repeat=4)}
    best = max(ways, key=lambda path: ways[path])
    assert tuple(viterbi(scores, np.array([4]), transitions)[0]) == best
    total = np.logaddexp.reduce(list(ways.values()))
    (spans,) = decode(scores, np.array([4]), transitions)
    for span in spans:
        begin, inside = 1 + 2 * span.label, 2 + 2 * span.label
        wanted = (begin, *[inside] * (span.last - span.first - 1))
        same = [
            value
            for path, value in ways.items()
            if path[span.first : span.last] == wanted and (span.last == 4 or path[span.last] != inside)
        ]
        assert span.score == pytest.approx(np.exp(np.logaddexp.reduce(same) - total))


@given(st.integers(0, 1000))
def test_an_entity_never_goes_on_that_has_not_begun(seed: int) -> None:
    scores, transitions = problem(seed, 3, 7)
    first, following = allowed_transitions(TAGS)
    for path in viterbi(scores, np.array([7, 7, 7]), transitions):
        assert first[path[0]]
        assert all(following[pair] for pair in itertools.pairwise(path))


@given(st.integers(0, 1000))
def test_a_row_in_a_batch_is_decoded_as_alone_whatever_stands_behind_it(seed: int) -> None:
    scores, transitions = problem(seed, 4, 6)
    lengths = np.array([6, 1, 3, 5])
    scores[1, 1:] = 1e6
    together = decode(scores, lengths, transitions)
    for row, length in enumerate(lengths):
        (alone,) = decode(scores[row : row + 1, :length], lengths[row : row + 1], transitions)
        assert [span[:3] for span in together[row]] == [span[:3] for span in alone]
        assert [span.score for span in together[row]] == pytest.approx([span.score for span in alone])
