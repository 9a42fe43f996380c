"""256 windows in one request: the speed of the service beside that of the bare network.

    python -m benchmarks.one_request [--windows 256] [--rounds 5]

The service answers over HTTP on the loopback. Bare ONNX Runtime, in its own process, gets the scaled windows as one
array. Both use the same graph (the tutorials' 4 x LSTM(50), 60 steps), one thread and the first core; the client has
the last. The service runs 64 windows at a time, which is faster per window. Both are measured in turn, so that noise on
the machine affects both.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import httpx
import numpy as np

from benchmarks import serving
from seqserve import tasks
from seqserve.core.onnx_session import Network
from seqserve.forecast.window_forecaster import MODEL, WindowForecaster
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store

_CALLS = 10
_MODELS = Path("models")
_STAGES = {"preprocess": "reading the values", "infer": "scaling, network, inverse", "postprocess": "writing answers"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", type=int, default=256, help="in a request (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    options = parser.parse_args()
    windows = _windows(options.windows)
    series = [{"values": [round(value, 2) for value in window]} for window in windows[:, :, 0].tolist()]
    body = json.dumps({"model": "google", "version": "1", "series": series}).encode()
    core = serving.core()
    bare = ProcessPoolExecutor(1, get_context("spawn"), os.sched_setaffinity, (0, {core}))
    with bare, serving.serving("service.service", _MODELS, core) as service:
        expected = bare.submit(_bare, options.windows).result()[1]
        answer = _asked(service, body)[1]
        if not np.allclose(answer, expected, rtol=1e-5):
            raise SystemExit(f"the answers differ by {np.abs(answer - expected).max():g}")
        before, spent, timed = serving.measured(service), [], []
        for _ in range(options.rounds):
            spent.append(_asked(service, body)[0])
            timed.append(bare.submit(_bare, options.windows).result()[0])
        after = serving.measured(service)
    _report(options.windows, statistics.median(spent), statistics.median(timed))
    requests = options.rounds * _CALLS
    stages = {stage: 1e3 * (after[stage] - before[stage]) / requests for stage in serving.STAGES}
    rest = 1e3 * statistics.mean(spent) - sum(stages.values())
    print(f"\nof a request of {len(body):,} bytes, {1e3 * statistics.mean(spent):.1f} ms on average:")
    for stage, milliseconds in stages.items():
        print(f"- {_STAGES[stage]}: {milliseconds:.1f} ms")
    print(f"- HTTP, JSON, waiting for a thread, and the client: {rest:.1f} ms")


def _report(windows: int, ours: float, bare: float) -> None:
    print("| | milliseconds a request | windows a second | of bare |\n| --- | ---: | ---: | ---: |")
    for name, seconds in (("ONNX Runtime in process", bare), ("seqserve over HTTP", ours)):
        print(f"| {name} | {1e3 * seconds:.1f} | {windows / seconds:.0f} | {100 * bare / seconds:.0f}% |")


def _asked(service: httpx.Client, body: bytes) -> tuple[float, np.ndarray]:
    """Median seconds of a request, and the forecasts."""
    seconds = []
    for _ in range(_CALLS):
        begin = time.perf_counter()
        answer = service.post("/forecast", content=body, headers={"Content-Type": "application/json"})
        seconds.append(time.perf_counter() - begin)
    forecasts = answer.raise_for_status().json()["forecasts"]
    return statistics.median(seconds), np.array([forecast["mean"] for forecast in forecasts])


def _bare(count: int) -> tuple[float, np.ndarray]:
    """Median seconds of a run of the graph alone, and its forecasts as prices."""
    artifact, served = _loaded()
    network, windows = Network(artifact.file(MODEL)), _windows(count).round(2)
    affine = served.scaler.affine(windows)
    scaled = affine.apply(windows).astype(np.float32)
    seconds = []
    for _ in range(_CALLS):
        begin = time.perf_counter()
        output = network(scaled)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), affine.invert(output.astype(np.float64), 0)


def _windows(count: int) -> np.ndarray:
    """Windows (N, 60, 1) of prices at different levels, within the range of the scaler."""
    artifact, served = _loaded()
    window = np.array(artifact.json("test.json")["values"])[: served.config.window]
    return window[np.newaxis] - np.linspace(60, 110, count)[:, np.newaxis, np.newaxis]


@cache
def _loaded() -> tuple[Artifact, WindowForecaster]:
    store = Store(_MODELS)
    artifact = store.read(store.resolve("forecast", "google", "1"))
    served = tasks.load(artifact)
    assert isinstance(served, WindowForecaster)
    return artifact, served


if __name__ == "__main__":
    main()
