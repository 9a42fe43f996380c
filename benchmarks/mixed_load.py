"""All tasks together at twice the capacity of a worker: statuses, latency and correctness.

    python -m benchmarks.mixed_load [--minutes 10] [--times 2]

First the idle service answers each request. A closed loop measures its capacity in requests per second, then an open
loop sends `--times` as many, at random moments. Every answer with status 200 is compared with that of the idle service.
The worker has the first core, the client the last.

The exit status is 1 if an answer was wrong, a connection was lost, or a status was other than 200, 429 and 503.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import psutil

from benchmarks.open_loop import LOST, Answer, Asked, Client, closed_loop, open_loop, post
from benchmarks.sentences import SENTENCES
from testing.service_process import Running, running

_MODELS = Path("models")
_DEADLINE_SECONDS = 10
_CONNECTIONS = 16_000
"""More than the client opens: the service is to reject requests for their cost, not connections for their number."""
_WANTED = {200, 429, 503}
_CALLERS = 32
_CAPACITY_SECONDS = 20
_SHARES = {"forecast": 0.7, "sentiment": 0.2, "translation": 0.1}
_FORECASTERS = [("universal", "stable", 100), ("google", "1", 700), ("google", "2", 700), ("netflix", "1", 300)]
"""Model, version, and the level of the series that it gets."""
_COUNTS = {1: 0.9, 5: 0.08, 50: 0.02}
"""Items per request, and the share of such requests."""
_KINDS = 40
"""Different requests for each task and number of items."""
_TOLERANCE = {"translation": 1e-3}
"""Of numbers, relative, where it is not 1e-5: a last bit decides how a translator rounds to 8 bits."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="(%(default)s)")
    parser.add_argument("--times", type=float, default=2, help="what the service can do (%(default)s)")
    options = parser.parse_args()
    first, *_, last = sorted(os.sched_getaffinity(0)) * 2
    os.sched_setaffinity(0, {first})  # the service inherits it
    limit = {
        "SEQSERVE_DEADLINE_SECONDS": str(_DEADLINE_SECONDS),
        "SEQSERVE_MAX_CONNECTIONS": str(_CONNECTIONS),
        "SEQSERVE_LOG_LEVEL": "error",
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        running(_MODELS.resolve(), Path(folder), patient=False, **limit) as service,
    ):
        os.sched_setaffinity(0, {last})
        return asyncio.run(_run(service, options.minutes * 60, options.times))


async def _run(service: Running, seconds: float, times: float) -> int:
    client = Client(int(service.client.base_url.port or 80))
    mix = _Mix()
    seen = _Seen({asked: await client.ask(asked) for asked in mix.every()})
    capacity = await closed_loop(client, iter(mix), _CALLERS, _CAPACITY_SECONDS)
    weight = _megabytes(service)
    gaps = iter(lambda: mix.random.expovariate(times * capacity), None)
    watching = asyncio.create_task(_watch(service, weight))
    late = await open_loop(client, iter(mix), gaps, seconds, seen)
    watching.cancel()
    weight.append(_megabytes(service)[0])
    print(f"{_CALLERS} callers that wait: {capacity:.0f} requests a second")
    print(
        f"sent: {len(late) / seconds:.0f} a second for {seconds:.0f} s; late by {1e3 * np.quantile(late, 0.99):.1f} ms"
    )
    seen.report()
    print(f"\nthe worker's memory: {weight[0]:.0f} MB before, {max(weight):.0f} MB at most, {weight[-1]:.0f} MB after")
    return 1 if seen.wrong or set(seen.statuses()) - _WANTED else 0


class _Mix:
    """Draws requests of all tasks by their shares: mostly of one item, some of 50, short and long."""

    def __init__(self) -> None:
        self.random = random.Random(0)
        self._kinds = {
            (task, count): [_KIND[task](self.random, count) for _ in range(_KINDS if count < 50 else 4)]
            for task in _SHARES
            for count in _COUNTS
        }

    def every(self) -> list[Asked]:
        return [asked for kinds in self._kinds.values() for asked in kinds]

    def __iter__(self) -> Iterator[Asked]:
        choose = self.random
        while True:
            (task,) = choose.choices(list(_SHARES), list(_SHARES.values()))
            (count,) = choose.choices(list(_COUNTS), list(_COUNTS.values()))
            yield choose.choice(self._kinds[task, count])


