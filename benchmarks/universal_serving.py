"""The universal forecaster over HTTP: one series, a thousand in one request, unequal lengths, and a worker's memory.

    python -m benchmarks.universal_serving [--calls 300] [--series 1000]

The service runs as a process of its own with one worker, on the same machine as the client. Milliseconds of one
series are of requests one after another on one connection; the body has 144 values and asks for 24 steps with two
intervals.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from testing.service_process import Running, running

_MODELS = Path("models")
_HORIZON = 24
_LENGTHS = (3, 50, 144, 500, 1000, 4096)
_WARM = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=300, help="requests of one series (%(default)s)")
    parser.add_argument("--series", type=int, default=1000, help="in one request (%(default)s)")
    options = parser.parse_args()
    many = range(options.series)
    equal = _body([_values(500, number) for number in many])
    unequal = _body([_values(_LENGTHS[number % len(_LENGTHS)], number) for number in many])
    settings = {"WORKERS": "1", "SEQSERVE_LOG_LEVEL": "error"}
    with tempfile.TemporaryDirectory() as folder, running(_MODELS.resolve(), Path(folder), **settings) as service:
        service.client.timeout = 120
        for _ in range(_WARM):
            _seconds(service, _body([_values(144, 0)]))
        before = _megabytes(service)
        print("| one series | p50 | p99 |\n| --- | ---: | ---: |")
        for length in _LENGTHS:
            took = [1e3 * _seconds(service, _body([_values(length, number)])) for number in range(options.calls)]
            print(f"| {length} values | {np.median(took):.1f} ms | {np.quantile(took, 0.99):.1f} ms |", flush=True)
        print(f"\n| {options.series} series in one request | seconds | series a second |\n| --- | ---: | ---: |")
        for name, body in (("500 values each", equal), (f"{_LENGTHS[0]} to {_LENGTHS[-1]:,} values", unequal)):
            took = sorted(_seconds(service, body) for _ in range(3))
            print(f"| {name} | {took[1]:.2f} | {options.series / took[1]:.0f} |", flush=True)
        print(f"\nmemory of the largest process: {before:.0f} MB before, {_megabytes(service):.0f} MB after")


def _values(length: int, seed: int) -> list[float]:
    """A series with a season of 12, a trend and noise."""
    steps = np.arange(length)
    noise = np.random.default_rng(seed).standard_normal(length)
    return np.round(100 + 0.3 * steps + 15 * np.sin(2 * np.pi * steps / 12) + 4 * noise, 2).tolist()


def _body(series: list[list[float]]) -> bytes:
    asked: dict[str, Any] = {"model": "universal", "horizon": _HORIZON, "levels": [80, 95]}
    return json.dumps({"series": [{"values": values, "season": 12} for values in series], **asked}).encode()


def _seconds(service: Running, body: bytes) -> float:
    begin = time.perf_counter()
    answer = service.client.post("/forecast", content=body, headers={"Content-Type": "application/json"})
    took = time.perf_counter() - begin
    answer.raise_for_status()
    return took


def _megabytes(service: Running) -> float:
    """Resident memory of the largest process of the service, which is the worker."""
    return max(worker.memory_info().rss for worker in service.workers()) / 1e6


if __name__ == "__main__":
    main()
