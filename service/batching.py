"""One batcher for all tasks: whatever waits for a model while it infers becomes its next batch.

An idle model starts at once, so that batching adds no wait; under load the batches grow by themselves.
Every item gets its own result or its own error, whoever it shared a batch with.

A queue is in the order in which its items would be done if every request had the model to itself from its arrival
on. So a request of one item passes what is left of a request of thousands, which in turn is passed by no item that
came after its own would have been due.

Reference:
    Demers, Keshav and Shenker, Analysis and Simulation of a Fair Queueing Algorithm, SIGCOMM 1989.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from seqserve.predictor import Predictor
from service import metrics

logger = logging.getLogger(__name__)

AnyPredictor = Predictor[Any, Any, Any, Any]

_BATCH_SECONDS = 0.25
"""What a newcomer waits for at most, before it can be in a batch; larger ones are hardly faster an item."""
_FEW = 16
"""Of more items than these, of several requests, half at most go together: while they are inferred, the event loop has
the answers of the others to send, rather than to wait for all."""
_MEMORY = 0.8
"""How much of a lane's pace is what was measured before its last batch."""
_FIRST_PACE = 1e-5
"""Seconds a step, until it is measured: that of a network of some hundred units."""
_SLOTS = 10
"""Slots a second that due work is counted in."""


@dataclass(frozen=True)
class Limits:
    """What may be merged and what may wait, in steps of `Predictor.cost`.

    Args:
        batch_steps: work in a batch; an item that costs more goes alone.
        queue_steps: work that may wait for one predictor.
        wait_seconds: how long a request may have to wait before it is begun, as far as can be told.
    """

    batch_steps: int
    queue_steps: int
    wait_seconds: float


class QueueFullError(Exception):
    """More work waits than may; the sender should come again in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the queue is full; retry after {retry_after} s")
        self.retry_after = retry_after


Results = asyncio.Future[list[Any]]
"""For each item of a request its raw output, or the exception that the predictor raised on it.

