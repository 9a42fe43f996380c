from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from service.inference.fair_queue import FairQueue, Request

PACE = 0.01


class Item:
    """Something that can be seen to be freed."""


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    found = asyncio.new_event_loop()
    yield found
    found.close()


@pytest.fixture
def queue() -> FairQueue:
    return FairQueue()


def add(
    queue: FairQueue, loop: asyncio.AbstractEventLoop, *items: object, cost: int = 1, pace: float = PACE
) -> Request:
    return queue.add(loop.create_future(), items, [cost] * len(items), pace)


def taken(queue: FairQueue, most_items: int = 100, most_steps: float = 1e9) -> list[object]:
    return [entry.prepared for entry in queue.take(most_items, most_steps)]


def test_a_small_request_overtakes_the_rest_of_a_large_one(queue: FairQueue, loop: asyncio.AbstractEventLoop) -> None:
    add(queue, loop, *range(100))
    add(queue, loop, "small")
    assert "small" in taken(queue, most_items=4)


def test_a_later_item_does_not_overtake_what_was_due_before_it(
    queue: FairQueue, loop: asyncio.AbstractEventLoop
) -> None:
    add(queue, loop, "early", pace=1e-9)
    add(queue, loop, "late")
    assert taken(queue) == ["early", "late"]


def test_a_batch_has_at_most_so_many_items_and_steps(queue: FairQueue, loop: asyncio.AbstractEventLoop) -> None:
    add(queue, loop, *range(10), cost=3)
    assert taken(queue, most_items=2) == [0, 1]
    assert taken(queue, most_steps=8) == [2, 3]
    assert taken(queue, most_steps=1) == [4], "one entry at least"
    assert (queue.requests, queue.items) == (1, 5)


def test_an_empty_queue_gives_nothing(queue: FairQueue) -> None:
    assert queue.take(10, 10) == []
    assert queue.due_within(100) == 0


def test_a_request_is_done_when_each_of_its_items_is_delivered(
    queue: FairQueue, loop: asyncio.AbstractEventLoop
) -> None:
    request = add(queue, loop, "a", "b")
    first, second = queue.take(2, 10)
    second.deliver(2)
    assert not request.done.done()
    first.deliver(1)
    assert request.done.result() == [1, 2]


def test_steps_are_due_by_when_their_items_would_be_done(queue: FairQueue, loop: asyncio.AbstractEventLoop) -> None:
    add(queue, loop, *range(10), cost=10, pace=0.1)  # one is done each second
    assert queue.due_within(100) == 100
    assert 20 <= queue.due_within(2.5) <= 30
    taken(queue, most_items=3)
    assert queue.due_within(100) == 70


def test_due_work_is_counted_in_few_slots(queue: FairQueue, loop: asyncio.AbstractEventLoop) -> None:
    """Each request that comes looks at all of them."""
    add(queue, loop, *range(5_000), pace=0.001)  # five seconds of work
    assert len(queue._due) <= 52


def test_what_is_dropped_is_not_taken(queue: FairQueue, loop: asyncio.AbstractEventLoop) -> None:
    dropped = add(queue, loop, "a", "b")
    add(queue, loop, "c")
    assert queue.drop(dropped) == 2
    assert queue.drop(dropped) == 0
    assert (queue.requests, queue.items, queue.due_within(100)) == (1, 1, 1)
    assert taken(queue) == ["c"]


def test_a_dropped_item_is_freed_at_once(queue: FairQueue, loop: asyncio.AbstractEventLoop) -> None:
    """Its entry stays in the heap until its turn."""
    item = Item()
    gone = weakref.ref(item)
    request = add(queue, loop, item)
    del item
    queue.drop(request)
    gc.collect()
    assert gone() is None


def test_dropped_entries_do_not_pile_up(queue: FairQueue, loop: asyncio.AbstractEventLoop) -> None:
    add(queue, loop, "waits", pace=1e-9)
    for _ in range(50):
        queue.drop(add(queue, loop, *range(20)))
    assert len(queue._heap) < 40
    assert taken(queue) == ["waits"]
