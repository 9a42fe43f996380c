"""Pieces of work in processes: results, what is told meanwhile, and a process that is killed."""

from __future__ import annotations

import os

from testing.pieces import Desk, work
from training.engines import local_pool
from training.engines.work import Lost


def test_every_piece_has_a_result_and_a_killed_process_is_replaced() -> None:
    desk = Desk([2, "die", "fail", 4, 1])
    local_pool.run(work, desk, workers=2)
    assert desk.results[1] == Lost("its process was killed, perhaps for want of memory")
    assert desk.results[2] == Lost("RuntimeError: no")
    assert [desk.results[number][0] for number in (0, 3, 4)] == [[], [3], []]
    assert os.getpid() not in {desk.results[number][1] for number in (0, 3, 4)}
    assert [step for number, step, _ in desk.heard if number == 3] == [0, 1, 2, 3]
