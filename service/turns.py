"""Long work away from the event loop, a little at a time, so that requests take turns."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from typing import Any, TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")

_SECONDS = 0.02
"""How long a turn takes, unless one piece of work alone takes longer."""


async def _until_done(future: asyncio.Future[list[Any]]) -> list[Any]:
    return await future


async def in_turns(
    executor: Executor,
    work: Callable[[Given], Found],
    items: Sequence[Given],
    wait: Callable[[asyncio.Future[list[Found]]], Awaitable[list[Found]]] = _until_done,
) -> list[Found]:
    """Work on each item in another thread; results are in the order of the items.

    Args:
        wait: waits for the results of a turn; once it raises, the thread stops before its next item.
    """
    loop, over = asyncio.get_running_loop(), threading.Event()

    def turn(start: int) -> list[Found]:
        end, done = time.perf_counter() + _SECONDS, []
        for index in range(start, len(items)):
            done.append(work(items[index]))
            if over.is_set() or time.perf_counter() > end:
                break
        return done

    found: list[Found] = []
    try:
        while len(found) < len(items):
            found += await wait(loop.run_in_executor(executor, turn, len(found)))
    finally:
        over.set()
    return found
