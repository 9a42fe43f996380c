"""Pieces of work on a Ray cluster: a task each, with one core.

Every node needs the packages of training, and reaches what a piece names: data sets, the models tree. Its code comes
from the process that starts the work, and paths mean what they mean there, if a node has that folder. What a piece
tells of its steps goes through an actor, and so does whether it is to end.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from seqserve.core import ray_session
from training.engines.work import Desk, Function, Lost, Piece

_PAUSE = 0.5
"""Seconds after which the desk hears what was told."""


class _Mailbox:
    """What pieces have told and nobody has heard yet, and those that are to end."""

    def __init__(self) -> None:
        self._told: list[tuple[int, int, float]] = []
        self._ended: set[int] = set()

    def tell(self, number: int, step: int, loss: float) -> bool:
        """Tell of a step; whether the piece is to end, by what was known before."""
        self._told.append((number, step, loss))
        return number in self._ended

    def take(self) -> list[tuple[int, int, float]]:
        told, self._told = self._told, []
        return told

    def end(self, number: int) -> None:
        self._ended.add(number)


def run(function: Function, desk: Desk, workers: int | None, address: str | None) -> None:
    """Do all there is to do; a piece whose process or node is lost is not done again here.

    Args:
        workers: pieces at a time; none means as many as the cluster has cores.
        address: of the cluster; none means that of `RAY_ADDRESS`, or else one that is started here.

    Raises:
        ValueError: Ray is not installed, or there is no such cluster.
    """
    import training

    ray = ray_session.started(address, training)
    try:
        mailbox = ray.remote(num_cpus=0)(_Mailbox).remote()
        task = ray.remote(num_cpus=1, max_retries=0)(_do)
        most = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        running: dict[Any, int] = {}
        while True:
            while len(running) < most and (piece := desk.following()) is not None:
                running[task.remote(function, piece, mailbox, str(Path.cwd()))] = piece.number
            if not running:
                return
            ready, _ = ray.wait(list(running), num_returns=1, timeout=_PAUSE)
            open_numbers = set(running.values())
            for number, step, loss in ray.get(mailbox.take.remote()):
                if number in open_numbers and desk.told(number, step, loss):
                    mailbox.end.remote(number)
            for reference in ready:
                number = running.pop(reference)
                try:
                    desk.done(number, ray.get(reference))
                except ray.exceptions.RayError as error:
                    desk.done(number, Lost(ray_session.last_line(error)))
    except ray.exceptions.RayError as error:
        raise ValueError(f"the cluster is gone; the same command goes on: {ray_session.last_line(error)}") from None
    finally:
        ray.shutdown()


def _do(function: Function, piece: Piece, mailbox: Any, folder: str) -> Any:
    import ray

    if Path(folder).is_dir():
        os.chdir(folder)

    def tell(step: int, loss: float) -> bool:
        return bool(ray.get(mailbox.tell.remote(piece.number, step, loss)))

    return function(piece.argument, tell)
