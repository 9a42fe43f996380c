"""Start-up time of the service and memory of a worker, compared with TensorFlow and the same models.

    python -m benchmarks.cold_start [--rounds 5]

The other process imports Keras on TensorFlow, loads every shipped version that has a Keras network (translators and
`universal` have none), and calls each once. It runs no server. Memory is the unique set size. Both are started in turn,
so that noise on the machine affects both.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psutil

_MODELS = Path("models")
_NETWORK = "weights.keras"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    rounds = parser.parse_args().rounds
    versions = len(list(_MODELS.glob("*/*/*/manifest.json")))
    networks = sorted(_MODELS.glob(f"*/*/*/{_NETWORK}"))
    sides: dict[str, Callable[[], tuple[float, float]]] = {
        f"seqserve, from nothing to `/readyz`, {versions} versions": _service,
        f"TensorFlow, Keras and {len(networks)} of these versions, no server": lambda: _keras(networks),
        "the import of TensorFlow alone": _tensorflow,
    }
    seen = [[side() for side in sides.values()] for _ in range(rounds)]
    print("| | seconds | MB |\n| --- | ---: | ---: |")
    for name, rows in zip(sides, zip(*seen, strict=True), strict=True):
        seconds, megabytes = zip(*rows, strict=True)
        spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
        print(f"| {name} | {statistics.median(seconds):.2f} ({spread}) | {statistics.median(megabytes):.0f} |")


def _service() -> tuple[float, float]:
    """Seconds until the service is ready, and the memory of its worker then."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begin = time.perf_counter()
    environment = {**os.environ, "PORT": str(port)}
    output = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, "-m", "service"], stdout=output, stderr=output, env=environment) as process:
        while not _is_ready(port):
            time.sleep(0.01)
        seconds = time.perf_counter() - begin
        megabytes = max(_megabytes(worker) for worker in psutil.Process(process.pid).children(recursive=True))
        process.terminate()
    return seconds, megabytes


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _keras(networks: list[Path]) -> tuple[float, float]:
    """The same for a process that loads Keras networks."""
    return _in_a_process(_load, networks)


def _tensorflow() -> tuple[float, float]:
    return _in_a_process(_load, None)


def _in_a_process(work: Callable[[list[Path] | None], float], networks: list[Path] | None) -> tuple[float, float]:
    begin = time.perf_counter()
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        megabytes = process.submit(work, networks).result()
        return time.perf_counter() - begin, megabytes


def _load(networks: list[Path] | None) -> float:
    """Import TensorFlow, load the networks, call each once, and print the memory of this process."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    import tensorflow  # noqa: F401

    if networks:
        import keras

        # They register the layers of our own.
        import training.classify.network
        import training.sentiment.linear.ngrams
        import training.tag.network  # noqa: F401

        loaded = [keras.saving.load_model(path) for path in networks]
        for network in loaded:
            inputs = [
                keras.ops.ones([size or (1, 60)[place] for place, size in enumerate(x.shape)]) for x in network.inputs
            ]
            network.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    return _megabytes(psutil.Process())


def _megabytes(process: psutil.Process) -> float:
    return process.memory_full_info().uss / 1e6


if __name__ == "__main__":
    main()
