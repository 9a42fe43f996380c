"""Reviews per second on one core over HTTP: the service beside the same service with Keras' `model.predict`.

    python -m benchmarks.sentiment_throughput [--model NAME[@VERSION]] [--dataset imdb] [--rounds 5]

Both have the same weights, tokenizer, route and JSON; see `benchmarks.model_predict`. Each runs in its own process on
the first core, the client on the last. They are measured in turn, so that noise on the machine affects both.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import numpy as np

from benchmarks import serving
from seqserve.registry.store import Store
from training.sentiment.data import datasets

_TEXTS = 64  # a request


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--model", default="", help="name or name@version; none means the default")
    parser.add_argument("--dataset", default="imdb", choices=datasets.DATASETS, help="(%(default)s)")
    parser.add_argument("--requests", type=int, default=4, help="in a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    key = Store(options.models).resolve_stated("sentiment", options.model)
    texts = random.Random(0).sample(datasets.named(options.dataset)[0].texts, _TEXTS * options.requests)
    bodies = [
        json.dumps({"model": key.name, "version": key.version, "texts": texts[start : start + _TEXTS]}).encode()
        for start in range(0, len(texts), _TEXTS)
    ]
    core = serving.core()
    with (
        serving.serving("service.service", options.models, core) as ours,
        serving.serving("benchmarks.model_predict", options.models, core, serving.ONE_BATCH) as theirs,
    ):
        scores = [_asked(side, bodies)[1] for side in (ours, theirs)]  # this warms up, too
        before = [serving.measured(side) for side in (ours, theirs)]
        timed = [(_asked(ours, bodies)[0], _asked(theirs, bodies)[0]) for _ in range(options.rounds)]
        after = [serving.measured(side) for side in (ours, theirs)]
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


def _asked(client: httpx.Client, bodies: Sequence[bytes]) -> tuple[float, np.ndarray]:
    """Seconds of each request, one after the other, and the scores (N, C)."""
    begin = time.perf_counter()
    answers = [client.post("/sentiment", content=body, headers={"Content-Type": "application/json"}) for body in bodies]
    seconds = time.perf_counter() - begin
    results = [result for answer in answers for result in answer.raise_for_status().json()["results"]]
    return seconds, np.array([list(result["scores"].values()) for result in results])


def _spent(before: dict[str, float], after: dict[str, float], requests: int) -> list[float]:
    """Milliseconds per request in each stage."""
    return [1e3 * (after[stage] - before[stage]) / requests for stage in serving.STAGES]


if __name__ == "__main__":
    main()
