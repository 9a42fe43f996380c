"""Reviews a second on one core over HTTP: the service beside the same service with Keras' `model.predict` in it.

    python -m benchmarks.sentiment_throughput [--model NAME[@VERSION]] [--dataset imdb] [--rounds 5]

Both have the same weights, tokenizer, route and JSON, see `benchmarks.model_predict`. Each has a process of its own on
the first core, the client has the last; they are asked in turn, so that a noisy moment meets both.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from seqserve.store import Store
from training.datasets import reviews

_TEXTS = 64  # a request
_STAGES = ("preprocess", "infer", "postprocess")
_ONE_BATCH = {"SEQSERVE_MAX_BATCH_STEPS": str(10**9)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--model", default="", help="name or name@version; none means the default")
    parser.add_argument("--dataset", default="imdb", choices=reviews.DATASETS, help="(%(default)s)")
    parser.add_argument("--requests", type=int, default=4, help="in a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    name, _, version = options.model.partition("@")
    key = Store(options.models).resolve("sentiment", name or None, version or None)
    texts = random.Random(0).sample(reviews.named(options.dataset)[0].texts, _TEXTS * options.requests)
    bodies = [
        json.dumps({"model": key.name, "version": key.version, "texts": texts[start : start + _TEXTS]}).encode()
        for start in range(0, len(texts), _TEXTS)
    ]
    first, *_, last = sorted(os.sched_getaffinity(0)) * 2  # with one core only, both have that
    os.sched_setaffinity(0, {last})
    with (
        _serving("service.service", options.models, first) as ours,
        _serving("benchmarks.model_predict", options.models, first, _ONE_BATCH) as theirs,
    ):
        scores = [_asked(side, bodies)[1] for side in (ours, theirs)]  # this warms up, too
        before = [_stages(side) for side in (ours, theirs)]
        timed = [(_asked(ours, bodies)[0], _asked(theirs, bodies)[0]) for _ in range(options.rounds)]
        after = [_stages(side) for side in (ours, theirs)]
    tokens = before[0]["tokens"] / len(texts)
    print(f"{key}: {options.dataset}, {_TEXTS} texts a request, {tokens:.0f} tokens a text before any cut, one core\n")
    spent = [_spent(*sides, options.rounds * len(bodies)) for sides in zip(before, after, strict=True)]
    _report(np.array(timed) / len(bodies), np.array(spent))
    print(f"\nlargest difference of a score: {np.abs(scores[0] - scores[1]).max():.1e}")


def _report(seconds: np.ndarray, spent: np.ndarray) -> None:
    """Print a table of the seconds a request (R, 2) and the milliseconds of it in each stage (2, 3)."""
    print("| | seqserve | model.predict | times |")
    print("| --- | ---: | ---: | ---: |")
    ours, theirs = _TEXTS / np.median(seconds, axis=0)
    print(f"| reviews a second | {ours:.0f} | {theirs:.0f} | {ours / theirs:.1f} |")
    rest = 1e3 * seconds.mean(axis=0) - spent.sum(axis=1)
    for stage, row in zip(("tokenizing", "network", "scores", "HTTP and JSON"), [*spent.T, rest], strict=True):
        print(f"| {stage}, ms a request | {row[0]:.1f} | {row[1]:.1f} | |")


@contextmanager
def _serving(module: str, models: Path, core: int, settings: dict[str, str] | None = None) -> Iterator[httpx.Client]:
    """Serve from one core, as a process of its own with one worker, until left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["taskset", "-c", str(core), sys.executable, "-m", "bentoml", "serve", f"{module}:SeqServe"]
    with tempfile.TemporaryDirectory() as home, (Path(home) / "log").open("w+b") as log:
        own = {"SEQSERVE_MODELS": str(models), "SEQSERVE_DEADLINE_SECONDS": "300", "SEQSERVE_LOG_LEVEL": "error"}
        private = {"BENTOML_HOME": home, "BENTOML_DO_NOT_TRACK": "True", "OTEL_SDK_DISABLED": "true"}
        environment = {**os.environ, **own, **private, **(settings or {})}
        with (
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client,
            subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(port)], env=environment, stdout=log, stderr=log
            ) as process,
        ):
            try:
                while not _answers(client):
                    if process.poll() is not None:
                        log.seek(0)
                        raise SystemExit(f"{module} did not start:\n{log.read().decode()}")
                    time.sleep(0.1)
                yield client
            finally:
                process.terminate()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/livez").is_success
    except httpx.TransportError:
        return False


def _asked(client: httpx.Client, bodies: Sequence[bytes]) -> tuple[float, np.ndarray]:
    """The seconds that the requests took, one after the other, and the scores (N, C)."""
    begin = time.perf_counter()
    answers = [client.post("/sentiment", content=body, headers={"Content-Type": "application/json"}) for body in bodies]
    seconds = time.perf_counter() - begin
    results = [result for answer in answers for result in answer.raise_for_status().json()["results"]]
    return seconds, np.array([list(result["scores"].values()) for result in results])


def _stages(client: httpx.Client) -> dict[str, float]:
    """Seconds spent in each stage so far, and tokens read."""
    found = dict.fromkeys((*_STAGES, "tokens"), 0.0)
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            if sample.name == "seqserve_stage_duration_seconds_sum" and sample.labels["stage"] in _STAGES:
                found[sample.labels["stage"]] += sample.value
            elif sample.name == "seqserve_input_tokens_sum":
                found["tokens"] += sample.value
    return found


def _spent(before: dict[str, float], after: dict[str, float], requests: int) -> list[float]:
    """Milliseconds a request in each stage."""
    return [1e3 * (after[stage] - before[stage]) / requests for stage in _STAGES]


if __name__ == "__main__":
    main()
