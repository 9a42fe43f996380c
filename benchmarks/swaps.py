"""Publish 50 good and 10 bad versions under load: failed and wrong answers, latency and memory.

    python -m benchmarks.swaps [--swaps 50] [--bad 10] [--rate 50]

The shipped classifier of film reviews is published repeatedly, each time with another temperature, so that the scores
show which version answered: each answer is compared with that of its version in this process. An open loop sends
sentences at a steady rate, first while the models stay, then while they change. Bad versions (a flipped byte, a failing
example, a missing file) are labelled `stable` too. Beside all of these lies what nobody can read: links that lead to
themselves in place of a model and of a version, a FIFO in place of labels, and a directory without permissions, which
is read all the same if this runs as root. The worker has the first core; the client, which also publishes, the last.

The exit status is 1 if a request failed, if its answer is not that of its version, or if the service does not name what
it cannot read.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import cycle, repeat
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import psutil

from benchmarks.open_loop import Answer, Asked, Client, open_loop, post
from benchmarks.sentences import SENTENCES
from seqserve import tasks
from seqserve.registry import artifact
from seqserve.registry.artifact import CONFIG, EXAMPLES, MANIFEST, Artifact, Release
from seqserve.registry.label_files import LABELS
from seqserve.registry.store import STABLE, Key, Store
from seqserve.sentiment.predictor import Classification, TextQuery
from testing.service_process import Running, running

_SHIPPED = Store(Path("models").resolve())
_TEXTS = SENTENCES[:16]
_TEMPERATURES = (1.0, 1.15, 1.3, 1.45, 1.6)
_KEPT = 3
"""Versions left in the tree, and versions that a worker holds."""
_ROUNDED = 1e-3
"""Tolerance of a score: answers are rounded, versions differ by more."""
_QUIET_SECONDS = 60
_UNREADABLE = 3
"""Directories that cannot be read, at least: root may read one more."""

Scores = dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--swaps", type=int, default=50, help="(%(default)s)")
    parser.add_argument("--bad", type=int, default=10, help="(%(default)s)")
    parser.add_argument("--rate", type=float, default=50, help="requests a second (%(default)s)")
    options = parser.parse_args()
    first, *_, last = sorted(os.sched_getaffinity(0)) * 2
    os.sched_setaffinity(0, {first})  # the service inherits it
    with tempfile.TemporaryDirectory() as folder:
        publisher = Publisher(Path(folder))
        publisher.release()
        publisher.litter()
        with running(publisher.root, Path(folder), patient=False, SEQSERVE_LOG_LEVEL="warning") as service:
            os.sched_setaffinity(0, {last})
            return asyncio.run(_run(service, publisher, options.swaps, options.bad, options.rate))


async def _run(service: Running, publisher: Publisher, swaps: int, bad: int, rate: float) -> int:
    quiet, busy = Seen(publisher.expected), Seen(publisher.expected)
    await _load(service, rate, quiet, asyncio.sleep(_QUIET_SECONDS))
    weights = {0: _weight(service)}
    await _load(service, rate, busy, asyncio.to_thread(_change, service, publisher, swaps, bad, weights))
    print("| | requests | failed | wrong | p50 | p99 | longest |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    quiet.report("models stay")
    busy.report(f"{swaps} swaps, {bad} bad versions")
    print(f"statuses of those that failed: {dict(quiet.failed + busy.failed) or 'none'}")
    print(f"answered by {len(busy.versions)} versions\n\n| swaps | USS | RSS |\n| ---: | ---: | ---: |")
    for number, weight in weights.items():
        print(f"| {number} | {' | '.join(f'{megabytes:.0f} MB' for megabytes in weight)} |")
    unreadable = service.metric("seqserve_models_unreadable")
    print(f"\n{unreadable:.0f} directories beside cannot be read")
    failed = unreadable < _UNREADABLE or any(seen.failed or seen.wrong for seen in (quiet, busy))
    return 1 if failed else 0


async def _load(service: Running, rate: float, seen: Seen, work: Any) -> None:
    """Send requests at a steady rate until `work` is done."""
    client = Client(int(service.client.base_url.port or 80))
    doing = asyncio.ensure_future(work)
    requests = cycle([post(str(number), "/sentiment", {"texts": [text]}) for number, text in enumerate(_TEXTS)])
    while not doing.done():
        await open_loop(client, requests, repeat(1 / rate), 1, seen)
    await doing


def _change(
    service: Running, publisher: Publisher, swaps: int, bad: int, weights: dict[int, tuple[float, float]]
) -> None:
    """Publish good and bad versions in turn, each once the last one is loaded; measure the worker's memory at times."""
    harms = cycle([_flip, _unlink, _fail])
    due = 0.0
    for number in range(1, swaps + 1):
        version = publisher.release()
        _wait(service, lambda model, version=version: model["version"] == version)
        if number == 1 or number % 10 == 0:  # seldom, because the measurement halts the worker for a moment
            weights[number] = _weight(service)
        due += bad / swaps
        if due >= 1:
            due -= 1
            harmed = publisher.release_bad(next(harms))
            _wait(service, lambda model, harmed=harmed: model.get("refused_labels") == {STABLE: harmed})


def _wait(service: Running, holds: Callable[[Any], bool]) -> None:
    for _ in range(600):
        if holds(service.client.get("/models/sentiment/reviews").json()):
            return
        time.sleep(0.1)
    raise SystemExit("the service did not see a version within a minute")


