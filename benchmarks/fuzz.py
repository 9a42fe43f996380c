"""Send thousands of malformed requests: every answer must be a result or an error of the contract.

    python -m benchmarks.fuzz [--inputs 20000] [--large 2000] [--seed 0] [--deadline 10]

Most inputs are mutations of valid bodies of all routes: other types, huge numbers, NaN, deep nesting, duplicate keys,
lone surrogates, control characters, other scripts, bytes flipped, cut and repeated, wrong headers. A tenth is generated
from the OpenAPI description by schemathesis, half of it valid. Eight threads send concurrently, so that inputs share
batches. The models are tiny, so that most of the time is spent in the code under test.

After these come large bodies, one at a time: good ones in which a list, an object or a text is very long, or nesting
very deep. Printed are the highest memory of the worker meanwhile, and the longest wait of another process that asks for
`/livez` and a forecast twenty times a second. A machine that is busy with other work needs a longer `--deadline`: what
is late gets 504, as it should.

The exit status is 1 if a status is 5xx other than 503, an answer is missing or has an undocumented shape, a worker
dies, valid requests are answered differently afterwards, a large body costs more than ten times its size, or the worker
keeps more than 50 MB.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
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

from benchmarks.large_bodies import MEGABYTE, measured, probed
from benchmarks.large_mutations import large
from benchmarks.mutations import GOOD, Input, mutated
from testing.service_process import Running, running
from testing.tree import tree

_CALLERS = 8
_DESCRIBED = "^/(forecast|sentiment|translate|classify|tag|complete)$"
_MOST_BYTES = 16 * MEGABYTE
_SPARE_BYTES = 2 * MEGABYTE
"""What any request may cost, beside ten times its body."""
_MOST_SHARE = 10
_MOST_KEPT = 50
_WARM = 50
"""Large bodies before the memory is looked at first."""
_LOOKS = 5
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

    def __str__(self) -> str:
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items(), key=str))
        return f"{self.statuses.total()} inputs: {statuses}; {len(self.findings)} findings"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000, help="(%(default)s)")
    parser.add_argument("--large", type=int, default=2_000, help="large bodies (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    parser.add_argument("--deadline", type=int, default=10, help="SEQSERVE_DEADLINE_SECONDS (%(default)s)")
    options = parser.parse_args()
    settings = {"SEQSERVE_LOG_LEVEL": "error", "SEQSERVE_DEADLINE_SECONDS": str(options.deadline)}
    with tempfile.TemporaryDirectory() as folder:
        models = tree(Path(folder) / "models")
        with running(models, Path(folder), patient=False, **settings) as service:
            wrong = _fuzz(service, options.inputs, options.seed) if options.inputs else 0
            return (_fuzz_large(service, options.large, options.seed) if options.large else 0) or wrong


def _fuzz(service: Running, inputs: int, seed: int) -> int:
    seen, choose = Seen(), random.Random(seed)
    part = inputs // _PARTS
    requests = (mutated(choose) for _ in range(inputs - part))
    workers, expected = {worker.pid for worker in service.workers()}, _good(service)
    memory = []
    for _ in range(_PARTS - 1):
        _send(service, islice(requests, part), seen)
        memory.append(_megabytes(service))
        print(f"{seen}, {memory[-1]:.0f} MB", flush=True)
    _send(service, requests, seen)
    _send_described(service, part, seed, seen)
    memory.append(_megabytes(service))
    same = {worker.pid for worker in service.workers()} == workers and _good(service) == expected
    print(seen)
    weights = ", ".join(f"{megabytes:.0f}" for megabytes in memory)
    print(f"the worker's memory, after each {part}: {weights} MB")
    print(f"the same worker, and good requests answered as before: {'yes' if same else 'NO'}")
    print(*seen.findings[:20], sep="\n")
    return 0 if same and not seen.findings else 1


def _fuzz_large(service: Running, count: int, seed: int) -> int:
    seen, choose = Seen(), random.Random(seed)
    (worker,) = service.workers()
    expected = _good(service)
    highest, shares, waits = 0.0, [], []
    with probed(service) as longest:
        for _ in range(_WARM):
            measured(service, longest, large(choose, _MOST_BYTES))
        before = min(_rested(service) for _ in range(_LOOKS))
        for _ in range(count):
            one = large(choose, _MOST_BYTES)
            cost = measured(service, longest, one)
            seen(cost.status, cost.kind, cost.content, f"{one.path} {one.name} {one.body[:200]!r}")
            highest = max(highest, cost.memory / MEGABYTE)
            shares.append((cost.memory / (len(one.body) + _SPARE_BYTES), f"{one.path} {one.name}"))
            waits.append((1000 * cost.wait, f"{one.path} {one.name}"))
            if len(waits) % max(1, count // _PARTS) == 0:
                print(f"{seen}, {highest:.0f} MB, {max(waits)[0]:.0f} ms", flush=True)
    after = min(_rested(service) for _ in range(_LOOKS))
    same = worker.is_running() and _good(service) == expected
    (share, dear), (wait, slow) = max(shares), max(waits)
    usual = [wait for wait, _ in sorted(waits)]
    print(f"large bodies: {seen}")
    print(f"memory that a body cost: at most {highest:.0f} MB, and {share:.1f} times its size ({dear})")
    print(f"wait of others: at most {wait:.0f} ms ({slow}), {usual[99 * count // 100]:.0f} ms for 99 of 100 bodies")
    print(f"the worker's memory before and after: {before:.0f} MB, {after:.0f} MB")
    print(f"the same worker, and good requests answered as before: {'yes' if same else 'NO'}")
    print(*seen.findings[:20], sep="\n")
    return 0 if same and not seen.findings and share <= _MOST_SHARE and after - before <= _MOST_KEPT else 1


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
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json").include(method="POST", path_regex=_DESCRIBED)
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

            try:
                ask()
            except hypothesis.errors.Unsatisfiable:
                print(f"{operation.path}: what is described has no {mode.value} request")


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
    if isinstance(answer, dict) and ("translatedText" in answer or isinstance(answer.get("error"), str)):
        return None  # to a client of LibreTranslate
    if status == 200 and isinstance(answer, dict) and answer.keys() == {"accepted"}:
        return None  # all of the actual values
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


def _rested(service: Running) -> float:
    """The memory a second later: it is given back soon after a large body, on a busy machine less soon."""
    time.sleep(1)
    return _megabytes(service)


def _megabytes(service: Running) -> float:
    return max(worker.memory_full_info().uss for worker in service.workers()) / 1e6


if __name__ == "__main__":
    sys.exit(main())
