"""Send thousands of malformed requests: every answer must be a result or an error of the contract.

    python -m benchmarks.fuzz [--inputs 20000] [--seed 0]

Most inputs are mutations of valid bodies of all routes: other types, huge numbers, NaN, deep nesting, duplicate keys,
lone surrogates, control characters, other scripts, bytes flipped, cut and repeated, wrong headers. A tenth is generated
from the OpenAPI description by schemathesis, half of it valid. Eight threads send concurrently, so that inputs share
batches. The models are tiny, so that most of the time is spent in the code under test.

The exit status is 1 if a status is 5xx other than 503, an answer is missing or has an undocumented shape, a worker dies
or valid requests are answered differently afterwards.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given
from schemathesis import GenerationMode

from benchmarks.mutations import GOOD, Input, mutated
from testing.service_process import Running, running
from testing.tree import tree

_CALLERS = 8
_PARTS = 10
"""Memory is measured after each part; the last part is generated from the OpenAPI description."""


class Seen:
    """Counts of statuses, and the answers that are wrong."""

    def __init__(self) -> None:
        self.statuses: Counter[int | str] = Counter()
        self.findings: list[str] = []

    def __call__(self, status: int | str, kind: str, content: bytes, sent: str) -> None:
        self.statuses[status] += 1
        if wrong := _wrong(status, kind, content):
            self.findings.append(f"{wrong}: {sent[:300]} -> {content[:300]!r}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000, help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = tree(Path(folder) / "models")
        with running(models, Path(folder), SEQSERVE_LOG_LEVEL="error") as service:
            return _fuzz(service, options.inputs, options.seed)


def _fuzz(service: Running, inputs: int, seed: int) -> int:
    seen, choose = Seen(), random.Random(seed)
    part = inputs // _PARTS
    requests = (mutated(choose) for _ in range(inputs - part))
    workers, expected = {worker.pid for worker in service.workers()}, _good(service)
    memory = []
    for _ in range(_PARTS - 1):
        _send(service, islice(requests, part), seen)
        memory.append(_megabytes(service))
    _send(service, requests, seen)
    _send_described(service, part, seed, seen)
    memory.append(_megabytes(service))
    same = {worker.pid for worker in service.workers()} == workers and _good(service) == expected
    print(
        f"{seen.statuses.total()} inputs: " + ", ".join(f"{n} x {s}" for s, n in sorted(seen.statuses.items(), key=str))
    )
    weights = ", ".join(f"{megabytes:.0f}" for megabytes in memory)
    print(f"the worker's memory, after each {part}: {weights} MB")
    print(f"the same worker, and good requests answered as before: {'yes' if same else 'NO'}")
    print(f"findings: {len(seen.findings)}", *seen.findings[:20], sep="\n")
    return 0 if same and not seen.findings else 1


def _send(service: Running, inputs: Iterable[Input], seen: Seen) -> None:
    def send(one: Input) -> None:
        try:
            answer = service.client.post(one.path, content=one.body, headers=one.headers)
            status, kind, content = answer.status_code, answer.headers.get("content-type", ""), answer.content
        except httpx.TransportError as error:
            status, kind, content = repr(error), "", b""
        seen(status, kind, content, f"{one.path} {one.headers} {one.body[:200]!r}")

    with ThreadPoolExecutor(_CALLERS) as callers:
        for _ in callers.map(send, inputs):
            pass


def _send_described(service: Running, count: int, seed: int, seen: Seen) -> None:
    """Send as many valid as invalid requests, generated from the OpenAPI description."""
    url = str(service.client.base_url)
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json").include(method="POST", path_regex="^/[a-z]+$")
    operations = [found.ok() for found in schema.get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    each = -(-count // (len(operations) * len(modes)))
    rest = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
    for operation in operations:
        for mode in modes:

            @hypothesis.seed(seed)
            @hypothesis.settings(max_examples=each, phases=[Phase.generate], **rest)
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: schemathesis.Case) -> None:
                answer = case.call(base_url=url)
                (kind,) = answer.headers.get("content-type", [""])
                seen(answer.status_code, kind, answer.content, f"{case.path} {case.body!r}")

            ask()


def _wrong(status: int | str, kind: str, content: bytes) -> str | None:
    """What is wrong with an answer; None if nothing is."""
    if not isinstance(status, int):
        return f"no answer, {status}"
    if status >= 500 and status != 503:
        return f"status {status}"
    try:
        answer = json.loads(content, parse_constant=lambda constant: 1 / 0)
    except (ValueError, ZeroDivisionError):
        return f"status {status} without JSON"
    results = next((value for value in answer.values() if isinstance(value, list)), [])
    problem = kind == "application/problem+json" and answer.get("status") == status
    items = (
        kind == "application/json" and results and status == (422 if all("error" in one for one in results) else 200)
    )
    if not (problem or items):
        return f"status {status} in another shape"
    internal = any(one.get("error", {}).get("code") == "internal" for one in results) if items else False
    return "an item failed by our fault" if internal else None


def _good(service: Running) -> list[Any]:
    return [service.client.post(path, json=body).raise_for_status().json() for path, body in GOOD]


def _megabytes(service: Running) -> float:
    return max(worker.memory_full_info().uss for worker in service.workers()) / 1e6


if __name__ == "__main__":
    sys.exit(main())
