"""One batcher for all tasks: whatever waits for a model while it infers becomes its next batch.

An idle model starts at once, so that batching adds no wait; under load the batches grow by themselves.
Every item gets its own result or its own error, whoever it shared a batch with.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from seqserve.predictor import Predictor
from service import metrics

logger = logging.getLogger(__name__)

AnyPredictor = Predictor[Any, Any, Any, Any]


class QueueFullError(Exception):
    """More work waits than may; the sender should come again in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the queue is full; retry after {retry_after} s")
        self.retry_after = retry_after


@dataclass(eq=False)
class _Group:
    """The items that one caller waits for."""

    results: list[Any]
    done: asyncio.Future[None]
    missing: int
    waiting: int
    since: float = field(default_factory=time.perf_counter)


@dataclass
class _Entry:
    group: _Group
    index: int
    prepared: Any
    cost: int


class Batcher:
    """Merges the items of concurrent callers into batches, for each predictor on its own.

    Args:
        executor: where inference runs.
        max_batch_steps: work in a batch, in `Predictor.cost`; an item that costs more goes alone.
        max_queue_steps: work that may wait for one predictor. With nothing waiting any request gets in.
    """

    def __init__(self, executor: Executor, max_batch_steps: int, max_queue_steps: int) -> None:
        self._executor = executor
        self._max_batch_steps = max_batch_steps
        self._max_queue_steps = max_queue_steps
        self._lanes: dict[AnyPredictor, _Lane] = {}

    async def submit(self, predictor: AnyPredictor, task: str, items: Sequence[Any]) -> list[Any]:
        """Infer prepared items.

        A caller that is cancelled takes its items out of the queue.

        Returns:
            For each item its raw output, or the exception that the predictor raised on it.

        Raises:
            QueueFullError: too much waits already.
        """
        if not items:
            return []
        lane = self._lanes.get(predictor)
        if lane is None:
            lane = self._lanes[predictor] = _Lane(predictor, task, self._executor, self._max_batch_steps)
        costs = [predictor.cost(item) for item in items]
        if lane.steps and lane.steps + sum(costs) > self._max_queue_steps:
            raise QueueFullError(lane.seconds_of_work())
        done = asyncio.get_running_loop().create_future()
        group = _Group([None] * len(items), done, len(items), len(items))
        lane.add([_Entry(group, index, item, costs[index]) for index, item in enumerate(items)])
        try:
            await done
        except asyncio.CancelledError:
            lane.remove(group)
            raise
        return group.results


class _Lane:
    """The queue before one predictor, and the loop that empties it."""

    def __init__(self, predictor: AnyPredictor, task: str, executor: Executor, max_batch_steps: int) -> None:
        self.steps = 0
        self._predictor = predictor
        self._task = task
        self._executor = executor
        self._max_batch_steps = max_batch_steps
        self._queue: deque[_Entry] = deque()
        self._loop: asyncio.Task[None] | None = None
        self._steps_per_second = float(max_batch_steps)  # until it is measured

    def add(self, entries: list[_Entry]) -> None:
        self._queue.extend(entries)
        self._count(len(entries), sum(entry.cost for entry in entries))
        if self._loop is None:
            self._loop = asyncio.create_task(self._work())

    def remove(self, group: _Group) -> None:
        gone = [entry for entry in self._queue if entry.group is group]
        self._queue = deque(entry for entry in self._queue if entry.group is not group)
        self._count(-len(gone), -sum(entry.cost for entry in gone))

    def seconds_of_work(self) -> int:
        """How long what waits will take, in whole seconds, between 1 and 60."""
        return min(60, 1 + int(self.steps / self._steps_per_second))

    async def _work(self) -> None:
        try:
            while self._queue:
                batch = self._next_batch()
                begin = time.perf_counter()
                results = await self._infer([entry.prepared for entry in batch])
                seconds = time.perf_counter() - begin
                metrics.STAGE_SECONDS.labels(self._task, "infer").observe(seconds)
                metrics.BATCH_ITEMS.labels(self._task).observe(len(batch))
                self._steps_per_second = max(1.0, sum(entry.cost for entry in batch) / max(seconds, 1e-6))
                for entry, result in zip(batch, results, strict=True):
                    _deliver(entry, result)
        finally:
            self._loop = None

    def _next_batch(self) -> list[_Entry]:
        """Take entries in order of arrival, as many as may go together and at least one."""
        batch: list[_Entry] = []
        steps = 0
        while self._queue and (not batch or steps + self._queue[0].cost <= self._max_batch_steps):
            entry = self._queue.popleft()
            batch.append(entry)
            steps += entry.cost
            entry.group.waiting -= 1
            if not entry.group.waiting:
                waited = time.perf_counter() - entry.group.since
                metrics.STAGE_SECONDS.labels(self._task, "queue").observe(waited)
        self._count(-len(batch), -steps)
        return batch

    async def _infer(self, batch: list[Any]) -> Sequence[Any]:
        """Run a batch; if it fails, each item alone, so that only a bad one fails."""
        loop = asyncio.get_running_loop()
        try:
            raws = await loop.run_in_executor(self._executor, self._predictor.infer, batch)
            if len(raws) != len(batch):
                raise RuntimeError(f"{len(raws)} outputs for {len(batch)} items")
            return raws
        except Exception as error:
            if len(batch) == 1:
                logger.exception("inference failed")
                return [error]
            logger.warning("a batch of %d failed (%r): inferring its items one by one", len(batch), error)
            return [(await self._infer([item]))[0] for item in batch]

    def _count(self, items: int, steps: int) -> None:
        self.steps += steps
        metrics.QUEUE_ITEMS.labels(self._task).inc(items)


def _deliver(entry: _Entry, result: Any) -> None:
    group = entry.group
    group.results[entry.index] = result
    group.missing -= 1
    if not group.missing and not group.done.done():
        group.done.set_result(None)
