"""Train every forecasting recipe and print its scores beside the baselines, on the test part.

    python -m benchmarks.forecast_recipes [--models FOLDER] [RECIPE ...]

Versions are published to a separate folder; a recipe with a version there is not trained again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from seqserve.registry.artifact import METRICS
from seqserve.registry.store import Store
from training.forecast.task import TASK


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="*", default=sorted(path.stem for path in TASK.recipes.glob("*.yaml")))
    parser.add_argument("--models", type=Path, default=Path(".checkpoints/recipes"), help="(%(default)s)")
    options = parser.parse_args()
    store = Store(options.models)
    print("| recipe | epochs | RMSE | last value | seasonal naive | MASE | against the last value | 95% held |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |", flush=True)
    for recipe in options.recipes:
        if not store.versions("forecast", recipe):
            job = [sys.executable, "-m", "training", "forecast", "--recipe", recipe, "--name", recipe]
            subprocess.run([*job, "--models", options.models], check=True, stdout=sys.stderr)
        artifact = store.read(store.resolve("forecast", recipe, store.versions("forecast", recipe)[-1]))
        print(_row(recipe, artifact.json(METRICS)), flush=True)


def _row(recipe: str, metrics: dict) -> str:
    test, baselines = metrics["test"], metrics["baselines"]
    last = baselines["last value"]["rmse"]
    seasonal = f"{baselines['seasonal naive']['rmse']:.4g}" if "seasonal naive" in baselines else ""
    change = 100 * (test["rmse"] / last - 1)
    held = metrics["coverage"].get("95")
    cells = [
        recipe,
        str(metrics["epochs"]),
        f"{test['rmse']:.4g}",
        f"{last:.4g}",
        seasonal,
        f"{test['mase']:.3f}",
        f"{abs(change):.1f}% {'worse' if change >= 0 else 'better'}",
        f"{100 * sum(held) / len(held):.0f}%" if held else "",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
