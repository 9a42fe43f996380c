from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service import turns
from service.turns import in_turns


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_SECONDS", 0.0)


def test_results_are_in_the_order_of_the_items() -> None:
    async def main() -> list[int]:
        with ThreadPoolExecutor(1) as executor:
            return await in_turns(executor, lambda item: 2 * item, range(10))

    assert asyncio.run(main()) == list(range(0, 20, 2))


def test_requests_take_turns() -> None:
    seen: list[str] = []

    async def main() -> None:
        with ThreadPoolExecutor(1) as executor:
            await asyncio.gather(in_turns(executor, seen.append, "aaaa"), in_turns(executor, seen.append, "bbbb"))

    asyncio.run(main())
    assert sorted(seen) == list("aaaabbbb")
    assert seen != list("aaaabbbb")


def test_the_thread_stops_once_nobody_waits() -> None:
    begun, ended = threading.Event(), threading.Event()
    worked: list[int] = []

    def work(item: int) -> None:
        begun.set()
        ended.wait(90)
        worked.append(item)

    async def give_up(future: asyncio.Future[Any]) -> Any:
        await asyncio.to_thread(begun.wait, 20)
        raise TimeoutError

    async def main() -> None:
        with ThreadPoolExecutor(1) as executor:
            with pytest.raises(TimeoutError):
                await in_turns(executor, work, range(3), give_up)
            ended.set()

    asyncio.run(main())
    assert worked == [0]
