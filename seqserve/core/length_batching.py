"""Rows of unlike lengths in runs of about the same length, so that a network reads little padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OVERHEAD = 2
"""What a run costs beside its rows, in rows."""


@dataclass
class Tally:
    """Steps that a network has run, and how many of them were padding."""

    steps: int = 0
    padding: int = 0

    def add(self, lengths: Sequence[int]) -> None:
        """Count a run of rows of these lengths, all padded to the longest."""
        run = len(lengths) * max(lengths)
        self.steps += run
        self.padding += run - sum(lengths)

    def take(self) -> Tally:
        """What was counted since the last time."""
        taken = Tally(self.steps, self.padding)
        self.steps = self.padding = 0
        return taken


def packed(lengths: Sequence[int], most_steps: int) -> Iterator[list[int]]:
    """The indices of rows in runs of so many steps at most, padding counted, the longest first.

    A run ends where one more row would make its padding cost more than a run of its own. A row that is longer than
    `most_steps` is run alone.
    """
    run: list[int] = []
    padding = longest = 0
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        padding += longest - lengths[index]
        if run and ((len(run) + 1) * longest > most_steps or padding > OVERHEAD * lengths[index]):
            yield run
            run = []
        if not run:
            longest, padding = lengths[index], 0
        run.append(index)
    if run:
        yield run
