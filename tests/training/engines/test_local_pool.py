"""Pieces of work in processes: results, what is told meanwhile, and a process that is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from training.engines import local_pool
from training.engines.work import Lost, Piece


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
    if argument == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if argument == "fail":
        raise RuntimeError("no")
    return [step for step in range(argument) if told(step, float(step))], os.getpid()


def test_every_piece_has_a_result_and_a_killed_process_is_replaced() -> None:
    desk = Desk([2, "die", "fail", 4, 1])
    local_pool.run(work, desk, workers=2)
    assert desk.results[1] == Lost("its process was killed, perhaps for want of memory")
    assert desk.results[2] == Lost("RuntimeError: no")
    assert [desk.results[number][0] for number in (0, 3, 4)] == [[], [3], []]
    assert os.getpid() not in {desk.results[number][1] for number in (0, 3, 4)}
    assert [(step, loss) for number, step, loss in desk.heard if number == 3] == [
        (0, 0.0),
        (1, 1.0),
        (2, 2.0),
        (3, 3.0),
    ]
