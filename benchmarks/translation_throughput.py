"""Sentences per second on one core over HTTP: the service beside the same service with a Keras decoding loop.

    python -m benchmarks.translation_throughput [--models FOLDER] [--model NAME[@VERSION]] [--rounds 3]
        [--loop prefix|states] [--call predict|predict_on_batch] [--texts 1 32] [--beams 1 5]

Both have the same weights, tokenizer, beam search, route and JSON (see `benchmarks.keras_decoding`), and translate the
same everyday sentences. Each runs in its own process on the first core, the client on the last. They are measured in
turn, so that noise on the machine affects both.

By default Keras computes each next token in the usual way: `model.predict` on all tokens so far. `--loop states --call
predict_on_batch` is faster and needs more code: the network is split into an encoder and a decoder of one token, called
without a data pipeline.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np

from benchmarks import serving
from benchmarks.sentences import SENTENCES
from seqserve.registry.store import Store

_LOOPS = ("prefix", "states")
_CALLS = ("predict", "predict_on_batch")
_LEAST = 16
"""Sentences per round; for larger requests, two requests."""


class _Answers(NamedTuple):
    """Seconds of a round on one side, and its answers."""

    seconds: float
    texts: list[str]
    scores: list[float]


class _Row(NamedTuple):
    """Measurements for one kind of request.

    Args:
        speeds: sentences per second, of ours and of Keras.
        spent: milliseconds per request of ours in each stage, and outside them.
        tokens: per sentence.
        alike: number of the `asked` translations that are the same on both sides.
        difference: the largest difference of two scores.
    """

    speeds: tuple[float, float]
    spent: list[float]
    tokens: float
    alike: int
    asked: int
    difference: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--model", default="", help="name or name@version; none means the default")
    parser.add_argument("--loop", default="prefix", choices=_LOOPS, help="of Keras (%(default)s)")
    parser.add_argument("--call", default="predict", choices=_CALLS, help="of Keras (%(default)s)")
    parser.add_argument("--texts", type=int, nargs="+", default=[1, 32], help="in a request")
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 5])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    key = Store(options.models).resolve_stated("translation", options.model)
    core = serving.core()
    keras = {"KERAS_LOOP": options.loop, "KERAS_CALL": options.call}
    with (
        serving.serving("service.service", options.models, core) as ours,
        serving.serving("benchmarks.keras_decoding", options.models, core, serving.ONE_BATCH | keras) as theirs,
    ):
        asked = {"model": key.name, "version": key.version}
        rows = {}
        for size, beam in itertools.product(options.texts, options.beams):
            bodies = [json.dumps(asked | {"texts": texts, "beam": beam}).encode() for texts in _requests(size)]
            rows[f"{size} | {beam}"] = _measured(ours, theirs, bodies, options.rounds)
    tokens = rows[f"{size} | {beam}"].tokens
    print(f"{key}: {tokens:.1f} tokens a sentence, one core; Keras: {options.call}, loop over {options.loop}\n")
    _report(rows)


def _report(rows: dict[str, _Row]) -> None:
    print("| texts a request | beam | seqserve, sentences a second | Keras | times |\n|" + " ---: |" * 5)
    for name, row in rows.items():
        mine, other = row.speeds
        print(f"| {name} | {mine:.1f} | {other:.2f} | {mine / other:.1f} |")
    print("\n| texts a request | beam | reading, ms a request | search | writing | HTTP and JSON |\n|" + " ---: |" * 6)
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(f'{spent:.1f}' for spent in row.spent)} |")
    alike, every = sum(row.alike for row in rows.values()), sum(row.asked for row in rows.values())
    print(f"\ntranslations alike on both sides: {alike} of {every}")
    print(f"largest difference of a score: {max(row.difference for row in rows.values()):.1e}")


def _measured(ours: httpx.Client, theirs: httpx.Client, bodies: Sequence[bytes], rounds: int) -> _Row:
    mine, other = (_asked(side, bodies) for side in (ours, theirs))  # this warms up, too
    before = serving.measured(ours)
    timed = [(_asked(ours, bodies).seconds, _asked(theirs, bodies).seconds) for _ in range(rounds)]
    after = serving.measured(ours)
    seconds, requests = np.array(timed), rounds * len(bodies)
    spent = [1e3 * (after[stage] - before[stage]) / requests for stage in serving.STAGES]
    rest = 1e3 * seconds[:, 0].sum() / requests - sum(spent)
    speeds = len(mine.texts) / np.median(seconds, axis=0)
    return _Row(
        (float(speeds[0]), float(speeds[1])),
        [*spent, rest],
        (after["tokens"] - before["tokens"]) / (rounds * len(mine.texts)),
        sum(map(str.__eq__, mine.texts, other.texts)),
        len(mine.texts),
        float(np.abs(np.subtract(mine.scores, other.scores)).max()),
    )


def _requests(size: int) -> list[list[str]]:
    """The texts of each request of a round."""
    count = max(2 * size, _LEAST)
    step = max(1, len(SENTENCES) // count)
    texts = [SENTENCES[number * step % len(SENTENCES)] for number in range(count)]
    return [texts[start : start + size] for start in range(0, count - size + 1, size)]


def _asked(client: httpx.Client, bodies: Sequence[bytes]) -> _Answers:
    """Send one request after the other."""
    begin = time.perf_counter()
    answers = [client.post("/translate", content=body, headers={"Content-Type": "application/json"}) for body in bodies]
    seconds = time.perf_counter() - begin
    found = [result for answer in answers for result in answer.raise_for_status().json()["translations"]]
    return _Answers(seconds, [result["text"] for result in found], [result["score"] for result in found])


if __name__ == "__main__":
    main()
