"""Pieces of work on a Ray cluster that is started here."""

from __future__ import annotations

from pathlib import Path

import pytest

from testing.pieces import Desk, until_ended, work
from testing.service_process import free_port
from training.engines import ray_cluster
from training.engines.work import Lost

pytest.importorskip("ray", reason="needs the extra ray")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_piece_has_a_result_and_those_that_are_to_end_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    desk = Desk([2, "die", "fail", 1])
    ray_cluster.run(work, desk, workers=2, address=None)
    assert isinstance(desk.results[1], Lost)
    assert desk.results[2] == Lost("RuntimeError: no")
    assert [desk.results[number][0] for number in (0, 3)] == [[], []]
    assert {desk.results[number][2] for number in (0, 3)} == {Path.cwd()}
    assert sorted(desk.heard) == [(0, 0, 0.0), (0, 1, 1.0), (3, 0, 0.0)]
    ending = Desk([3])
    ray_cluster.run(until_ended, ending, workers=1, address=None)
    assert ending.results[0] > 1


def test_a_cluster_that_is_not_there_is_named() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(ValueError, match=f"there is no Ray cluster at {address}"):
        ray_cluster.run(until_ended, Desk([3]), workers=1, address=address)
