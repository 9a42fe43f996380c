"""The app in this process, where a predictor can be made to fail or to hang."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message

from seqserve.forecast.predictor import Forecaster, ForecastQuery, PreparedForecast
from seqserve.forecast.window_forecaster import RawForecast
from service.app import create_app
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings
from testing import tiny

GOOD = tiny.values(8)
POISON = 104.0


class Faulty:
    """What goes wrong in the predictor: a window with `POISON` in it fails, and inference waits for `gate`."""

    def __init__(self, predictor: Forecaster, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = threading.Event()
        self.started = threading.Event()
        self.batches: list[int] = []
        infer = predictor.infer

        def faulty(batch: Sequence[PreparedForecast]) -> list[RawForecast]:
            self.started.set()
            assert self.gate.wait(90)
            self.batches.append(len(batch))
            if any(POISON in item.window for item in batch):
                raise RuntimeError("secret /path")
            return infer(batch)

        monkeypatch.setattr(predictor, "infer", faulty)


@pytest.fixture
def registry(tmp_path: Path) -> LiveRegistry:
    tiny.publish(tmp_path)
    return LiveRegistry(tmp_path, threads=1)


@pytest.fixture
def faulty(registry: LiveRegistry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faulty]:
    (loaded,) = registry.current.loaded.values()
    assert isinstance(loaded.predictor, Forecaster)
    found = Faulty(loaded.predictor, monkeypatch)
    yield found
    found.gate.set()


def run(registry: LiveRegistry, work: Callable[[ASGIApp, httpx.AsyncClient], Awaitable[None]], **settings: Any) -> None:
    async def main() -> None:
        with ThreadPoolExecutor(2) as executor:
            app = create_app(Settings(**settings), registry, executor, executor)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                await work(app, client)

    asyncio.run(main())


def test_failing_item_fails_alone_also_in_a_merged_batch(registry: LiveRegistry, faulty: Faulty) -> None:
    async def work(app: ASGIApp, client: httpx.AsyncClient) -> None:
        requests = [
            asyncio.create_task(client.post("/forecast", json={"series": [{"id": index, "values": values}]}))
            for index, values in enumerate([GOOD, GOOD, [POISON] * 8, GOOD])
        ]
        await asyncio.to_thread(faulty.started.wait, 90)
        await asyncio.sleep(0.05)
        faulty.gate.set()
        answers = [await request for request in requests]
        assert [answer.status_code for answer in answers] == [200, 200, 422, 200]
        assert answers[2].json()["forecasts"] == [
            {
                "id": 2,
                "error": {
                    "code": "internal",
                    "message": "the service failed at this item; its neighbours are not affected",
                    "field": None,
                },
            }
        ]
        assert faulty.batches == [4, 2, 2, 1, 1]

    run(registry, work)


def test_deadline(registry: LiveRegistry, faulty: Faulty) -> None:
    async def work(app: ASGIApp, client: httpx.AsyncClient) -> None:
        answer = await client.post("/forecast", json={"series": [{"values": GOOD}]})
        assert answer.status_code == 504
        assert answer.json()["type"] == "urn:seqserve:problem:deadline"
        faulty.gate.set()

    run(registry, work, deadline_seconds=0.2)


def test_preparing_stops_at_the_deadline(registry: LiveRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    (loaded,) = registry.current.loaded.values()
    assert isinstance(loaded.predictor, Forecaster)
    prepare, prepared = loaded.predictor.prepare_checked, []

    def slowly(query: ForecastQuery, horizon: int) -> PreparedForecast:
        time.sleep(0.01)
        prepared.append(query)
        return prepare(query, horizon)

    monkeypatch.setattr(loaded.predictor, "prepare_checked", slowly)

    async def work(app: ASGIApp, client: httpx.AsyncClient) -> None:
        answer = await client.post("/forecast", json={"series": [{"values": GOOD * 3}] * 400})
        assert answer.status_code == 504
        await asyncio.sleep(0.05)  # the app goes on; the executor waits for its threads in the end

    run(registry, work, deadline_seconds=1.5)
    assert 0 < len(prepared) < 300


def test_full_queue(registry: LiveRegistry, faulty: Faulty) -> None:
    async def work(app: ASGIApp, client: httpx.AsyncClient) -> None:
        def ask() -> asyncio.Task[httpx.Response]:
            return asyncio.create_task(client.post("/forecast", json={"series": [{"values": GOOD}]}))

        first = ask()
        await asyncio.to_thread(faulty.started.wait, 90)
        second = ask()
        await asyncio.sleep(0.05)
        refused = await ask()
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["type"] == "urn:seqserve:problem:queue-full"
        faulty.gate.set()
        assert [(await answer).status_code for answer in (first, second)] == [200, 200]

    run(registry, work, max_queue_steps=8)


def test_slow_upload(registry: LiveRegistry) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)

    async def work(app: ASGIApp, client: httpx.AsyncClient) -> None:
        answer = await client.post("/forecast", content=slowly(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 408

    run(registry, work, deadline_seconds=0.1)


def test_work_of_a_client_that_left_is_dropped(registry: LiveRegistry, faulty: Faulty) -> None:
    body = b'{"series": [{"values": %s}]}' % str(GOOD).encode()

    async def work(app: ASGIApp, client: httpx.AsyncClient) -> None:
        first = asyncio.create_task(
            client.post("/forecast", content=body, headers={"Content-Type": "application/json"})
        )
        await asyncio.to_thread(faulty.started.wait, 90)
        messages: list[Message] = [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]

        async def receive() -> Message:
            return messages.pop(0)

        async def send(message: Message) -> None:
            raise AssertionError("nobody is there to answer to")

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/forecast",
            "query_string": b"",
            "headers": [(b"content-type", b"application/json")],
        }
        await app(scope, receive, send)
        faulty.gate.set()
        assert (await first).status_code == 200
        assert faulty.batches == [1]

    run(registry, work)


def test_our_own_failure_is_a_500_without_details(registry: LiveRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret /path")

    monkeypatch.setattr(registry.current, "resolve", fail)

    async def work(app: ASGIApp, client: httpx.AsyncClient) -> None:
        answer = await client.post("/forecast", json={"series": [{"values": GOOD}]})
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-request-id"]
        assert "secret" not in answer.text

    run(registry, work)
