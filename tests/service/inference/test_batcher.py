from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import QueueFullError
from service.inference import batcher
from service.inference.batcher import Batcher, Limits
from testing.doubler import Doubler


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


@pytest.fixture
def doubler() -> Iterator[Doubler]:
    found = Doubler()
    yield found
    found.gate.set()


def _batcher(executor: ThreadPoolExecutor, batch: int, queue: int) -> Batcher:
    return Batcher(executor, Limits(batch, queue, wait_seconds=60))


def _limit_wait(batcher: Batcher, doubler: Doubler, items: float) -> None:
    """Have nobody wait for longer than so many items take, by what the batcher has seen of that."""
    lane = batcher._lanes[doubler]
    lane._limits = replace(lane._limits, wait_seconds=items * lane._pace.seconds_per_step)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(90):
        while not condition():
            await asyncio.sleep(0.001)


async def _ask(batcher: Batcher, doubler: Doubler, *requests: list[int]) -> list[asyncio.Future[list[Any]]]:
    """Send a first request, and the others while it is being inferred."""
    futures = []
    for items in requests:
        futures.append(batcher.submit(doubler, "forecast", items))
        await _until(doubler.started.is_set)
    return futures


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_merges_what_waits(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        tasks = await _ask(_batcher(executor, 100, 100), doubler, [1], [2, 3], [4])
        doubler.gate.set()
        assert await asyncio.gather(*tasks) == [[2], [4, 6], [8]]
        assert doubler.batches == [[1], [2, 3, 4]]

    run(work())


def test_batches_are_bounded(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        tasks = await _ask(_batcher(executor, 2, 100), doubler, [1], [2, 3, 4], [5, 6])
        doubler.gate.set()
        assert await asyncio.gather(*tasks) == [[2], [4, 6, 8], [10, 12]]
        assert doubler.batches == [[1], [2, 3], [4, 5], [6]]

    run(work())


def test_half_of_what_several_requests_wait_for_goes_together(
    executor: ThreadPoolExecutor, doubler: Doubler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batcher, "_BATCH_SECONDS", 60)  # however slow this machine is

    async def work() -> None:
        requests = [[number] for number in range(100, 164)]
        tasks = await _ask(_batcher(executor, 1000, 1000), doubler, [1], *requests)
        doubler.gate.set()
        assert await asyncio.gather(*tasks) == [[2], *([2 * number] for (number,) in requests)]
        assert [len(batch) for batch in doubler.batches] == [1, 32, 16, 16]

    run(work())


def test_all_of_a_single_request_goes_together(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batcher = _batcher(executor, 1000, 1000)
        doubler.gate.set()
        await batcher.submit(doubler, "forecast", [1])
        await batcher.submit(doubler, "forecast", list(range(100, 130)))
        assert [len(batch) for batch in doubler.batches] == [1, 30]

    run(work())


def test_a_large_request_waits_for_what_is_due_before_its_end(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batcher = _batcher(executor, 1, 10_000)
        doubler.gate.set()
        doubler.seconds = 0.05
        await batcher.submit(doubler, "forecast", [1])
        _limit_wait(batcher, doubler, 19)
        many = [batcher.submit(doubler, "forecast", list(range(100, 110)))]
        many.append(batcher.submit(doubler, "forecast", list(range(100, 110))))  # the first is before its end
        with pytest.raises(QueueFullError):
            batcher.submit(doubler, "forecast", list(range(100, 110)))
        assert await batcher.submit(doubler, "forecast", [2]) == [4]
        doubler.seconds = 0.0
        await asyncio.gather(*many)

    run(work())


def test_bad_item_fails_alone(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        tasks = await _ask(_batcher(executor, 100, 100), doubler, [1], [2, 13], [4])
        doubler.gate.set()
        first, second, third = await asyncio.gather(*tasks)
        assert (first, second[0], third) == ([2], 4, [8])
        assert isinstance(second[1], ValueError)

    run(work())


def test_full_queue_refuses(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batcher = _batcher(executor, 100, 3)
        tasks = await _ask(batcher, doubler, [1], [2, 3])
        with pytest.raises(QueueFullError) as refused:
            batcher.submit(doubler, "forecast", [4, 5])
        assert refused.value.retry_after >= 1
        doubler.gate.set()
        assert await asyncio.gather(*tasks) == [[2], [4, 6]]

    run(work())


def test_empty_queue_takes_any_request(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        doubler.gate.set()
        items = list(range(20, 40))
        assert await _batcher(executor, 5, 3).submit(doubler, "forecast", items) == [2 * item for item in items]

    run(work())


def test_cancelled_items_leave_the_queue(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batcher = _batcher(executor, 100, 3)
        first, second = await _ask(batcher, doubler, [1], [2, 3])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await batcher.submit(doubler, "forecast", [4])
        second.cancel()
        await asyncio.wait({second})
        third = batcher.submit(doubler, "forecast", [5, 6, 7])
        doubler.gate.set()
        assert await asyncio.gather(first, third) == [[2], [10, 12, 14]]
        assert doubler.batches == [[1], [5, 6, 7]]

    run(work())


def test_one_item_passes_what_is_left_of_many(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batcher = _batcher(executor, 2, 10_000)
        doubler.seconds = 0.01
        doubler.gate.set()
        await batcher.submit(doubler, "forecast", [1])  # so that the pace is known
        many = batcher.submit(doubler, "forecast", list(range(100, 300)))
        more = batcher.submit(doubler, "forecast", list(range(300, 500)))
        await _until(lambda: len(doubler.batches) >= 6)
        for single in (20, 21, 22):
            assert await batcher.submit(doubler, "forecast", [single]) == [2 * single]
        assert not many.done()
        assert not more.done()
        many.cancel()
        more.cancel()

    run(work())


def test_what_is_due_is_not_passed(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batcher = _batcher(executor, 1, 10_000)
        doubler.gate.set()
        doubler.seconds = 0.01
        await batcher.submit(doubler, "forecast", [1])
        doubler.seconds = 0.0
        first = batcher.submit(doubler, "forecast", list(range(100, 110)))
        await asyncio.sleep(0.2)  # longer than ten items take at the pace of the first
        later = [batcher.submit(doubler, "forecast", [number]) for number in range(20, 30)]
        await asyncio.gather(first, *later)
        flat = [item for batch in doubler.batches for item in batch]
        assert flat == [1, *range(100, 110), *range(20, 30)]

    run(work())


def test_refuses_what_would_have_to_wait_too_long(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batcher = _batcher(executor, 1, 10_000)
        doubler.gate.set()
        doubler.seconds = 0.2
        await batcher.submit(doubler, "forecast", [1])
        _limit_wait(batcher, doubler, 2.5)
        taken: list[asyncio.Future[list[Any]]] = []
        while len(taken) < 100:
            try:
                taken.append(batcher.submit(doubler, "forecast", [20 + len(taken)]))
            except QueueFullError:
                break
            await asyncio.sleep(0.01)
        assert 2 <= len(taken) < 100
        doubler.seconds = 0.0
        assert await asyncio.gather(*taken) == [[2 * number] for number in range(20, 20 + len(taken))]

    run(work())


def test_a_predictor_is_not_kept_alive(executor: ThreadPoolExecutor) -> None:
    async def work() -> None:
        batcher, doubler = _batcher(executor, 2, 100), Doubler()
        doubler.gate.set()
        assert await batcher.submit(doubler, "forecast", [1, 2, 3]) == [2, 4, 6]
        gone = weakref.ref(doubler)
        del doubler
        await _until(lambda: gone() is None)

    run(work())


def test_nothing_is_nothing(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        assert await _batcher(executor, 100, 3).submit(doubler, "forecast", []) == []

    run(work())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 20), max_size=8), max_size=12), st.integers(1, 6))
def test_merged_equals_alone(requests: list[list[int]], max_batch: int) -> None:
    async def work() -> None:
        with ThreadPoolExecutor(2) as executor:
            doubler = Doubler()
            doubler.gate.set()
            batcher = _batcher(executor, max_batch, 1000)
            answers = await asyncio.gather(*(batcher.submit(doubler, "forecast", items) for items in requests))
        for items, results in zip(requests, answers, strict=True):
            assert [None if isinstance(result, ValueError) else result for result in results] == [
                None if item == 13 else 2 * item for item in items
            ]

    run(work())


def test_a_batch_takes_no_longer_than_a_newcomer_should_wait(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batches = _batcher(executor, 10_000, 10_000)
        doubler.gate.set()
        doubler.seconds = 0.05
        await batches.submit(doubler, "forecast", [1])  # a step takes 0.05 seconds, as far as can be told
        doubler.seconds = 0.0
        await batches.submit(doubler, "forecast", list(range(20, 60)))
        assert 1 <= len(doubler.batches[1]) <= 5, "a quarter of a second"

    run(work())


def test_the_pace_remembers_more_than_the_last_batch() -> None:
    pace = batcher._Pace()
    pace.add(steps=100, seconds=1)
    assert pace.seconds_per_step == pytest.approx(0.01)
    pace.add(steps=100, seconds=0)
    assert 0.003 < pace.seconds_per_step < 0.005, "the older batch counts, and less than the newer"


def test_a_short_batch_for_which_nobody_else_waits_runs_on_the_event_loop_once_its_pace_is_known(
    executor: ThreadPoolExecutor, doubler: Doubler, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = iter((0.0, 0.0, 1.0, 0.0))  # seconds a batch
    monkeypatch.setattr(batcher, "_timed", lambda predictor, batch: (predictor.infer(batch), next(measured)))

    async def work() -> None:
        batches = _batcher(executor, 100, 100)
        doubler.gate.set()
        for _ in range(2):
            assert await batches.submit(doubler, "forecast", [1]) == [2]
        await asyncio.gather(*(batches.submit(doubler, "forecast", [item]) for item in (2, 3)))
        await batches.submit(doubler, "forecast", [4])
        assert doubler.batches == [[1], [1], [2, 3], [4]]
        assert [thread is threading.current_thread() for thread in doubler.threads] == [False, True, False, False]

    run(work())


def test_an_item_that_fails_on_the_event_loop_fails_alone(executor: ThreadPoolExecutor, doubler: Doubler) -> None:
    async def work() -> None:
        batcher = _batcher(executor, 100, 100)
        doubler.gate.set()
        await batcher.submit(doubler, "forecast", [1])
        good, bad, other = await batcher.submit(doubler, "forecast", [1, 13, 2])
        assert (good, str(bad), other) == (2, "13", 4)

    run(work())