class Publisher:
    """Publishes variants of the shipped model."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "models"
        self.expected: dict[str, list[Scores]] = {}
        self._elsewhere = folder / "elsewhere"
        self._model = self.root / "sentiment" / "reviews"
        shipped = _SHIPPED.read(_SHIPPED.resolve("sentiment", "reviews", None))
        self._variants = cycle([_variant(shipped, by) for by in _TEMPERATURES])
        self._number = 0

    def release(self) -> str:
        """Publish a good version, label it stable and remove the oldest."""
        release, scores = next(self._variants)
        self._number += 1
        self.expected[str(self._number)] = scores
        self._publish(release)
        store = Store(self.root)
        store.label(Key("sentiment", "reviews", str(self._number)), STABLE, even_if_worse=True)
        if self._number == 1:
            store.set_default("sentiment", "reviews")
        shutil.rmtree(self._model / str(self._number - _KEPT), ignore_errors=True)
        return str(self._number)

    def litter(self) -> None:
        """Put beside the model what cannot be read."""
        for loop in (self._model / str(10**6), self._model.with_name("loop")):
            loop.symlink_to(loop)
        (self._model.with_name("pipe") / "1").mkdir(parents=True)
        os.mkfifo(self._model.with_name("pipe") / LABELS)
        self._model.with_name("secret").mkdir(mode=0)

    def release_bad(self, harm: Callable[[Path], None]) -> str:
        """Publish a bad version and label it stable, which no command does."""
        self._number += 1
        self._publish(next(self._variants)[0], harm)
        staging = self._model / f".{LABELS}"
        staging.write_text(json.dumps({STABLE: str(self._number)}))
        staging.replace(self._model / LABELS)
        return str(self._number)

    def _publish(self, release: Release, harm: Callable[[Path], None] = lambda version: None) -> None:
        model = self._elsewhere / "sentiment" / "reviews"
        shutil.rmtree(self._elsewhere, ignore_errors=True)
        (model / str(self._number - 1)).mkdir(parents=True)  # the version that it comes after
        artifact.publish(self._elsewhere, release)
        harm(model / str(self._number))
        self._model.mkdir(parents=True, exist_ok=True)
        (model / str(self._number)).rename(self._model / str(self._number))


def _variant(shipped: Artifact, by: float) -> tuple[Release, list[Scores]]:
    """The shipped model with another temperature, and its answers."""
    config = shipped.json(CONFIG)
    config["temperature"] *= by
    files = {**shipped.files, CONFIG: json.dumps(config).encode()}
    files[EXAMPLES] = json.dumps(
        [_answered(replace(shipped, files=files), one) for one in shipped.json(EXAMPLES)]
    ).encode()
    answers = tasks.load(replace(shipped, files=files)).predict([TextQuery(text) for text in _TEXTS])
    known = shipped.manifest
    release = Release(known.task, known.name, known.seed, known.data, files)
    return release, [answer.scores for answer in answers if isinstance(answer, Classification)]


def _answered(changed: Artifact, example: dict[str, Any]) -> dict[str, Any]:
    predictor = tasks.TASKS["sentiment"].predictor.load(changed)
    return {"input": example["input"], "output": predictor.replay(example["input"])}


def _flip(version: Path) -> None:
    content = bytearray((version / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (version / "model.onnx").write_bytes(content)


def _unlink(version: Path) -> None:
    (version / "model.onnx").unlink()


def _fail(version: Path) -> None:
    """Change the expected answer of its first example; the files are intact."""
    found = artifact.read(version)
    content = json.dumps([{**example, "output": {}} for example in found.json(EXAMPLES)]).encode()
    (version / EXAMPLES).write_bytes(content)
    files = {**found.manifest.files, EXAMPLES: hashlib.sha256(content).hexdigest()}
    sealed = found.manifest.model_copy(update={"files": files}).sealed()
    (version / MANIFEST).write_text(sealed.model_dump_json(indent=1))


@dataclass
class Seen:
    """The answers, compared with those of the versions they name."""

    expected: dict[str, list[Scores]]
    seconds: list[float] = field(default_factory=list)
    failed: Counter[int] = field(default_factory=Counter)
    wrong: int = 0
    versions: Counter[str] = field(default_factory=Counter)

    def __call__(self, asked: Asked, answer: Answer) -> None:
        self.seconds.append(answer.seconds)
        if answer.status != 200:
            self.failed[answer.status] += 1
            return
        content = orjson.loads(answer.body)
        scores = self.expected[content["version"]][int(asked.task)]
        self.versions[content["version"]] += 1
        found = content["results"][0]["scores"]
        self.wrong += found.keys() != scores.keys() or any(
            abs(found[label] - scores[label]) > _ROUNDED for label in scores
        )

    def report(self, name: str) -> None:
        times = [np.quantile(self.seconds, 0.5), np.quantile(self.seconds, 0.99), max(self.seconds)]
        counts = [len(self.seconds), self.failed.total(), self.wrong]
        print(f"| {name} | {' | '.join(map(str, counts))} | {' | '.join(f'{1e3 * time:.1f} ms' for time in times)} |")


def _weight(service: Running) -> tuple[float, float]:
    """The worker's memory in MB: unique set size and resident set size."""
    (worker,) = (process for process in service.workers() if _serves(process))
    found = worker.memory_full_info()
    return found.uss / 1e6, found.rss / 1e6


def _serves(process: psutil.Process) -> bool:
    return any("_bentoml_impl" in part for part in process.cmdline())


if __name__ == "__main__":
    sys.exit(main())
