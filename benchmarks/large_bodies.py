"""Bodies just below the size limit: what they cost in memory, and how long others wait meanwhile.

    python -m benchmarks.large_bodies [--megabytes 15.9]

Each body goes to the service alone, while another process asks for `/livez` and for a forecast twenty times a second.
Printed for each are the status, the seconds until the answer, the highest memory of the worker above what it had before
(resident, as the kernel counts it), that over the size of the body, and the longest wait of the other process. The
first row is that process alone, since a busy machine makes it wait too. The models are tiny, so that what is measured
is the reading of bodies. `benchmarks.fuzz` makes others by chance.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_double
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from testing.service_process import Running, running
from testing.tree import tree

MEGABYTE = 2**20
_PROBE = {
    "/livez": None,
    "/forecast": json.dumps(
        {"series": [{"values": list(range(64)), "start": "2024-01-01", "frequency": "D"}]}
    ).encode(),
}
_PROBE_SECONDS = 0.05
_ALONE_SECONDS = 5


class Large(NamedTuple):
    """A large body."""

    path: str
    name: str
    body: bytes


class Cost(NamedTuple):
    """What a body cost.

    Args:
        status, kind, content: of the answer.
        seconds: until the answer.
        memory: bytes above what the worker had before, at most.
        wait: the longest of others, in seconds.
    """

    status: int | str
    kind: str
    content: bytes
    seconds: float
    memory: int
    wait: float


def repeated(head: bytes, unit: bytes, tail: bytes, size: int) -> bytes:
    """A body of about `size` bytes: `unit` as often as it fits, separated by commas."""
    return head + b",".join([unit] * ((size - len(head) - len(tail)) // (len(unit) + 1))) + tail


def keys(head: bytes, tail: bytes, size: int) -> bytes:
    return head + b",".join(b'"k%d":1' % number for number in range(size // 13)) + tail


def named(size: int) -> Iterator[Large]:
    """The bodies of the table, of about `size` bytes each."""
    item, end = b'{"series":[{"values":[', b"]}]}"
    actuals = b'{"items":[{"mean":['
    yield Large("/forecast/actuals", "empty strings as mean", repeated(actuals, b'""', b'],"actual":[1]}]}', size))
    yield Large("/forecast/actuals", "null as mean", repeated(actuals, b"null", b'],"actual":[1]}]}', size))
    yield Large("/forecast/actuals", "numbers", repeated(actuals, b"1.5", b'],"actual":[1]}]}', size))
    levels = b'{"items":[{"mean":[1],"actual":[1],"intervals":{'
    yield Large("/forecast/actuals", "levels", keys(levels, b"}}]}", size))
    yield Large("/forecast", "unknown keys", keys(b"{", b"}", size))
    yield Large("/forecast", "unknown keys of an item", keys(b'{"series":[{', b"}]}", size))
    yield Large("/forecast", "unknown covariates", keys(b'{"series":[{"values":[1],"static":{', b"}}]}", size))
    yield Large("/forecast", "too many items", repeated(b'{"series":[', b'{"values":0}', b"]}", size))
    yield Large("/forecast", "items of no shape", repeated(b'{"series":[', b"0", b"]}", size))
    yield Large("/forecast", "levels", repeated(b'{"series":[0],"levels":[', b"80", b"]}", size))
    yield Large("/forecast", "empty lists as values", repeated(item, b"[]", end, size))
    yield Large("/forecast", "objects as values", repeated(item, b'{"":1}', end, size))
    yield Large("/forecast", "one long series", repeated(item, b"999", end, size))
    series = b'{"values":[' + b",".join([b"999.25"] * 500) + b"]}"
    yield Large("/forecast", "as many series as there may be", repeated(b'{"series":[', series, b"]}", size))
    stamps = b'{"series":[{"values":[1],"timestamps":['
    yield Large("/forecast", "timestamps", repeated(stamps, b'"2024-01-01T00:00:00"', end, size))
    yield Large("/forecast", "nested lists", b'{"series":' + b"[" * size)
    yield Large("/forecast", "blanks", b'{"series":[0],' + b" " * size + b'"x":1}')
    yield Large("/sentiment", "half a surrogate pair", repeated(b'{"texts":[', b"1234567890", b',"\\ud83d"]}', size))
    yield Large("/sentiment", "one long text", b'{"texts":["' + b"good " * (size // 5) + b'"]}')
    yield Large(
        "/sentiment", "one long text, one emoji", b'{"texts":["\xf0\x9f\x98\x80' + b"good " * (size // 5) + b'"]}'
    )
    yield Large("/sentiment", "escaped characters", b'{"texts":["' + b"\\u4e00" * (size // 6) + b'"]}')
    long = b'"' + b"good " * 3_900 + b'"'
    yield Large("/sentiment", "long texts", repeated(b'{"texts":[', long, b"]}", size))
    yield Large("/sentiment", "a ligature of 18 letters", b'{"texts":["' + "\ufdfa".encode() * 190_000 + b'"]}')
    yield Large("/translate", "one long text", b'{"texts":["' + b"good " * (size // 5) + b'"]}')
    yield Large("/translate", "a ligature of 18 letters", b'{"texts":["' + "\ufdfa".encode() * 190_000 + b'"]}')


def ask(service: Running, large: Large) -> tuple[int | str, str, bytes]:
    """Send a body; the status, or what came instead, and the type and content of the answer."""
    url = service.client.base_url
    connection = http.client.HTTPConnection(url.host, url.port, timeout=120)
    try:
        connection.request("POST", large.path, large.body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("content-type", ""), answer.read()
    except (OSError, http.client.HTTPException) as error:
        return repr(error), "", b""
    finally:
        connection.close()


@contextmanager
def probed(service: Running) -> Iterator[Any]:
    """Probe from another process; yields the longest wait so far, in seconds, which may be set back."""
    longest = multiprocessing.Value(c_double, 0.0)
    over = multiprocessing.Event()
    process = multiprocessing.Process(target=_probe, args=(str(service.client.base_url), longest, over), daemon=True)
    process.start()
    try:
        yield longest
    finally:
        over.set()
        process.join()


def _probe(url: str, longest: Any, over: Any) -> None:
    host = url.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(host, timeout=120)
    while not over.is_set():
        for path, body in _PROBE.items():
            begin = time.perf_counter()
            connection.request("POST" if body else "GET", path, body, {"Content-Type": "application/json"})
            connection.getresponse().read()
            with longest.get_lock():
                longest.value = max(longest.value, time.perf_counter() - begin)
        time.sleep(_PROBE_SECONDS)


def measured(service: Running, longest: Any, large: Large) -> Cost:
    """Send a body and look at what it costs."""
    (worker,) = service.workers()
    before = worker.memory_info().rss
    Path(f"/proc/{worker.pid}/clear_refs").write_text("5")  # the highest memory counts from now on
    longest.value = 0.0
    begin = time.perf_counter()
    status, kind, content = ask(service, large)
    seconds = time.perf_counter() - begin
    time.sleep(2 * _PROBE_SECONDS)
    return Cost(status, kind, content, seconds, max(0, _peak(worker) - before), longest.value)


def _peak(worker: psutil.Process) -> int:
    status = Path(f"/proc/{worker.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=15.9, help="of each body (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = tree(Path(folder) / "models")
        with (
            running(models, Path(folder), patient=False, SEQSERVE_LOG_LEVEL="error") as service,
            probed(service) as longest,
        ):
            time.sleep(2)
            longest.value = 0.0
            time.sleep(_ALONE_SECONDS)
            print("| route | body | MB | status | seconds | memory, MB | over the body | longest wait of others |")
            print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
            print(f"| | none, for {_ALONE_SECONDS} s | | | | | | {1000 * longest.value:.0f} ms |", flush=True)
            for large in named(int(options.megabytes * MEGABYTE)):
                cost = measured(service, longest, large)
                size = len(large.body)
                print(
                    f"| `{large.path}` | {large.name} | {size / MEGABYTE:.1f} | {cost.status} | {cost.seconds:.2f} "
                    f"| {cost.memory / MEGABYTE:.0f} | {cost.memory / size:.1f} times | {1000 * cost.wait:.0f} ms |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
