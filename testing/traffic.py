"""Traffic of all tasks, counted as it is sent, so that tests can compare the metrics with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from typing import Any

import httpx
import psutil

from testing.prometheus import until
from testing.service_process import KEPT, Running
from testing.task import Metric
from testing.tasks import TASKS


class Traffic:
    """Sends requests to the workers in turn, and counts what it sent.

    Args:
        clients: each has a connection of its own; every worker has some of these.
    """

    def __init__(self, clients: Sequence[httpx.Client]) -> None:
        self._clients = cycle(clients)
        self.requests: Counter[tuple[str, str]] = Counter()
        """By task and status."""
        self.items: Counter[tuple[str, str, str, str]] = Counter()
        """By task, model, version and outcome."""
        self.counts: defaultdict[Metric, Counter[tuple[str, ...]]] = defaultdict(Counter)
        """What the tasks' own metrics should have counted."""

    def ask(self, name: str, items: Any, **asked: Any) -> httpx.Response:
        """Send one request of a task."""
        task = TASKS[name]
        answer = self.post(name, task.path, {task.items: items, **asked})
        if answer.status_code in (200, 422) and task.results in answer.json():
            body = answer.json()
            for result in body[task.results]:
                outcome = "rejected" if "error" in result else "ok"
                self.items[name, body["model"], body["version"], outcome] += 1
                task.count(self.counts, body, result)
        return answer

    def say(self, name: str, answers: Sequence[httpx.Response], right: Mapping[str, Any]) -> None:
        """Say what was right of the results of answers, if they are logged."""
        task = TASKS[name]
        results = [result for answer in answers for result in answer.json()[task.results]]
        ids = [result["prediction_id"] for result in results if "prediction_id" in result]
        feedback = [{"prediction_id": id, **right} for id in ids]
        if feedback:
            said = self.post(f"{name}_feedback", f"{task.path}/feedback", {"feedback": feedback})
            assert said.json() == {"accepted": len(feedback)}

    def post(self, name: str, path: str, body: Any) -> httpx.Response:
        """Send one request, and count it by the task's `name` and the answer's status."""
        answer = next(self._clients).post(path, json=body)
        self.requests[name, str(answer.status_code)] += 1
        return answer


def usual(traffic: Traffic) -> None:
    """Send what clients of every task send every day; touches each metric."""
    for task in TASKS.values():
        task.usual(traffic)


def troubled(traffic: Traffic) -> None:
    """Send what alerts are for: drifted inputs and classes, missed outcomes, a model that fails."""
    for task in TASKS.values():
        task.troubled(traffic)


@contextmanager
def spread(service: Running) -> Iterator[Traffic]:
    """Open connections until each of the two workers has some; the kernel chooses a worker for each."""
    port = service.client.base_url.port
    with ExitStack() as stack:
        clients: list[httpx.Client] = []

        def reached() -> int:
            client = httpx.Client(base_url=service.client.base_url, timeout=90, limits=KEPT)
            clients.append(stack.enter_context(client))
            clients[-1].get("/livez")
            return sum(any(_connections(worker, port)) for worker in service.workers())

        assert until(reached, lambda workers: workers == 2) == 2
        yield Traffic(clients)


def _connections(worker: psutil.Process, port: int | None) -> list[Any]:
    return [found for found in worker.net_connections("tcp") if found.raddr and found.laddr.port == port]
