"""Pieces of work for the tests of engines, in a module that every process can import."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.engines.work import Piece


class Desk:
    """Gives out arguments, and ends what tells of more than 2."""

    def __init__(self, arguments: list[Any]) -> None:
        self.left = list(enumerate(arguments))
        self.heard: list[tuple[int, int, float]] = []
        self.results: dict[int, Any] = {}

    def following(self) -> Piece | None:
        return Piece(*self.left.pop(0)) if self.left else None

    def told(self, number: int, step: int, loss: float) -> bool:
        self.heard.append((number, step, loss))
        return loss > 2

    def done(self, number: int, result: Any) -> None:
        self.results[number] = result


def work(argument: Any, told: Callable[[int, float], bool]) -> Any:
    """Tells of so many steps; returns those that it was to end after, its process and its folder."""
    if argument == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if argument == "fail":
        raise RuntimeError("no")
    return [step for step in range(argument) if told(step, float(step))], os.getpid(), Path.cwd()


def until_ended(argument: Any, told: Callable[[int, float], bool]) -> int:
    """Tells of a loss until it is to end; returns how often."""
    steps = 1
    while not told(steps, float(argument)):
        steps += 1
    return steps
