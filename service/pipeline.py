"""The way of every prediction through the service: prepare, wait, infer, finish, count."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from seqserve.errors import InputError
from service import metrics
from service.batching import AnyPredictor, Batcher, QueueFullError
from service.problems import Problem
from service.registry import Loaded

logger = logging.getLogger(__name__)

T = TypeVar("T")

_WATCH_SECONDS = 0.1


class FailedError(Exception):
    """An item that the service, not the client, is to blame for."""


class Pipeline:
    """Runs queries of any task on a loaded version.

    Args:
        executor: where long preparations run, so that the event loop stays free for others.
        deadline_seconds: how long a request may take from here on.
    """

    def __init__(self, batcher: Batcher, executor: Executor, deadline_seconds: float) -> None:
        self._batcher = batcher
        self._executor = executor
        self._deadline_seconds = deadline_seconds

    async def run(
        self,
        request: Request,
        loaded: Loaded,
        queries: Sequence[Any],
        answer: Callable[[Any, Any], T],
        *,
        long: bool,
    ) -> list[T | InputError | FailedError]:
        """Predict queries, of which those that are errors already stay so.

        Args:
            request: if its client goes away, the work is dropped.
            answer: makes what the client gets from a prepared query and the predictor's answer to it.
            long: preparing and finishing takes long enough to leave the event loop for.

        Raises:
            Problem: 503 the queue is full, 504 the deadline passed.
            ClientDisconnect: nobody waits for the answer any more.
        """
        work = self._predict(loaded, queries, answer, long)
        try:
            async with asyncio.timeout(self._deadline_seconds):
                results = await _while_connected(request, work)
        except TimeoutError:
            detail = f"no answer within {self._deadline_seconds:g} seconds; send less at a time, or come again later"
            raise Problem(504, "deadline", detail) from None
        except QueueFullError as error:
            detail = "too much work waits for this model already; come again later"
            headers = {"Retry-After": str(error.retry_after)}
            raise Problem(503, "queue-full", detail, headers=headers) from None
        key = loaded.key
        for outcome, count in Counter(map(_outcome, results)).items():
            metrics.ITEMS.labels(key.task, key.name, key.version, outcome).inc(count)
        return results

    async def _predict(
        self, loaded: Loaded, queries: Sequence[Any], answer: Callable[[Any, Any], T], long: bool
    ) -> list[T | InputError | FailedError]:
        predictor, task = loaded.predictor, loaded.key.task
        items = await self._stage(task, "preprocess", long, partial(_prepare, predictor), queries)
        ready = [index for index, item in enumerate(items) if not isinstance(item, Exception)]
        raws = await self._batcher.submit(predictor, task, [items[index] for index in ready])
        finish = partial(_finish, predictor, answer)
        pairs = [(items[index], raw) for index, raw in zip(ready, raws, strict=True)]
        finished = await self._stage(task, "postprocess", long, finish, pairs)
        results = list(items)
        for index, result in zip(ready, finished, strict=True):
            results[index] = result
        return results

    async def _stage(
        self, task: str, stage: str, long: bool, work: Callable[[Any], Any], items: Sequence[Any]
    ) -> list[Any]:
        over = threading.Event()

        def work_on() -> list[Any]:
            # A thread cannot be cancelled: once nobody waits for it, it stops before the next item.
            return [work(item) for item in items if not over.is_set()]

        begin = time.perf_counter()
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._executor, work_on) if long else work_on()
        finally:
            over.set()
        metrics.STAGE_SECONDS.labels(task, stage).observe(time.perf_counter() - begin)
        return found


def _prepare(predictor: AnyPredictor, query: Any) -> Any:
    if isinstance(query, InputError):
        return query
    try:
        return predictor.prepare(query)
    except InputError as error:
        return error
    except Exception:
        logger.exception("an item could not be prepared")
        return FailedError()


def _finish(predictor: AnyPredictor, answer: Callable[[Any, Any], T], item: tuple[Any, Any]) -> T | FailedError:
    prepared, raw = item
    if isinstance(raw, Exception):
        return FailedError()
    try:
        return answer(prepared, predictor.finish(prepared, raw))
    except Exception:
        logger.exception("an answer could not be finished")
        return FailedError()


def _outcome(result: Any) -> str:
    return {InputError: "rejected", FailedError: "failed"}.get(type(result), "ok")


async def _while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.create_task(work)
    try:
        while not (await asyncio.wait({task}, timeout=_WATCH_SECONDS))[0]:
            if await request.is_disconnected():
                raise ClientDisconnect
        return task.result()
    finally:
        task.cancel()
