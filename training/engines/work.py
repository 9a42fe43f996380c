"""What an engine runs: pieces of work that are independent of each other, and what is said of each as it goes on.

The process that starts them alone knows what there is to do, and writes down what came of it. So the code is the same
in this process, in others and on a cluster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

Function = Callable[[Any, Callable[[int, float], bool]], Any]
"""Does a piece of work: takes its argument, and whom to tell of a step and its loss; returns the result.

It is a function of a module, which other processes import. What may go wrong is part of its result.
"""


@dataclass(frozen=True)
class Piece:
    """A piece of work."""

    number: int
    argument: Any


@dataclass(frozen=True)
class Lost:
    """The result of a piece whose process has ended before it."""

    reason: str


class Desk(Protocol):
    """Who gives out the work."""

    def following(self) -> Piece | None:
        """The next piece; none if there is none now: it is asked again once another is done."""

    def told(self, number: int, step: int, loss: float) -> bool:
        """Take note of a step; whether the piece is to end there."""

    def done(self, number: int, result: Any) -> None:
        """Take the result of a piece, or that it was `Lost`."""
