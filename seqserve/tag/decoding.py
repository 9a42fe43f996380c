"""From the scores of tags to entities: the likeliest allowed tags, and how probable each entity is. In NumPy, batched.

Tags are `O`, `B-person` (an entity begins) and `I-person` (it goes on). An `I` stands only behind a `B` or `I` of its
label, so that tags always say where entities begin and end.

Reference:
    Viterbi 1967; Lafferty et al., Conditional Random Fields, ICML 2001 (forward and backward sums).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]

OUTSIDE = "O"
FORBIDDEN = -1e4
"""Added to the score of what is not allowed: far below any score, and finite."""


class Span(NamedTuple):
    """An entity: its words, the last exclusive, the number of its label, and its probability."""

    first: int
    last: int
    label: int
    score: float


class Transitions(NamedTuple):
    """Scores of the tag that a text begins with (K,), of one tag behind another (K, K), and of the last (K,)."""

    start: Rows
    following: Rows
    end: Rows


def tags_of(labels: Sequence[str]) -> list[str]:
    """The tags of labels: `O`, then for each of them B and I."""
    return [OUTSIDE, *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


def allowed_transitions(tags: Sequence[str]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which tags a text may begin with (K,), and which may stand behind which (K, K)."""
    first = np.array([not tag.startswith("I-") for tag in tags])
    following = np.array([[not tag.startswith("I-") or before[2:] == tag[2:] for tag in tags] for before in tags])
    return first, following


def bounded(tags: Sequence[str], transitions: Transitions) -> Transitions:
    """Transition scores in which what is not allowed has none."""
    first, following = allowed_transitions(tags)
    return Transitions(
        transitions.start + np.where(first, 0, FORBIDDEN),
        transitions.following + np.where(following, 0, FORBIDDEN),
        transitions.end,
    )


def decode(scores: Rows, lengths: npt.NDArray[np.intp], transitions: Transitions) -> list[list[Span]]:
    """The entities of each row.

    Args:
        scores: of the tags of each word (N, T, K); what stands behind a row's length does not count.
        lengths: words of each row (N,), 1 at least.
        transitions: `bounded`.
    """
    paths = viterbi(scores, lengths, transitions)
    forward, backward, total = sums(scores, lengths, transitions)
    return [
        _spans(paths[row, :length], scores[row], forward[row], backward[row], total[row], transitions)
        for row, length in enumerate(lengths)
    ]


def viterbi(scores: Rows, lengths: npt.NDArray[np.intp], transitions: Transitions) -> npt.NDArray[np.intp]:
    """The likeliest allowed tags of each row, (N, T); 0 behind its length."""
    rows, steps, _ = scores.shape
    best = transitions.start + scores[:, 0]
    came_from = np.zeros(scores.shape, dtype=np.intp)
    for step in range(1, steps):
        ways = best[:, :, np.newaxis] + transitions.following
        came_from[:, step] = ways.argmax(axis=1)
        best = np.where((step < lengths)[:, np.newaxis], ways.max(axis=1) + scores[:, step], best)
    paths = np.zeros((rows, steps), dtype=np.intp)
    tag = (best + transitions.end).argmax(axis=1)
    every = np.arange(rows)
    for step in range(steps - 1, -1, -1):
        paths[:, step] = np.where(step < lengths, tag, 0)
        if step:
            tag = np.where(step < lengths, came_from[every, step, tag], tag)
    return paths


def sums(scores: Rows, lengths: npt.NDArray[np.intp], transitions: Transitions) -> tuple[Rows, Rows, Rows]:
    """Log sums over all allowed tags: up to each word (N, T, K), behind each (N, T, K), and of whole rows (N,)."""
    steps = scores.shape[1]
    forward, backward = np.zeros(scores.shape), np.zeros(scores.shape)
    forward[:, 0] = transitions.start + scores[:, 0]
    for step in range(1, steps):
        ways = forward[:, step - 1, :, np.newaxis] + transitions.following
        forward[:, step] = np.where(
            (step < lengths)[:, np.newaxis], _log_sum(ways, axis=1) + scores[:, step], forward[:, step - 1]
        )
    backward[:] = transitions.end
    for step in range(steps - 2, -1, -1):
        ways = transitions.following + (scores[:, step + 1] + backward[:, step + 1])[:, np.newaxis, :]
        backward[:, step] = np.where((step + 1 < lengths)[:, np.newaxis], _log_sum(ways, axis=2), transitions.end)
    return forward, backward, _log_sum(forward[:, -1] + transitions.end, axis=1)


def _spans(
    path: npt.NDArray[np.intp], scores: Rows, forward: Rows, backward: Rows, total: float, transitions: Transitions
) -> list[Span]:
    """The entities of a row, each with the probability that it stands there, no word more or less."""
    found = []
    first = 0
    while first < len(path):
        tag = int(path[first])
        if tag == 0:
            first += 1
            continue
        last = first + 1
        while last < len(path) and path[last] == tag + 1:
            last += 1
        label, inside = (tag - 1) // 2, tag + 1
        score = forward[first, tag]
        for step in range(first + 1, last):
            score += transitions.following[path[step - 1], inside] + scores[step, inside]
        ends_with = int(path[last - 1])
        if last == len(path):
            score += transitions.end[ends_with]
        else:  # what follows must not be one word more of it
            ways = transitions.following[ends_with] + scores[last] + backward[last]
            score += _log_sum(np.delete(ways, inside), axis=0)
        found.append(Span(first, last, label, float(min(1.0, np.exp(score - total)))))
        first = last
    return found


def _log_sum(values: Rows, axis: int) -> Rows:
    most = values.max(axis=axis, keepdims=True)
    answer: Rows = np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis)
    return answer
