"""One batcher for all tasks: the items that wait for a model while it infers become its next batch.

An idle model starts at once, so that batching adds no wait; under load batches grow by themselves.
Every item gets its own result or its own error, whatever else was in its batch.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from seqserve.core.predictor import AnyPredictor
from service.errors import QueueFullError
from service.inference.fair_queue import Entry, FairQueue, Request, Results
from service.monitoring import metrics, traces

logger = logging.getLogger(__name__)

_BATCH_SECONDS = 0.25
"""The longest a batch should take, and so the longest a new item waits before it can be in one. Larger
batches are hardly faster for each item."""
_FEW = 16
"""If more items than these wait, of several requests, a batch takes at most half of them: while they are inferred, the
event loop sends the answers of the others."""
_MEMORY = 0.8
"""The weight of earlier batches against the last one, in the pace of a lane."""
_FIRST_PACE = 1e-5
"""Seconds for each step, until it is measured; a network of some hundred units takes that."""
_AT_ONCE_SECONDS = 0.001
"""A batch for which nobody else waits, and that takes no longer, runs on the event loop: the way to another thread and
back takes as long as a small network."""


@dataclass(frozen=True)
class Limits:
    """How much work may be merged and may wait, in steps of `Predictor.cost`.

    Args:
        batch_steps: work in a batch; an item that costs more goes alone.
        queue_steps: work that may wait for one predictor.
        wait_seconds: how long a request may wait before it is begun, as estimated from the last batches.
    """

    batch_steps: int
    queue_steps: int
    wait_seconds: float


class Batcher:
    """Merges the items of concurrent requests into batches, separately for each predictor.

    Args:
        executor: where inference runs.
    """

    def __init__(self, executor: Executor, limits: Limits) -> None:
        self._executor = executor
        self._limits = limits
        self._lanes: WeakKeyDictionary[AnyPredictor, _Lane] = WeakKeyDictionary()

    def submit(self, predictor: AnyPredictor, task: str, items: Sequence[Any]) -> Results:
        """Infer prepared items; if the queue is empty, any number of them is accepted.

        Raises:
            QueueFullError: too much waits already.
        """
        done = asyncio.get_running_loop().create_future()
        if not items:
            done.set_result([])
            return done
        lane = self._lanes.get(predictor)
        if lane is None:
            lane = self._lanes[predictor] = _Lane(task, self._executor, self._limits)
        lane.add(predictor, done, items)
        return done


class _Lane:
    """The queue of one predictor and the loop that empties it; it does not keep the predictor alive."""

    def __init__(self, task: str, executor: Executor, limits: Limits) -> None:
        self._task = task
        self._executor = executor
        self._limits = limits
        self._queue = FairQueue()
        self._running = 0
        self._pace = _Pace()
        self._infer_pace = _Pace()  # without the wait for a thread, which does not depend on the number of items
        self._loop: asyncio.Task[None] | None = None

    def add(self, predictor: AnyPredictor, done: Results, items: Sequence[Any]) -> None:
        costs = [max(1, predictor.cost(item)) for item in items]
        pace = self._pace.seconds_per_step
        self._admit(sum(costs), pace)
        request = self._queue.add(done, items, costs, pace)
        request.span = traces.current()
        metrics.of(metrics.QUEUE_ITEMS, self._task).inc(len(items))
        done.add_done_callback(partial(self._drop, request))
        if self._loop is None:
            # without the context of the request that begins it, whose trace the log would name for all others
            self._loop = asyncio.create_task(self._work(predictor), context=Context())

    def _admit(self, cost: int, pace: float) -> None:
        due = self._queue.due_within(cost * pace)
        seconds = (due + self._running) * pace
        if (due and due + cost > self._limits.queue_steps) or seconds > self._limits.wait_seconds:
            raise QueueFullError(min(60, 1 + int(seconds)))

    def _drop(self, request: Request, done: Results) -> None:
        """Remove the items of a cancelled request that still wait from the queue."""
        if dropped := self._queue.drop(request):
            metrics.of(metrics.QUEUE_ITEMS, self._task).dec(dropped)
            self._observe_wait(request)

    def _observe_wait(self, request: Request) -> None:
        seconds = time.perf_counter() - request.since
        metrics.of(metrics.STAGE_SECONDS, self._task, "queue").observe(seconds)
        traces.stage("queue", seconds, request.span)

    async def _work(self, predictor: AnyPredictor) -> None:
        try:
            while batch := self._next_batch():
                self._running = sum(entry.cost for entry in batch)
                try:
                    await self._infer(predictor, batch)
                    metrics.of(metrics.BATCH_ITEMS, self._task).observe(len(batch))
                    tally = predictor.tally.take()
                    metrics.of(metrics.STEPS, self._task).inc(tally.steps)
                    metrics.of(metrics.PADDING, self._task).inc(tally.padding)
                except Exception:  # whatever it is, the rest of the queue must not wait for ever
                    logger.exception("a batch was not finished")
        finally:
            self._loop, self._running = None, 0

    def _next_batch(self) -> list[Entry]:
        most_steps = min(self._limits.batch_steps, _BATCH_SECONDS / self._infer_pace.seconds_per_step)
        items = self._queue.items
        batch = self._queue.take(items if self._queue.requests == 1 else max(_FEW, items // 2), most_steps)
        metrics.of(metrics.QUEUE_ITEMS, self._task).dec(len(batch))
        for request in dict.fromkeys(entry.request for entry in batch):
            if not request.waiting:
                self._observe_wait(request)
        return batch

    async def _infer(self, predictor: AnyPredictor, batch: list[Entry]) -> None:
        """Infer a batch; if it fails, infer each half, so that in the end only a bad item fails."""
        begin = time.perf_counter()
        work = partial(_timed, predictor, [entry.prepared for entry in batch])
        try:
            if self._runs_at_once(batch):
                raws, seconds = work()
            else:
                raws, seconds = await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except Exception as error:
            if len(batch) == 1:
                logger.exception("inference failed")
                batch[0].deliver(error)
                return
            logger.warning("a batch of %d failed (%r): inferring its halves", len(batch), error)
            middle = len(batch) // 2
            for half in (batch[:middle], batch[middle:]):
                if wanted := [entry for entry in half if not entry.request.done.done()]:
                    await self._infer(predictor, wanted)
            return
        if traces.are_on():
            requests = dict.fromkeys(entry.request for entry in batch)
            traces.batch([request.span for request in requests], len(batch), time.perf_counter() - begin)
        for entry, raw in zip(batch, raws, strict=True):
            entry.deliver(raw)
        steps = sum(entry.cost for entry in batch)
        self._pace.add(steps, time.perf_counter() - begin)
        self._infer_pace.add(steps, seconds)
        metrics.of(metrics.STAGE_SECONDS, self._task, "infer").observe(seconds)

    def _runs_at_once(self, batch: list[Entry]) -> bool:
        seconds = self._running * self._infer_pace.seconds_per_step
        first, last = batch[0].request, batch[-1].request
        return self._infer_pace.measured and first is last and not self._queue.items and seconds <= _AT_ONCE_SECONDS


class _Pace:
    """Seconds for each step, measured on the last batches."""

    def __init__(self) -> None:
        self.seconds_per_step = _FIRST_PACE
        self._seconds = self._steps = 0.0

    @property
    def measured(self) -> bool:
        return self._steps > 0

    def add(self, steps: int, seconds: float) -> None:
        self._seconds = _MEMORY * self._seconds + seconds
        self._steps = _MEMORY * self._steps + steps
        self.seconds_per_step = max(1e-9, self._seconds / self._steps)


def _timed(predictor: AnyPredictor, batch: list[Any]) -> tuple[Sequence[Any], float]:
    """The outputs of a batch, and how many seconds they took."""
    begin = time.perf_counter()
    raws = predictor.infer(batch)
    if len(raws) != len(batch):
        raise RuntimeError(f"{len(raws)} outputs for {len(batch)} items")
    return raws, time.perf_counter() - begin
