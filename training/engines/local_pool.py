"""Several pieces of work at a time, in processes of this machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, NamedTuple

from training.engines.work import Desk, Function, Lost


class _Worker(NamedTuple):
    process: SpawnProcess
    pipe: Connection


def run(function: Function, desk: Desk, workers: int) -> None:
    """Do all there is to do; a process that is killed loses its piece, and another takes its place."""
    idle: list[_Worker] = []
    busy: dict[Connection, tuple[_Worker, int]] = {}
    try:
        while True:
            while len(busy) < workers and (piece := desk.following()) is not None:
                worker = idle.pop() if idle else _start(function, max(1, (os.cpu_count() or 1) // workers))
                worker.pipe.send(piece.argument)
                busy[worker.pipe] = worker, piece.number
            if not busy:
                return
            for ready in connection.wait(list(busy)):
                assert isinstance(ready, Connection)
                worker, number = busy[ready]
                try:
                    kind, content = ready.recv()
                except (EOFError, ConnectionResetError):
                    del busy[ready]
                    _end(worker)
                    desk.done(number, Lost("its process was killed, perhaps for want of memory"))
                    continue
                if kind == "told":
                    ready.send(desk.told(number, *content))
                else:
                    del busy[ready]
                    idle.append(worker)
                    desk.done(number, content if kind == "done" else Lost(content))
    finally:
        for worker in [*idle, *(worker for worker, _ in busy.values())]:
            _end(worker)


def _start(function: Function, threads: int) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(function, theirs, threads), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _end(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()


def _serve(function: Function, pipe: Connection, threads: int) -> None:
    """Do one piece after the other, until the parent ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the pool
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, str(threads))

    def tell(step: int, loss: float) -> bool:
        pipe.send(("told", (step, loss)))
        return bool(pipe.recv())

    while True:
        argument: Any = pipe.recv()
        try:
            pipe.send(("done", function(argument, tell)))
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            pipe.send(("lost", f"{type(error).__name__}: {error}"))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
