"""Pieces of the supervisor; the whole of it is tested with real workers, in tests/service/process."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from service.server import supervisor
from service.server.supervisor import Supervisor


class Loop:
    """Keeps what is to be called later."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[..., Any], tuple[Any, ...]]] = []

    def call_later(self, seconds: float, call: Callable[..., Any], *arguments: Any) -> None:
        self.later.append((seconds, call, arguments))

    def run(self) -> None:
        """Call what waits now."""
        waiting, self.later = self.later, []
        for _, call, arguments in waiting:
            call(*arguments)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture
def supervised(listener: socket.socket) -> Supervisor:
    """A supervisor without circus' own state, that listens on one socket."""
    found: Supervisor = object.__new__(Supervisor)
    found.loop = Loop()
    found.sockets = {"http": listener}
    return found


def process(age: float) -> Any:
    return SimpleNamespace(age=lambda: age)


def is_shut(listener: socket.socket) -> bool:
    """Whether nobody can be accepted any more; accepting does not wait then."""
    listener.settimeout(0.05)
    try:
        listener.accept()
    except TimeoutError:
        return False
    except OSError:
        return True
    raise AssertionError("somebody was accepted")


def test_a_worker_that_lived_for_a_while_is_replaced_at_once(supervised: Supervisor) -> None:
    supervised._replaced = time.monotonic()
    assert supervised._is_due(process(age=60))
    assert not supervised._is_due(process(age=1))


def test_one_that_did_not_is_replaced_if_none_was_just_before(supervised: Supervisor) -> None:
    supervised._replaced = time.monotonic() - 60
    assert supervised._is_due(process(age=1))


def test_the_sockets_are_shut_when_nobody_waits_to_be_accepted(supervised: Supervisor, listener: socket.socket) -> None:
    supervised._listen_no_more()
    assert not is_shut(listener), "who is connecting may still come"
    supervised.loop.run()
    assert is_shut(listener)


def test_who_waits_to_be_accepted_is_waited_for(supervised: Supervisor, listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname()):
        supervised._shut(time.monotonic() + 60)
        assert supervised.loop.later, "looks again"
        listener.accept()[0].close()
        supervised.loop.run()
    assert is_shut(listener)


def test_but_not_for_ever(supervised: Supervisor, listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname()):
        supervised._shut(time.monotonic() - 1)
    assert not supervised.loop.later


def test_orders_are_taken_from_this_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(supervisor.Arbiter, "__init__", lambda self, watchers, **options: seen.update(options))
    Supervisor([], endpoint="tcp://127.0.0.1:1", pubsub_endpoint="tcp://127.0.0.1:2", check_delay=10)
    assert seen == {"endpoint": "inproc://endpoint", "pubsub_endpoint": "inproc://pubsub_endpoint", "check_delay": 10}


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("kill -BUS $$", "killed by SIGBUS"),
        ("kill -40 $$", "killed by signal 40"),
        ("exit 3", "exit code 3"),
    ],
)
def test_the_log_says_how_a_worker_ended(command: str, told: str) -> None:
    with subprocess.Popen(["sh", "-c", command]) as ended:
        while (found := supervisor.how_it_ended(ended.pid)).startswith("nothing"):
            time.sleep(0.01)
        assert found == told
        assert supervisor.how_it_ended(ended.pid) == told, "whoever waits for it still can"
    assert supervisor.how_it_ended(ended.pid).startswith("nothing")
