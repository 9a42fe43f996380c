"""One window of the tutorials' 4 x LSTM(50), and 256 of them: our predictor beside Keras' `model.predict`.

    python -m benchmarks.one_window [--rounds 10]

Both have the same weights, take raw prices and return raw prices. Each runs in its own process, and they are timed in
turn, so that noise on the machine affects both. Our predictor uses one core, Keras all of them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from seqserve import tasks
from seqserve.forecast.predictor import ForecastQuery
from seqserve.forecast.window_forecaster import WindowForecaster
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store

Predict = Callable[[np.ndarray], np.ndarray]

_CALLS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as ours, ProcessPoolExecutor(1, spawn) as theirs:
        print("| windows | seqserve | model.predict | times | largest difference |")
        print("| ---: | ---: | ---: | ---: | ---: |")
        for count in (1, 256):
            timed = [
                (ours.submit(_timed, _seqserve, count).result(), theirs.submit(_timed, _keras, count).result())
                for _ in range(rounds + 1)
            ][1:]  # the first warms up
            mine, other = (statistics.median(pair[side][0] for pair in timed) for side in (0, 1))
            difference = np.abs(timed[0][0][1] - timed[0][1][1]).max()
            print(f"| {count} | {mine * 1e3:.2f} ms | {other * 1e3:.1f} ms | {other / mine:.0f} | ${difference:.1e} |")


def _timed(side: Callable[[], Predict], count: int) -> tuple[float, np.ndarray]:
    """Median seconds of a call on this many windows, and its answer."""
    predict, (artifact, served) = side(), _loaded()
    window = np.array(artifact.json("test.json")["values"])[-served.config.window :]
    windows = np.repeat(window[np.newaxis], count, axis=0) + np.linspace(0, 5, count)[:, np.newaxis, np.newaxis]
    seconds = []
    for _ in range(_CALLS):
        begin = time.perf_counter()
        answer = predict(windows)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), answer


@cache
def _loaded() -> tuple[Artifact, WindowForecaster]:
    store = Store(Path("models"))
    artifact = store.read(store.resolve("forecast", "google", "1"))
    served = tasks.load(artifact)
    assert isinstance(served, WindowForecaster)
    return artifact, served


@cache
def _seqserve() -> Predict:
    served = _loaded()[1]

    def predict(windows: np.ndarray) -> np.ndarray:
        answers = served.predict([ForecastQuery(values) for values in windows[:, :, 0].tolist()])
        return np.array([answer.mean for answer in answers])

    return predict


@cache
def _keras() -> Predict:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    import keras

    artifact, served = _loaded()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.keras"
        path.write_bytes(artifact.file("weights.keras"))
        network = keras.saving.load_model(path)

    def predict(windows: np.ndarray) -> np.ndarray:
        affine = served.scaler.affine(windows)
        return affine.invert(network.predict(affine.apply(windows).astype(np.float32), verbose=0), 0)

    return predict


if __name__ == "__main__":
    main()
