"""Cuts labelled streams into windows that a network learns from, so that no two parts of a split share a step."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from seqserve.classify.sequences import Sequences
from seqserve.core.arrays import Floats
from seqserve.core.messages import counted

_BLOCKS = 12
"""Blocks that a stream is cut into, about, where streams are too few to be split as wholes."""
_FEWEST = 10
"""Streams that are split as wholes."""


def cut(found: Sequences, window: int, stride: int, *, per_step: bool) -> Sequences:
    """Windows of streams.

    A window has the label of its steps; with `per_step` each step keeps its own. Windows of a stream overlap if the
    stride is below the window, so they are groups: those of a stream, or of few streams those of a block of it. Blocks
    share no step.

    Args:
        found: streams, with a label a step.

    Raises:
        ValueError: no stream is as long as a window.
    """
    assert found.labels is not None
    whole = len(found.values) >= _FEWEST or found.groups is not None
    values: list[Floats] = []
    labels: list[list[str]] = []
    places: list[str] = []
    groups: list[str] = []
    mixed = 0
    for index, (steps, names) in enumerate(zip(found.values, found.labels, strict=True)):
        for first, last in _blocks(names, window, whole=whole, per_step=per_step):
            group = found.groups[index] if found.groups else f"{index}" if whole else f"{index}, {first}"
            for begin in range(first, last - window + 1, stride):
                inside = names[begin : begin + window]
                if not per_step and len(set(inside)) > 1:
                    mixed += 1
                    continue
                values.append(steps[begin : begin + window])
                labels.append(inside if per_step else inside[:1])
                places.append(f"{found.places[index]}, steps {begin} to {begin + window - 1}")
                groups.append(group)
    if not values:
        longest = max(map(len, found.values))
        raise ValueError(f"no window of {window} steps has one label; streams have up to {longest} steps; see --window")
    report = [
        *found.report,
        f"{counted(len(values), 'window')} of {window} steps, {stride} apart, "
        f"in {counted(len(set(groups)), 'group')} that share no step",
    ]
    report += [f"{counted(mixed, 'window')} across a change of label left out"] * bool(mixed)
    return replace(found, values=values, labels=labels, places=places, groups=groups, per_step=per_step, report=report)


def _blocks(labels: list[str], window: int, *, whole: bool, per_step: bool) -> list[tuple[int, int]]:
    """Where the blocks of a stream begin and end: the stream itself, or runs of a label cut into parts."""
    if whole:
        return [(0, len(labels))]
    size = max(window, -(-len(labels) // _BLOCKS))
    if per_step:
        return [(begin, min(begin + size, len(labels))) for begin in range(0, len(labels), size)]
    edges = [0, *(at for at in range(1, len(labels)) if labels[at] != labels[at - 1]), len(labels)]
    found = []
    for begin, end in pairwise(edges):
        parts = max(1, min((end - begin) // window, max(3, (end - begin) // size)))
        marks = [begin + (end - begin) * part // parts for part in range(parts + 1)]
        found += list(pairwise(marks))
    return found
