"""One window of the tutorials' 4 x LSTM(50) over HTTP: seqserve beside other servers.

    python -m benchmarks.servers [--rounds 5] [--seconds 5] [--cores 2] [--patience 20] [--only NAME ...]

Every server runs the same ONNX graph on one thread (FastAPI runs the Keras network it was exported from), takes raw
prices and returns a raw price; a server with a different answer is not measured. Each has one worker, no access log,
uvloop and httptools, and is measured with its batching on and off; see `benchmarks/others/`. Servers that are not among
our requirements get their own virtual environment under `.cache/servers/`; without a network they are left out.

In each round, every server is started, warmed up and measured with `wrk` in turn, if possible while nothing else runs.
All processes of a server share two cores, and `wrk` uses the last one; with `--cores 1` each has one core.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks import contenders
from benchmarks.contenders import Server
from benchmarks.wrk import Measured, measured

_CONNECTIONS = (32, 1)
_START_SECONDS = 120
_BUSY_PERCENT = 15
_SAME = 1e-5
"""The largest relative difference of two answers: float32 rounds at 1e-7, which adds up in 60 steps of four layers."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement (%(default)s)")
    parser.add_argument("--cores", type=int, default=2, help="for a server (%(default)s)")
    parser.add_argument("--patience", type=int, default=20, help="seconds to wait for a quiet machine (%(default)s)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="of servers beside seqserve")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    servers = [
        server for server in contenders.every() if not options.only or server.name in ("seqserve", *options.only)
    ]
    servers = [server for server in servers if contenders.installed(server)]
    seen: dict[str, dict[int, list[Measured]]] = {
        server.title: {count: [] for count in _CONNECTIONS} for server in servers
    }
    expected = None
    for _ in range(options.rounds):
        for server in servers:
            with started(server, cores[: options.cores]) as url:
                answer = server.answer(httpx.post(url, json=server.body, timeout=60).raise_for_status().json())
                expected = answer if expected is None else expected
                if abs(answer - expected) > _SAME * abs(expected):
                    raise SystemExit(f"{server.title} answers {answer}, not {expected}")
                measured(url, server.body, 32, 2, cores[-1])  # this warms up
                for count in _CONNECTIONS:
                    _await_quiet(options.patience)
                    seen[server.title][count].append(measured(url, server.body, count, options.seconds, cores[-1]))
                    print(server.title, count, seen[server.title][count][-1], file=sys.stderr)
    _report(seen)


def _report(seen: dict[str, dict[int, list[Measured]]]) -> None:
    """Print medians over the rounds, the spread of the rates, and the speed-up of seqserve."""
    cells = [f"{count} connections | p50 | p99 | seqserve is" for count in _CONNECTIONS]
    print(f"| requests a second | {' | '.join(cells)} |\n| --- |" + " ---: |" * 4 * len(_CONNECTIONS))
    ours = {count: statistics.median(row.rate for row in rows) for count, rows in seen["seqserve"].items()}
    for name, counts in sorted(seen.items(), key=lambda pair: -_medians(pair[1][32]).rate):
        row = []
        for count, rows in counts.items():
            rate, p50, p99 = _medians(rows)
            spread = f"{min(found.rate for found in rows):.0f} to {max(found.rate for found in rows):.0f}"
            times = "" if name == "seqserve" else f"{ours[count] / rate:.1f} times"
            row += [f"{rate:.0f} ({spread})", f"{p50:.3g} ms", f"{p99:.3g} ms", times]
        print(f"| {name} | {' | '.join(row)} |")


def _medians(rows: Sequence[Measured]) -> Measured:
    return Measured(*(statistics.median(column) for column in zip(*rows, strict=True)))


def _await_quiet(seconds: int) -> None:
    """Wait while other processes use the CPU, up to a limit; the server itself is idle."""
    end = time.monotonic() + seconds
    while psutil.cpu_percent(1) > _BUSY_PERCENT and time.monotonic() < end:
        pass


@contextmanager
def started(server: Server, cores: Sequence[int]) -> Iterator[str]:
    """Start a server on given cores, yield its URL once it answers, and stop all its processes."""
    ports = _free_ports(3)
    own = {
        "MODEL": str(contenders.MODEL),
        "PYTHONPATH": str(contenders.APPS),
        "BATCH": str(server.batch or 1),
        "PORT": str(ports[0]),
    }
    own |= dict(
        zip(("MLSERVER_HTTP_PORT", "MLSERVER_GRPC_PORT", "MLSERVER_METRICS_PORT"), map(str, ports), strict=True)
    )
    command = [str(server.python), *(part.format(port=ports[0]) for part in server.command)]
    url = f"http://127.0.0.1:{ports[0]}{server.path}"
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            ["taskset", "-c", ",".join(map(str, cores)), *command],
            cwd=Path.cwd() if server.command == ["-m", "service"] else contenders.APPS,
            env={**os.environ, **own, **server.environment},
            stdout=log,
            stderr=log,
        )
        try:
            if not _answers(url, server.body, process):
                log.seek(0)
                raise SystemExit(f"{server.title} did not start:\n{log.read().decode()}")
            yield url
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Terminate a process and its children, and kill those that stay."""
    if process.poll() is None:
        parent = psutil.Process(process.pid)
        every = [parent, *parent.children(recursive=True)]
        process.terminate()
        for left in psutil.wait_procs(every, timeout=15)[1]:
            left.kill()


def _answers(url: str, body: Any, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.post(url, json=body, timeout=10).is_success:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    return False


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


if __name__ == "__main__":
    main()
