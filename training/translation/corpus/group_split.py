"""Parts of sentence pairs that share no sentence, neither a source nor a target."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np


def parts(sources: Iterable[str], targets: Iterable[str], shares: Sequence[float], seed: int) -> list[int]:
    """For each pair the part it is in: 0, or 1, 2, ... for those with a share.

    What shares a sentence, or shares one with what does, is a group and stays together, all translations of a source
    above all. Groups are drawn at random; one with more sources than any part lacks goes to part 0.

    Args:
        sources, targets: of each pair, equal where they count as the same sentence.
        shares: of the distinct sources, for part 1, 2, ...
    """
    source_numbers, target_numbers = _numbers(sources), _numbers(targets)
    groups = _groups(source_numbers, target_numbers)
    sizes = [0] * len(set(groups))
    for _, group in set(zip(source_numbers, groups, strict=True)):
        sizes[group] += 1
    lacking = [round(share * sum(sizes)) for share in shares]
    part_of = [0] * len(sizes)
    for group in np.random.default_rng(seed).permutation(len(sizes)).tolist():
        for part, room in enumerate(lacking):
            if sizes[group] <= room:
                lacking[part] -= sizes[group]
                part_of[group] = part + 1
                break
    return [part_of[group] for group in groups]


def _groups(sources: list[int], targets: list[int]) -> list[int]:
    """The number of each pair's group: a component of the graph whose nodes are sentences and whose edges are pairs."""
    from scipy.sparse import coo_array  # here, as it takes long to load
    from scipy.sparse.csgraph import connected_components

    first = len(set(sources))
    nodes = first + len(set(targets))
    if not nodes:
        return []
    ends = np.array(sources), np.array(targets) + first
    graph = coo_array((np.ones(len(sources), np.int8), ends), shape=(nodes, nodes))
    _, components = connected_components(graph, directed=False)
    return _numbers(components[ends[0]].tolist())


def _numbers(items: Iterable[Hashable]) -> list[int]:
    """Equal items get equal numbers, from 0 in the order in which they appear."""
    found: dict[Hashable, int] = {}
    return [found.setdefault(item, len(found)) for item in items]
