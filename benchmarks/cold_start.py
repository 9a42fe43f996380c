"""How long the service takes from nothing to ready, beside the import of TensorFlow alone, and what a worker weighs.

python -m benchmarks.cold_start [--rounds 5]
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

import psutil


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    service, memory, tensorflow = [], [], []
    for _ in range(rounds):  # in turn, so that a noisy moment meets both
        seconds, megabytes = _service()
        service.append(seconds)
        memory.append(megabytes)
        tensorflow.append(_tensorflow())
    ready, imported = statistics.median(service), statistics.median(tensorflow)
    print(f"service to /readyz: median {ready:.2f} s of {rounds} ({min(service):.2f} to {max(service):.2f})")
    print(f"import tensorflow alone: median {imported:.2f} s; {imported / ready:.1f} times the whole start")
    print(f"a worker's memory when ready: {statistics.median(memory):.0f} MB (unique set size)")


def _service() -> tuple[float, float]:
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
        workers = psutil.Process(process.pid).children(recursive=True)
        megabytes = max(worker.memory_full_info().uss for worker in workers) / 1e6
        process.terminate()
    return seconds, megabytes


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _tensorflow() -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
