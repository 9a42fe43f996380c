"""Traffic of all tasks, counted as it is sent, so that the metrics can be compared with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from typing import Any

import httpx
import psutil

from testing import tiny
from testing.prometheus import until
from testing.service_process import Running

WINDOW = 8
TASKS = {"/forecast": "forecast", "/sentiment": "sentiment", "/translate": "translation"}
_TRAINED_ON = [round(value, 3) for value in tiny.series(200)[:, 0]]
_FIELDS = {
    "/forecast": ("series", "forecasts"),
    "/sentiment": ("texts", "results"),
    "/translate": ("texts", "translations"),
}


class Traffic:
    """Sends to workers in turn, and counts what it sent.

    Args:
        clients: with a connection each, of which every worker has some.
    """

    def __init__(self, clients: Sequence[httpx.Client]) -> None:
        self._clients = cycle(clients)
        self.requests: Counter[tuple[str, str]] = Counter()
        """By task and status."""
        self.items: Counter[tuple[str, str, str, str]] = Counter()
        """By task, model, version and outcome."""
        self.classes: Counter[tuple[str]] = Counter()
        self.hits: Counter[tuple[str, str]] = Counter()
        """By level and hit."""

    def ask(self, path: str, items: Sequence[Any], **asked: Any) -> httpx.Response:
        task, (field, results) = TASKS[path], _FIELDS[path]
        answer = next(self._clients).post(path, json={field: items, **asked})
        self.requests[task, str(answer.status_code)] += 1
        if answer.status_code in (200, 422) and results in answer.json():
            body = answer.json()
            for result in body[results]:
                outcome = "rejected" if "error" in result else "ok"
                self.items[task, body["model"], body["version"], outcome] += 1
                if "label" in result:
                    self.classes[(result["label"],)] += 1
        return answer

    def tell(self, items: Sequence[dict[str, Any]], model: str = "tiny", version: str = "1") -> None:
        """Say what came true."""
        answer = next(self._clients).post(
            "/forecast/actuals", json={"model": model, "version": version, "items": items}
        )
        assert answer.json() == {"accepted": len(items)}
        self.requests["actuals", "200"] += 1
        self.items["actuals", model, version, "ok"] += len(items)
        for item in items:
            for level, interval in item["intervals"].items():
                for low, high, actual in zip(interval["lower"], interval["upper"], item["actual"], strict=True):
                    self.hits[level, "yes" if low <= actual <= high else "no"] += 1


def windows() -> list[dict[str, Any]]:
    """Each window of what the tiny forecaster was trained on."""
    return [{"values": _TRAINED_ON[start : start + WINDOW]} for start in range(len(_TRAINED_ON) - WINDOW + 1)]


def outcomes(count: int, off: float) -> list[dict[str, Any]]:
    """Forecasts that came out so far off."""
    interval = {"80": {"lower": [99.0, 99.0], "upper": [101.0, 101.0]}}
    return [{"mean": [100.0, 100.0], "intervals": interval, "actual": [100 + off, 100 - off]}] * count


def usual(traffic: Traffic) -> None:
    """What every task does well, and the mistakes of clients, with each metric touched."""
    series = windows()
    for start in range(0, len(series), 10):
        traffic.ask("/forecast", series[start : start + 10], levels=[80, 95])
    gap = {"values": [*_TRAINED_ON[:3], None, *_TRAINED_ON[4:WINDOW]]}
    traffic.ask("/forecast", [gap, {"values": [1]}, {"values": [1000] * WINDOW}])
    traffic.ask("/forecast", series[:5], version="canary")
    traffic.ask("/forecast", [{"values": tiny.values(WINDOW, 2)}], model="duo")
    for text in tiny.SENTENCES:
        traffic.ask("/sentiment", [text, f"{text} " * 20])
        traffic.ask("/translate", [text], source="en", target="fr")
    traffic.ask("/sentiment", "no list")
    traffic.ask("/translate", ["?"], source="tlh")
    traffic.tell(outcomes(5, off=0.5))


def troubled(traffic: Traffic) -> None:
    """What alerts are for: other inputs and classes than before, outcomes that were missed, a model that is broken."""
    for _ in range(10):
        traffic.ask("/forecast", [{"values": [1000 + step for step in range(WINDOW)]}] * 100)
        traffic.ask("/sentiment", ["zxqv kjwq vvxz qqkz " * 5] * 40)
    for _ in range(15):
        traffic.ask("/forecast", windows()[:1], model="broken")
    traffic.tell(outcomes(200, off=30))


@contextmanager
def spread(service: Running) -> Iterator[Traffic]:
    """Clients whose connections every worker has some of; the kernel deals them out as it likes."""
    port = service.client.base_url.port
    with ExitStack() as stack:
        clients: list[httpx.Client] = []

        def parted() -> int:
            clients.append(stack.enter_context(httpx.Client(base_url=service.client.base_url, timeout=20)))
            clients[-1].get("/livez")
            return sum(any(_connections(worker, port)) for worker in service.workers())

        assert until(parted, lambda workers: workers == 2) == 2
        yield Traffic(clients)


def _connections(worker: psutil.Process, port: int | None) -> list[Any]:
    return [found for found in worker.net_connections("tcp") if found.raddr and found.laddr.port == port]