Whoever cancels it drops what still waits of the request."""


@dataclass(eq=False, slots=True)
class _Entry:
    request: _Request
    index: int
    prepared: Any
    cost: int
    slot: int
    waits: bool = True


@dataclass(eq=False, slots=True)
class _Request:
    """Items that one caller waits for."""

    done: Results
    since: float
    results: list[Any]
    missing: int
    waiting: int
    entries: list[_Entry] = field(default_factory=list)


class Batcher:
    """Merges the items of concurrent requests into batches, for each predictor on its own.

    Args:
        executor: where inference runs.
    """

    def __init__(self, executor: Executor, limits: Limits) -> None:
        self._executor = executor
        self._limits = limits
        self._lanes: WeakKeyDictionary[AnyPredictor, _Lane] = WeakKeyDictionary()

    def submit(self, predictor: AnyPredictor, task: str, items: Sequence[Any]) -> Results:
        """Infer prepared items; if nothing waits, any number of them is taken.

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
    """The queue before one predictor, which it does not keep alive, and the loop that empties it."""

    def __init__(self, task: str, executor: Executor, limits: Limits) -> None:
        self._task = task
        self._executor = executor
        self._limits = limits
        self._queue: list[tuple[float, int, _Entry]] = []  # a heap; what was dropped stays in it until its turn
        self._numbers = count()
        self._requests = self._items = self._steps = 0  # that wait
        self._running = 0
        self._due: Counter[int] = Counter()  # what waits, by the slot of time in which it is due
        self._pace = _Pace()
        self._infer_pace = _Pace()  # without the wait for a thread, which is no shorter for fewer items
        self._loop: asyncio.Task[None] | None = None

    def add(self, predictor: AnyPredictor, done: Results, items: Sequence[Any]) -> None:
        costs = [max(1, predictor.cost(item)) for item in items]
        now = due = time.perf_counter()
        self._admit(sum(costs), now)
        request = _Request(done, now, [None] * len(items), len(items), len(items))
        for index, (item, cost) in enumerate(zip(items, costs, strict=True)):
            due += cost * self._pace.seconds_per_step
            entry = _Entry(request, index, item, cost, int(due * _SLOTS))
            request.entries.append(entry)
            heappush(self._queue, (due, next(self._numbers), entry))
            self._count(entry, cost)
        self._requests += 1
        metrics.of(metrics.QUEUE_ITEMS, self._task).inc(len(items))
        done.add_done_callback(partial(self._drop, request))
        if self._loop is None:
            self._loop = asyncio.create_task(self._work(predictor))

    def _admit(self, cost: int, now: float) -> None:
        pace = self._pace.seconds_per_step
        last = int((now + cost * pace) * _SLOTS)
        due = sum(steps for slot, steps in self._due.items() if slot <= last)
        seconds = (due + self._running) * pace
        if (due and due + cost > self._limits.queue_steps) or seconds > self._limits.wait_seconds:
            raise QueueFullError(min(60, 1 + int(seconds)))

    def _drop(self, request: _Request, done: Results) -> None:
        """Take what still waits of a request that is done with, as it was cancelled, out of the queue."""
        if request.waiting:
            self._requests -= 1
            metrics.of(metrics.QUEUE_ITEMS, self._task).dec(request.waiting)
            metrics.of(metrics.STAGE_SECONDS, self._task, "queue").observe(time.perf_counter() - request.since)
            for entry in request.entries:
                if entry.waits:
                    entry.waits, entry.prepared = False, None
                    self._count(entry, -entry.cost)
            if len(self._queue) > 2 * self._items + _FEW:
                self._queue = [place for place in self._queue if place[2].waits]
                heapify(self._queue)
        request.entries.clear()  # else the two would refer to each other, and be work for the garbage collector

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
                except Exception:  # whatever it is, the others in the queue are not to wait for ever
                    logger.exception("a batch was not finished")
        finally:
            self._loop, self._running = None, 0

    def _next_batch(self) -> list[_Entry]:
        """Take what is due first, as much as may go together and at least one entry; none if none waits."""
        most = min(self._limits.batch_steps, _BATCH_SECONDS / self._infer_pace.seconds_per_step)
        most_items = self._items if self._requests == 1 else max(_FEW, self._items // 2)
        batch: list[_Entry] = []
        steps = 0
        while self._queue:
            entry = self._queue[0][2]
            if entry.waits:
                if len(batch) == most_items or (batch and steps + entry.cost > most):
                    break
                entry.waits = False
                batch.append(entry)
                steps += entry.cost
                self._count(entry, -entry.cost)
            heappop(self._queue)
        metrics.of(metrics.QUEUE_ITEMS, self._task).dec(len(batch))
        now = time.perf_counter()
        for entry in batch:
            entry.request.waiting -= 1
            if not entry.request.waiting:
                self._requests -= 1
                metrics.of(metrics.STAGE_SECONDS, self._task, "queue").observe(now - entry.request.since)
        return batch

    async def _infer(self, predictor: AnyPredictor, batch: list[_Entry]) -> None:
        """Run a batch; if it fails, each half of it, so that in the end only a bad item fails."""
        begin = time.perf_counter()
        work = partial(_timed, predictor, [entry.prepared for entry in batch])
        try:
            raws, seconds = await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except Exception as error:
            if len(batch) == 1:
                logger.exception("inference failed")
                _deliver(batch[0], error)
                return
            logger.warning("a batch of %d failed (%r): inferring its halves", len(batch), error)
            middle = len(batch) // 2
            for half in (batch[:middle], batch[middle:]):
                if wanted := [entry for entry in half if not entry.request.done.done()]:
                    await self._infer(predictor, wanted)
            return
        for entry, raw in zip(batch, raws, strict=True):
            _deliver(entry, raw)
        steps = sum(entry.cost for entry in batch)
        self._pace.add(steps, time.perf_counter() - begin)
        self._infer_pace.add(steps, seconds)
        metrics.of(metrics.STAGE_SECONDS, self._task, "infer").observe(seconds)

    def _count(self, entry: _Entry, steps: int) -> None:
        self._items += 1 if steps > 0 else -1
        self._steps += steps
        self._due[entry.slot] += steps
        if not self._due[entry.slot]:
            del self._due[entry.slot]


class _Pace:
    """Seconds a step, as measured on the last batches."""

    def __init__(self) -> None:
        self.seconds_per_step = _FIRST_PACE
        self._seconds = self._steps = 0.0

    def add(self, steps: int, seconds: float) -> None:
        self._seconds = _MEMORY * self._seconds + seconds
        self._steps = _MEMORY * self._steps + steps
        self.seconds_per_step = max(1e-9, self._seconds / self._steps)


def _timed(predictor: AnyPredictor, batch: list[Any]) -> tuple[Sequence[Any], float]:
    """A batch's outputs, and how long they took."""
    begin = time.perf_counter()
    raws = predictor.infer(batch)
    if len(raws) != len(batch):
        raise RuntimeError(f"{len(raws)} outputs for {len(batch)} items")
    return raws, time.perf_counter() - begin


def _deliver(entry: _Entry, result: Any) -> None:
    request = entry.request
    request.results[entry.index] = result
    request.missing -= 1
    if not request.missing and not request.done.done():
        request.done.set_result(request.results)
