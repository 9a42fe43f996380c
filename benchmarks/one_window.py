"""One window of the tutorials' 4 x LSTM(50), and 256 of them: the predictor that serves beside Keras' `model.predict`.

    python -m benchmarks.one_window [--rounds 30]

Both have the same weights and take raw prices to raw prices in process, in turn; ours on one core, Keras on all.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from seqserve import tasks
from seqserve.forecaster import Forecaster, ForecastQuery
from seqserve.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    import keras

    store = Store(Path("models"))
    artifact = store.read(store.resolve("forecast", "google", "1"))
    served = tasks.load(artifact)
    assert isinstance(served, Forecaster)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.keras"
        path.write_bytes(artifact.file("weights.keras"))
        network = keras.saving.load_model(path)
    window = np.array(artifact.json("test.json")["values"])[-served.config.window :]

    def keras_predicts(windows: np.ndarray) -> np.ndarray:
        affine = served.scaler.affine(windows)
        return affine.invert(network.predict(affine.apply(windows).astype(np.float32), verbose=0), 0)

    def seqserve_predicts(windows: np.ndarray) -> np.ndarray:
        answers = served.predict([ForecastQuery(values) for values in windows[:, :, 0].tolist()])
        return np.array([answer.mean for answer in answers])

    print("| windows | seqserve | model.predict | times | largest difference |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for count in (1, 256):
        windows = np.repeat(window[np.newaxis], count, axis=0) + np.linspace(0, 5, count)[:, np.newaxis, np.newaxis]
        difference = float(np.abs(keras_predicts(windows) - seqserve_predicts(windows)).max())
        ours, theirs = _in_turn(rounds, partial(seqserve_predicts, windows), partial(keras_predicts, windows))
        print(f"| {count} | {ours * 1e3:.2f} ms | {theirs * 1e3:.1f} ms | {theirs / ours:.0f} | ${difference:.1e} |")


def _in_turn(rounds: int, *calls: Callable[[], object]) -> list[float]:
    """The median seconds of each call, one after the other in every round, so that noise meets all."""
    seconds: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, found in zip(calls, seconds, strict=True):
            begin = time.perf_counter()
            call()
            found.append(time.perf_counter() - begin)
    return [statistics.median(found) for found in seconds]


if __name__ == "__main__":
    main()