def _forecast(choose: random.Random, count: int) -> Asked:
    model, version, level = choose.choice(_FORECASTERS)
    series = [
        {"id": number, "values": [round(level + choose.gauss(0, 20), 2) for _ in range(choose.randint(60, 120))]}
        for number in range(count)
    ]
    rest = {"model": model, "version": version, "horizon": choose.choice([1, 1, 5]), "levels": [80]}
    return post("forecast", "/forecast", {"series": series, **rest})


def _sentiment(choose: random.Random, count: int) -> Asked:
    return post("sentiment", "/sentiment", {"texts": [_text(choose, choose.choice([1, 3, 12])) for _ in range(count)]})


def _translation(choose: random.Random, count: int) -> Asked:
    texts = [_text(choose, choose.choice([1, 1, 2])) for _ in range(count)]
    return post("translation", "/translate", {"texts": texts, "source": "en", "target": "fr"})


_KIND = {"forecast": _forecast, "sentiment": _sentiment, "translation": _translation}


def _text(choose: random.Random, sentences: int) -> str:
    return " ".join(choose.sample(SENTENCES, sentences))


class _Seen:
    """The answers, compared with those of the idle service."""

    def __init__(self, expected: dict[Asked, Answer]) -> None:
        failed = [answer for answer in expected.values() if answer.status != 200]
        if failed:
            raise SystemExit(f"the idle service answers {failed[0].status}: {failed[0].body.decode()}")
        self._expected = {asked: answer.body for asked, answer in expected.items()}
        self._seconds: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.wrong: Counter[str] = Counter()

    def __call__(self, asked: Asked, answer: Answer) -> None:
        self._seconds[asked.task][answer.status].append(answer.seconds)
        expected = self._expected[asked]
        if answer.status == 200 and answer.body != expected:
            tolerance = _TOLERANCE.get(asked.task, 1e-5)
            self.wrong[asked.task] += not _alike(orjson.loads(answer.body), orjson.loads(expected), tolerance)

    def statuses(self) -> list[int]:
        return sorted({status for statuses in self._seconds.values() for status in statuses})

    def report(self) -> None:
        """Print the counts by status, and the latency of answered and rejected requests."""
        statuses = self.statuses()
        names = ["lost" if status == LOST else str(status) for status in statuses]
        columns = [*names, "wrong", "p50 of 200", "p99", "longest", "p99 of the others"]
        print(f"\n| | {' | '.join(columns)} |\n| --- |" + " ---: |" * len(columns))
        for task, found in sorted(self._seconds.items()):
            good = found.get(200, [math.nan])
            refused = [second for status, seconds in found.items() if status != 200 for second in seconds] or [math.nan]
            spent = [np.quantile(good, 0.5), np.quantile(good, 0.99), max(good), np.quantile(refused, 0.99)]
            counts = [*(len(found.get(status, [])) for status in statuses), self.wrong[task]]
            print(
                f"| {task} | {' | '.join(map(str, counts))} | {' | '.join(f'{1e3 * time:.0f} ms' for time in spent)} |"
            )


def _alike(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two answers are equal, numbers up to a relative difference."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key], tolerance) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_alike(*pair, tolerance) for pair in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=1e-6)
    return bool(one == other)


async def _watch(service: Running, weight: list[float]) -> None:
    while True:
        await asyncio.sleep(5)
        weight += _megabytes(service)


def _megabytes(service: Running) -> list[float]:
    """The unique set size of each worker, in MB."""
    return [worker.memory_full_info().uss / 1e6 for worker in service.workers() if _serves(worker)]


def _serves(process: psutil.Process) -> bool:
    return any("_bentoml_impl" in part for part in process.cmdline())


if __name__ == "__main__":
    sys.exit(main())
