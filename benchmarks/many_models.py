"""A tree of 2,000 forecasters: start, memory, answers while they load, and answers of what is not in memory.

    python -m benchmarks.many_models [--models 2000] [--requests 3000] [--megabytes 256]

Each is the shipped forecaster `google` under another name. The service is started three times: with all of them loaded
before anybody asks (the default), with the default model only, and so with a limit of their memory. In the last two,
one client asks for models by chance, for a few of them most of the time (Zipf's law). At last a new version of the
default model is published: printed is how long it takes to be served. The worker has the first core, the client the
last.

The exit status is 1 if a request was not answered with 200 by the model that it named.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil

from seqserve.registry import artifact
from seqserve.registry.artifact import MANIFEST, Release
from seqserve.registry.label_files import LABELS
from seqserve.registry.store import STABLE, Key, Store
from testing.service_process import Running, running

_SHIPPED = Store(Path("models").resolve())
_TASK, _MODEL, _VERSION = "forecast", "google", "2"
_BODY = {"series": [{"values": [700.0 + step for step in range(120)]}]}
_ZIPF = 1.1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=2_000, help="(%(default)s)")
    parser.add_argument("--requests", type=int, default=3_000, help="to models by chance (%(default)s)")
    parser.add_argument("--megabytes", type=int, default=256, help="SEQSERVE_MAX_MODEL_BYTES, then (%(default)s)")
    options = parser.parse_args()
    names = [f"shop-{number:04}" for number in range(options.models)]
    first, *_, last = sorted(os.sched_getaffinity(0)) * 2
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "models"
        release = _published(root, names)
        limited = {"SEQSERVE_LOAD": "defaults", "SEQSERVE_MAX_MODEL_BYTES": str(options.megabytes * 2**20)}
        failed = 0
        for title, settings in (
            ("all", {}),
            ("SEQSERVE_LOAD=defaults", {"SEQSERVE_LOAD": "defaults"}),
            (f"the same, SEQSERVE_MAX_MODEL_BYTES={options.megabytes} MiB", limited),
        ):
            os.sched_setaffinity(0, {first})  # the service inherits it
            begin = time.perf_counter()
            with running(root, Path(folder), ready=False, patient=False, **settings) as service:
                os.sched_setaffinity(0, {last})
                print(f"\n{title}: live after {time.perf_counter() - begin:.1f} s", end="", flush=True)
                _until(lambda: service.client.get("/readyz").is_success)
                print(f", ready after {time.perf_counter() - begin:.1f} s", end="", flush=True)
                if settings:
                    print(f", {_megabytes(service):.0f} MB")
                    failed += _by_chance(service, names, options.requests)
                else:
                    failed += _while_loading(service, names, begin)
                _told_release(service, root, replace(release, name=names[0]))
    return 1 if failed else 0


def _published(root: Path, names: list[str]) -> Release:
    """Publish the model under the first name, which is the default; the others are links to its files."""
    found = _SHIPPED.read(Key(_TASK, _MODEL, _VERSION))
    known = found.manifest
    release = Release(known.task, names[0], known.seed, known.data, found.files)
    store = Store(root)
    artifact.publish(root, release)
    store.label(Key(_TASK, names[0], "1"), STABLE, even_if_worse=True)
    store.set_default(_TASK, names[0])
    first = store.directory(Key(_TASK, names[0], "1"))
    for name in names[1:]:
        version = store.directory(Key(_TASK, name, "1"))
        version.mkdir(parents=True)
        for file in release.files:
            (version / file).hardlink_to(first / file)
        (version / MANIFEST).write_text(artifact.manifest_of(replace(release, name=name), "1").model_dump_json())
        (version.parent / LABELS).write_text('{"stable": "1"}')
    return release


def _while_loading(service: Running, names: list[str], begin: float) -> int:
    """Ask for the default model until all are loaded; returns how many requests failed."""
    seconds, statuses = [], []
    while _loaded(service) < len(names):
        asked = time.perf_counter()
        statuses.append(service.client.post("/forecast", json=_BODY).status_code)
        seconds.append(time.perf_counter() - asked)
        time.sleep(0.02)
    passed = time.perf_counter() - begin
    spent = sum(_worker(service).cpu_times()[:2])
    print(f", all loaded after {passed:.0f} s and {spent:.0f} s of the processor, {_megabytes(service):.0f} MB")
    print(f"the default model meanwhile: {_told(seconds)}")
    return sum(status != 200 for status in statuses)


def _by_chance(service: Running, names: list[str], requests: int) -> int:
    """Ask for models by Zipf's law; returns how many requests failed."""
    random = np.random.default_rng(0)
    weights = 1 / np.arange(1, len(names) + 1) ** _ZIPF
    order = random.permutation(len(names))
    warm, cold, failed, highest = [], [], 0, 0.0
    begin = time.perf_counter()
    for number, chosen in enumerate(random.choice(order, requests, p=weights / weights.sum())):
        before, asked = _loaded(service), time.perf_counter()
        answer = service.client.post("/forecast", json={**_BODY, "model": names[chosen]})
        seconds = time.perf_counter() - asked
        failed += answer.status_code != 200 or answer.json()["model"] != names[chosen]
        (cold if _loaded(service) > before else warm).append(seconds)
        if number % 100 == 0:
            highest = max(highest, _megabytes(service))
    highest = max(highest, _megabytes(service))
    print(f"{requests} requests in {time.perf_counter() - begin:.0f} s, {failed} failed; at most {highest:.0f} MB")
    print(f"in memory: {_told(warm)}\nloaded first: {_told(cold)}")
    return failed


def _told_release(service: Running, root: Path, release: Release) -> None:
    begin = time.perf_counter()
    published = artifact.publish(root, release).manifest
    Store(root).label(Key(_TASK, release.name, published.version), STABLE, even_if_worse=True)
    _until(lambda: service.client.post("/forecast", json=_BODY).json()["version"] == published.version)
    print(f"a new version of the default model answers after {time.perf_counter() - begin:.1f} s")


def _loaded(service: Running) -> int:
    return service.log.read_bytes().count(b" loaded: ")


def _told(seconds: list[float]) -> str:
    times = 1e3 * np.array(seconds)
    p50, p99 = np.quantile(times, [0.5, 0.99])
    return f"{len(seconds)} requests, p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {times.max():.0f} ms"


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if holds():
            return
        time.sleep(0.1)
    raise SystemExit("the service did not get there within five minutes")


def _megabytes(service: Running) -> float:
    """Memory of the worker's own (USS)."""
    return float(_worker(service).memory_full_info().uss / 1e6)


def _worker(service: Running) -> psutil.Process:
    return max(service.workers(), key=lambda process: process.memory_info().rss)


if __name__ == "__main__":
    sys.exit(main())
