"""Accuracy of the recipes of handwritten digits: a GRU, an LSTM, both ways, and rows and columns both ways.

    python -m benchmarks.classify_digits [--models FOLDER] [RECIPE ...]

All learn from one training part and are measured on one test part, which is drawn with a seed, or published with
MNIST (`--dataset mnist`). Versions go to a separate folder; a recipe with a version there is not trained again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from seqserve.registry.artifact import METRICS
from seqserve.registry.store import Store

_RECIPES = ["digits-gru", "digits-lstm", "digits-two", "digits"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", default=_RECIPES, metavar="RECIPE")
    parser.add_argument("--models", type=Path, default=Path(".checkpoints/digits"), help="(%(default)s)")
    parser.add_argument("--dataset", default="digits", choices=["digits", "mnist"], help="(%(default)s)")
    options = parser.parse_args()
    store = Store(options.models)
    print("| recipe | epochs | accuracy | log loss | calibration error | nearest neighbour | linear model | KB |")
    print(f"| --- |{' ---: |' * 7}", flush=True)
    for recipe in options.recipes:
        if not store.versions("classify", recipe):
            job = [sys.executable, "-m", "training", "classify", "--recipe", recipe, "--dataset", options.dataset]
            subprocess.run([*job, "--name", recipe, "--models", options.models], check=True, stdout=sys.stderr)
        artifact = store.read(store.resolve("classify", recipe, store.versions("classify", recipe)[-1]))
        print(_row(recipe, artifact.json(METRICS), len(artifact.file("model.onnx"))), flush=True)


def _row(recipe: str, metrics: dict, size: int) -> str:
    test, baselines = metrics["test"], metrics["baselines"]
    cells = [
        recipe,
        str(metrics["epochs"]),
        f"{test['accuracy']:.4f}",
        f"{test['log_loss']:.4f}",
        f"{test['calibration_error']:.4f}",
        *(f"{baselines[name]['accuracy']:.4f}" for name in ("nearest neighbour", "linear model")),
        str(size // 1000),
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
