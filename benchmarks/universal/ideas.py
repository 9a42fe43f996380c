"""What each idea of the universal forecaster brings, on its held-out windows.

    python -m benchmarks.universal.ideas [--models FOLDER] [--name universal] [--most 60] [--train STEPS]

Without `--train` it takes parts of the published version away: the hint of the season, members, bits of the weights.
`--train STEPS` trains small ones too, so many batches each (about 0.2 s a batch): with real or synthetic series only.

One row each: MASE / SQL relative to the seasonal naive forecast, geometric means over sets, as in `accuracy`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.universal import tables
from seqserve import tasks
from seqserve.forecast.predictor import ForecastQuery
from seqserve.forecast.universal.network import Network
from seqserve.forecast.universal.predictor import UniversalForecaster
from seqserve.registry.store import Store
from training.forecast.universal.evaluation import compare
from training.forecast.universal.sources import SeriesSet

_COLUMNS = ("never seen", "Y", "Q", "M", "W", "D", "sub-daily")


class _Hinted(UniversalForecaster):
    """The same with another hint than the one it is given."""

    hint: Callable[[int], int | None] = staticmethod(lambda season: season)

    def predict(self, queries: Any) -> Any:
        changed = [
            ForecastQuery(values=query.values, season=self.hint(query.season), horizon=query.horizon,
                          quantiles=query.quantiles)
            for query in queries
        ]  # fmt: skip
        return super().predict(changed)


def forecasters(models: Path, name: str) -> Iterator[tuple[str, UniversalForecaster]]:
    """The published version, and what is left of it without a part."""
    from training.forecast.universal import export, network
    from training.onnx.graph import rounded

    store = Store(models)
    version = store.read(store.resolve("forecast", name))
    whole = tasks.load(version, threads=1)
    assert isinstance(whole, UniversalForecaster)
    yield "as published", whole
    for said, hint in (("season found, no hint", lambda season: None), ("no season at all", lambda season: 1)):
        found = _Hinted(whole.config, Network(version.file("model.onnx")))
        found.hint = hint
        yield said, found
    model = network.restored(version.file(network.WEIGHTS))
    for number, member in enumerate(network.MEMBERS):
        graph = export.to_onnx(model, network.MEMBERS, only=[number])
        yield (
            f"member {number + 1} alone: {member.cell} {member.units}",
            UniversalForecaster(whole.config, Network(graph)),
        )
    model.set_weights([rounded(w.T).T if w.ndim == 2 else w for w in map(np.asarray, model.get_weights())])
    yield (
        "8-bit weights, a scale a row",
        UniversalForecaster(whole.config, Network(export.to_onnx(model, network.MEMBERS))),
    )


def trained(steps: int, config: Any) -> Iterator[tuple[str, UniversalForecaster]]:
    """Small ones, all trained for as many steps."""
    from training.forecast.universal import export, leakage, network, pretrain, sources
    from training.forecast.universal.config import UniversalJob
    from training.forecast.universal.windows import Recipe

    sets, _ = leakage.without_leaks(sources.sets())
    for said, share in (("real and synthetic", 0.5), ("real series only", 0.0), ("synthetic series only", 1.0)):
        job = UniversalJob.model_validate({"schedule": {"steps": steps}})
        with tempfile.TemporaryDirectory() as folder:
            model = pretrain.run(job, Recipe(sets, share), Path(folder))
        graph = export.to_onnx(model, network.MEMBERS)
        yield f"{steps:,} batches, {said}", UniversalForecaster(config, Network(graph))


def row(name: str, forecaster: UniversalForecaster, sets: list[SeriesSet], most: int) -> list[str]:
    found = compare.compare(sets, forecaster, most)
    groups = [found["test"], *(found["frequencies"][column] for column in _COLUMNS)]
    return [name, *(f"{group['mase']:.3f} / {group['sql']:.3f}" for group in groups)]


def main() -> None:
    from training.forecast.universal import sources

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--name", default="universal", help="of the forecaster (%(default)s)")
    parser.add_argument("--most", type=int, default=60, help="windows of a set (%(default)s)")
    parser.add_argument("--train", type=int, metavar="STEPS", help="train small ones too")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sets = sources.sets()
    rows = []
    whole = None
    for name, forecaster in forecasters(options.models, options.name):
        whole = whole or forecaster
        rows.append(row(name, forecaster, sets, options.most))
        print(rows[-1], flush=True)
    if options.train and whole:
        for name, forecaster in trained(options.train, whole.config):
            rows.append(row(name, forecaster, sets, options.most))
            print(rows[-1], flush=True)
    print(tables.table(["", "all", *_COLUMNS], rows))


if __name__ == "__main__":
    main()
