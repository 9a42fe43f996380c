"""The path of every prediction through the service: decode, queue, infer, encode, count."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from seqserve.core.predictor import AnyPredictor
from seqserve.errors import InputError
from service.errors import DeadlineError
from service.http.json_items import Unparsed
from service.http.problems import Problem
from service.inference.batcher import Batcher
from service.inference.codec import Codec
from service.monitoring import metrics, traces
from service.turns import in_turns

logger = logging.getLogger(__name__)

T = TypeVar("T")

_WATCH_SECONDS = 0.1


class FailedError(Exception):
    """An item that failed by a fault of the service, not of the client."""


Result = dict[str, Any] | InputError | FailedError
"""An item's result as JSON, or why it has none."""

_OUTCOMES: dict[type, str] = {InputError: "rejected", FailedError: "failed"}


class Pipeline:
    """Runs items of any task on a loaded version.

    Args:
        executor: where long preparations run, so that the event loop stays free for others.
        deadline_seconds: how long a request may take once it is read.
    """

    def __init__(self, batcher: Batcher, executor: Executor, deadline_seconds: float) -> None:
        self._batcher = batcher
        self._executor = executor
        self._deadline_seconds = deadline_seconds

    async def run(
        self, request: Request, codec: Codec, items: Sequence[Any], *, long: bool, begin: float | None = None
    ) -> list[Result]:
        """Predict items, each on its own: the error of a wrong item is its result.

        Args:
            request: if its client goes away, the work is dropped.
            codec: decodes the items and encodes the answers.
            long: decoding and encoding takes long enough to leave the event loop for.
            begin: when the request was read, on the performance counter; without it, now.

        Raises:
            QueueFullError: too much work waits for the model.
            DeadlineError: the deadline passed.
            Problem: an item that is parsed only now is no JSON.
            ClientDisconnect: nobody waits for the answer any more.
        """
        watch = _Watch(request, (begin or time.perf_counter()) + self._deadline_seconds)
        try:
            results = await self._predict(watch, codec, items, long)
        except TimeoutError:
            raise DeadlineError(self._deadline_seconds) from None
        key = codec.loaded.key
        for outcome, count in _outcomes(results).items():
            metrics.of(metrics.ITEMS, key.task, key.name, key.version, outcome).inc(count)
        return results

    async def _predict(self, watch: _Watch, codec: Codec, items: Sequence[Any], long: bool) -> list[Result]:
        predictor, task = codec.loaded.predictor, codec.loaded.key.task
        stage = partial(self._stage, watch, task, long)
        results = await stage("preprocess", partial(_prepare, codec), items)
        ready = [index for index, result in enumerate(results) if not isinstance(result, Exception)]
        raws = await watch.wait(self._batcher.submit(predictor, task, [results[index] for index in ready]))
        pairs = [(results[index], raw) for index, raw in zip(ready, raws, strict=True)]
        finished = await stage("postprocess", partial(_finish, codec, predictor), pairs)
        for index, result in zip(ready, finished, strict=True):
            results[index] = result
        return results

    async def _stage(
        self, watch: _Watch, task: str, long: bool, stage: str, work: Callable[[Any], Any], items: Sequence[Any]
    ) -> list[Any]:
        begin = time.perf_counter()
        found = await in_turns(self._executor, work, items, watch.wait) if long else list(map(work, items))
        seconds = time.perf_counter() - begin
        metrics.of(metrics.STAGE_SECONDS, task, stage).observe(seconds)
        traces.stage(stage, seconds, traces.current())
        return found


@dataclass(slots=True)
class _Watch:
    """Waits on behalf of a request, until its deadline at most."""

    request: Request
    deadline: float
    ended: Exception | None = None

    async def wait(self, future: asyncio.Future[T]) -> T:
        """The future's result; it is cancelled if nobody wants it any more.

        Raises:
            TimeoutError: the deadline passed.
            ClientDisconnect: the client has gone.
        """
        watching: list[asyncio.Task[None]] = []  # most futures are done before it starts

        def begin() -> None:
            watching.append(loop.create_task(self._watch(future)))

        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._pause(), begin)
        try:
            return await future
        except asyncio.CancelledError:
            if self.ended is None:
                raise
            raise self.ended from None
        finally:
            timer.cancel()
            future.cancel()
            for task in watching:
                task.cancel()

    async def _watch(self, future: asyncio.Future[Any]) -> None:
        while self.ended is None:
            if time.perf_counter() >= self.deadline:
                self.ended = TimeoutError()
            elif await self.request.is_disconnected():
                self.ended = ClientDisconnect()
            else:
                await asyncio.sleep(self._pause())
        future.cancel()

    def _pause(self) -> float:
        return min(self.deadline - time.perf_counter(), _WATCH_SECONDS)


def _prepare(codec: Codec, item: Any) -> Any:
    try:
        if type(item) is Unparsed:
            content = item.parse()
            item.echo = codec.echo(content)
            return codec.decode(content)
        return codec.decode(item)
    except InputError as error:
        return error.kept()
    except Problem:  # the body is no JSON
        raise
    except Exception:
        logger.exception("an item could not be prepared")
        return FailedError()


def _finish(codec: Codec, predictor: AnyPredictor, item: tuple[Any, Any]) -> dict[str, Any] | FailedError:
    prepared, raw = item
    if isinstance(raw, Exception):
        return FailedError()
    try:
        return codec.encode(prepared, predictor.finish(prepared, raw))
    except Exception:
        logger.exception("an answer could not be finished")
        return FailedError()


def _outcomes(results: Sequence[Any]) -> Counter[str]:
    return Counter(map(_OUTCOMES.get, map(type, results), repeat("ok")))
