"""Steps of a worker's stop; the whole of it is tested with real workers, in tests/service/process."""

from __future__ import annotations

import asyncio
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from service.phase import Phase
from service.server import graceful_shutdown
from service.server.graceful_shutdown import _Shutdown
from service.settings import Settings


class Listeners:
    """Sockets on which somebody may still come, for so many looks."""

    def __init__(self, looks: int = 0) -> None:
        self.looks = looks
        self.calls: list[str] = []

    def take_over(self) -> None:
        self.calls.append("take over")

    def are_stopping(self) -> bool:
        return True

    def are_open(self) -> bool:
        self.looks -= 1
        return self.looks >= 0

    def close(self) -> None:
        self.calls.append("close")


class Stop:
    """A shutdown of a server that does not run."""

    def __init__(self, *, started: bool = True, looks: int = 0) -> None:
        self.exits: list[int] = []
        self.published: list[bool] = []
        self.phase = Phase()
        self.listeners = Listeners(looks)
        self.server: Any = SimpleNamespace(
            started=started,
            server_state=SimpleNamespace(connections=set()),
            config=SimpleNamespace(timeout_graceful_shutdown=None),
            handle_exit=lambda number, frame: self.exits.append(number),
        )

    def make(self) -> _Shutdown:
        listeners: Any = self.listeners
        return _Shutdown(self.server, listeners, self.phase, self._publish, Settings(drain_seconds=0, grace_seconds=5))

    def _publish(self) -> None:
        self.published.append(self.phase.draining)

    async def ended(self) -> None:
        async with asyncio.timeout(90):
            while not self.exits:
                await asyncio.sleep(0.001)


@pytest.fixture(autouse=True)
def timers(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds until the kernel would end this process."""
    found: list[float] = []
    monkeypatch.setattr(signal, "setitimer", lambda which, seconds: found.append(seconds))
    monkeypatch.setattr(graceful_shutdown, "_POLL_SECONDS", 0.001)
    return found


def test_a_worker_drains_and_then_lets_uvicorn_end_it(timers: list[float]) -> None:
    stop = Stop(looks=3)

    async def run() -> None:
        stop.make().handle(signal.SIGTERM, None)
        assert not stop.phase.draining, "a signal handler only tells the loop"
        await stop.ended()

    asyncio.run(run())
    assert (stop.exits, stop.published) == ([signal.SIGTERM], [True])
    assert stop.listeners.calls == ["take over", "close"]
    assert stop.listeners.looks < 0, "the sockets are waited for"
    assert 4 < stop.server.config.timeout_graceful_shutdown <= 5
    assert timers == [10]


def test_ctrl_c_and_the_signal_of_the_supervisor_count_as_one(timers: list[float]) -> None:
    stop = Stop()

    async def run() -> None:
        shutdown = stop.make()
        shutdown.handle(signal.SIGINT, None)
        shutdown.handle(signal.SIGTERM, None)
        await stop.ended()

    asyncio.run(run())
    assert (len(timers), stop.exits) == (1, [signal.SIGTERM])


def test_the_same_signal_again_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Stop()
    handlers: list[tuple[int, Any]] = []
    raised: list[int] = []
    monkeypatch.setattr(signal, "signal", lambda number, handler: handlers.append((number, handler)))
    monkeypatch.setattr(signal, "raise_signal", raised.append)

    async def run() -> None:
        shutdown = stop.make()
        shutdown.handle(signal.SIGTERM, None)
        assert not raised
        shutdown.handle(signal.SIGTERM, None)

    asyncio.run(run())
    assert (handlers[-1], raised) == ((signal.SIGTERM, signal.SIG_DFL), [signal.SIGTERM])


def test_a_worker_that_has_not_started_does_not_drain() -> None:
    stop = Stop(started=False)

    async def run() -> None:
        stop.make().handle(signal.SIGTERM, None)
        await stop.ended()

    asyncio.run(run())
    assert (stop.exits, stop.listeners.calls) == ([signal.SIGTERM], [])


@pytest.mark.parametrize("orphaned", [True, False])
def test_a_worker_without_its_supervisor_stops(monkeypatch: pytest.MonkeyPatch, orphaned: bool) -> None:
    stop = Stop(started=False)
    monkeypatch.setattr(graceful_shutdown.sighup, "is_orphaned", lambda: orphaned)
    monkeypatch.setattr(signal, "raise_signal", stop.exits.append)  # as a second signal would

    async def run() -> None:
        shutdown = stop.make()
        await shutdown.begin_if_orphaned()
        await shutdown.begin_if_orphaned()
        await asyncio.sleep(0)

    asyncio.run(run())
    assert stop.exits == [signal.SIGTERM] * orphaned


def test_another_server_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "getsignal", lambda number: signal.SIG_DFL)

    async def app(scope: object, receive: object, send: object) -> None: ...

    def refuse(*arguments: Any) -> None:
        raise AssertionError("a handler was set")

    monkeypatch.setattr(signal, "signal", refuse)
    graceful_shutdown.take_over(app, Phase(), lambda: None, Settings())
