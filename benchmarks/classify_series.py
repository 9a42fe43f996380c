"""Accuracy on public time series with their published split: recurrent networks beside 1-NN with DTW, and ROCKET.

    python -m benchmarks.classify_series [--baselines-only] [SET ...]

Both baselines are those of the package aeon, which also carries the sets: pip install 'seqserve[timeseries]'.
The networks are trained by the recipe `series`, with one seed. Versions are published to a separate folder; a set with
a version there is not trained again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

from seqserve.classify.sequences import TEST, Sequences
from seqserve.registry.artifact import METRICS
from seqserve.registry.store import Store
from training.classify.data import datasets
from training.classify.data.names import PUBLISHED
from training.core.download import DataError

_KERNELS = 10_000  # of ROCKET, as published
_SEED = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=sorted(PUBLISHED), metavar="SET")
    parser.add_argument("--models", type=Path, default=Path(".checkpoints/series"), help="(%(default)s)")
    parser.add_argument("--baselines-only", action="store_true")
    options = parser.parse_args()
    names = ["1-NN DTW", "ROCKET", *([] if options.baselines_only else ["majority", "1-NN", "linear", "GRU, two ways"])]
    print(f"| set | train | test | {' | '.join(names)} |")
    print(f"| --- |{' ---: |' * (2 + len(names))}", flush=True)
    for name in options.sets:
        try:
            found, _ = datasets.named(name)
        except DataError as error:
            raise SystemExit(f"classify_series: {error}") from None
        scores = list(_baselines(found))
        if not options.baselines_only:
            scores += _network(name, options.models)
        sizes = [sum(part != TEST for part in found.parts or ()), sum(part == TEST for part in found.parts or ())]
        print(f"| {name} | {sizes[0]} | {sizes[1]} | {' | '.join(f'{score:.3f}' for score in scores)} |", flush=True)


def _baselines(found: Sequences) -> tuple[float, float]:
    """The accuracy of 1-NN with DTW (full window), and of ROCKET with a ridge classifier, on the test part.

    Reference:
        Dempster et al., ROCKET, Data Mining and Knowledge Discovery, 2020.
    """
    from aeon.classification.convolution_based import RocketClassifier
    from aeon.classification.distance_based import KNeighborsTimeSeriesClassifier

    labels = np.array([label for (label,) in found.labels or ()])
    tested = np.array([part == TEST for part in found.parts or ()])
    longest = max(map(len, found.values))
    rows = [steps.T for steps in found.values]  # aeon's are (D, T)
    alike = np.stack([_padded(steps, longest) for steps in rows])
    nearest = KNeighborsTimeSeriesClassifier(n_neighbors=1, distance="dtw")
    nearest.fit([row for row, is_test in zip(rows, tested, strict=True) if not is_test], labels[~tested])
    of_nearest = nearest.predict([row for row, is_test in zip(rows, tested, strict=True) if is_test])
    rocket = RocketClassifier(n_kernels=_KERNELS, random_state=_SEED).fit(alike[~tested], labels[~tested])
    of_rocket = rocket.predict(alike[tested])
    return float(np.mean(of_nearest == labels[tested])), float(np.mean(of_rocket == labels[tested]))


def _padded(steps: np.ndarray, length: int) -> np.ndarray:
    """A series (D, T) with zeros behind its end up to a length: ROCKET takes series of one length only."""
    return np.pad(steps, ((0, 0), (0, length - steps.shape[1])))


def _network(name: str, models: Path) -> list[float]:
    """The accuracies of a job's simple models, and of its network, on the test part."""
    store = Store(models)
    if not store.versions("classify", name):
        job = [sys.executable, "-m", "training", "classify", "--recipe", "series", "--dataset", name, "--name", name]
        subprocess.run([*job, "--models", models], check=True, stdout=sys.stderr)
    metrics = store.read(store.resolve("classify", name, store.versions("classify", name)[-1])).json(METRICS)
    simple = [metrics["baselines"][each]["accuracy"] for each in ("majority", "nearest neighbour", "linear model")]
    return [*simple, metrics["test"]["accuracy"]]


if __name__ == "__main__":
    main()
