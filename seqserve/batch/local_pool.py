"""Batch scoring on the cores of this machine: one process reads, the others answer."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process

from seqserve.batch.job import Block, Done, Job, Source, Worker

_AHEAD = 2
"""Blocks that wait or run, a process: more would only take memory."""

_worker: Worker | None = None


def run(job: Job, sources: Sequence[Source], workers: int) -> Iterator[Done]:
    """Read and answer sources one after the other, each with all processes; one process does both by itself.

    Raises:
        ValueError: a process was killed.
    """
    reader = Worker(job)
    if workers == 1:
        yield from (reader.score(block) for source in sources for block in reader.read(source))
        return
    pending: deque[Future[Done]] = deque()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _start, (job,))
    try:
        for source in sources:
            for block in reader.read(source):
                if block.content is None:
                    yield reader.score(block)
                    continue
                pending.append(pool.submit(_score, block))
                while len(pending) >= _AHEAD * workers:
                    yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool:
        raise ValueError(
            "a process was killed, perhaps for want of memory: try fewer --workers or a smaller --rows; "
            "the same command goes on from here"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _start(job: Job) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the pool
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = Worker(job)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _score(block: Block) -> Done:
    assert _worker is not None
    return _worker.score(block)
