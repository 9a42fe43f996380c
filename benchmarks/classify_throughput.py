"""Sequences per second on one core: the service over HTTP beside Keras' `model.predict` in process.

    python -m benchmarks.classify_throughput [--models FOLDER] [--model NAME[@VERSION]] [--rounds 5]

Both have the same weights and sequences. The service reads and writes JSON; `model.predict` gets arrays, which is in
its favour. Each is measured alone on one core, the client on the last; a round is the same requests once more.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks import serving
from seqserve.classify.predictor import SequenceClassifier, SequenceQuery, softmax
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store
from training.classify.golden import walk

_SEQUENCES = 64  # a request
_LONGEST = 100  # steps of a sequence, where its length is free


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--model", default="", help="name or name@version; none means the default")
    parser.add_argument("--requests", type=int, default=8, help="in a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    key = Store(options.models).resolve_stated("classify", options.model)
    artifact = Store(options.models).read(key)
    predictor = SequenceClassifier.load(artifact)
    steps = predictor.config.steps or min(_LONGEST, predictor.config.seen_steps[1])
    random = np.random.default_rng(0)
    batches = [[walk(predictor.config, steps, random) for _ in range(_SEQUENCES)] for _ in range(options.requests)]
    asked = {"model": key.name, "version": key.version}
    bodies = [
        json.dumps({**asked, "sequences": [{"values": values} for values in batch]}).encode() for batch in batches
    ]
    core = serving.core()
    with serving.serving("service.service", options.models, core) as client:

        def answers(number: int) -> list[list[float]]:
            content = {"content": bodies[number], "headers": {"Content-Type": "application/json"}}
            results = client.post("/classify", **content).raise_for_status().json()["results"]  # type: ignore[arg-type]
            return [list(result["probabilities"].values()) for result in results]

        ours, mine = _measured(answers, options.requests, options.rounds)
    os.sched_setaffinity(0, {core})  # before TensorFlow counts the cores
    theirs, its = _measured(_keras(artifact, predictor, batches), options.requests, options.rounds)
    print(f"{key}: {steps} steps of {len(predictor.config.features)}, {_SEQUENCES} sequences a request, one core\n")
    print("| | seqserve over HTTP | model.predict in process | times |\n| --- | ---: | ---: | ---: |")
    count = _SEQUENCES * options.requests
    print(f"| sequences a second | {count / ours:.0f} | {count / theirs:.0f} | {theirs / ours:.2f} |")
    print(f"\nlargest difference of a probability: {np.abs(mine - its).max():.1e}")


def _measured(
    answer: Callable[[int], Sequence[Sequence[float]]], requests: int, rounds: int
) -> tuple[float, np.ndarray]:
    """The median seconds of a round, and all probabilities (N, C)."""
    found = np.concatenate([np.array(answer(number)) for number in range(requests)])  # this warms up, too
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        for number in range(requests):
            answer(number)
        seconds.append(time.perf_counter() - begin)
    return float(np.median(seconds)), found


def _keras(
    artifact: Artifact, predictor: SequenceClassifier, batches: list[list[list[list[float]]]]
) -> Callable[[int], np.ndarray]:
    """What computes the probabilities of a batch with the Keras network that the version was exported from."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    import keras

    import training.classify.network  # noqa: F401 - registers the layers of our own

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.keras"
        path.write_bytes(artifact.file("weights.keras"))
        network = keras.saving.load_model(path)
    config = predictor.config
    x = [np.stack([predictor.prepare(SequenceQuery(values)).steps for values in batch]) for batch in batches]

    def answer(number: int) -> np.ndarray:
        lengths = np.full(len(x[number]), x[number].shape[1], dtype=np.int32)
        raw = network.predict([x[number], lengths], batch_size=len(x[number]), verbose=0)
        return softmax((raw.astype(np.float64) + config.bias) / config.temperature)

    return answer


if __name__ == "__main__":
    main()
