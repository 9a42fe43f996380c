"""The pretraining job: a stream of windows in, a forecaster of any series out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqserve.forecast.universal.config import UniversalConfig
from seqserve.forecast.universal.network import Network
from seqserve.forecast.universal.predictor import MODEL, UniversalForecaster
from seqserve.registry.artifact import Source
from training.core.download import DataError
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.forecast.universal import export, leakage, network, pretrain, sources, windows
from training.forecast.universal.card import card
from training.forecast.universal.config import UniversalJob
from training.forecast.universal.evaluation import calibration, compare
from training.forecast.universal.evaluation.windows import MOST_WINDOWS
from training.forecast.universal.evaluation.windows import windows as held_out
from training.forecast.universal.sources import SeriesSet
from training.forecast.universal.task import TASK
from training.forecast.universal.windows import Recipe

_HORIZON = 24
_PROOFS = 4  # chunks on which ONNX Runtime is compared with Keras


@dataclass(frozen=True)
class Data:
    """What is learned from, and all sets, of which the rest is judged by."""

    recipe: Recipe
    sets: list[SeriesSet]


@dataclass(frozen=True)
class Calibrated(Exported):
    """A forecaster whose intervals are as wide as held-out windows say.

    Args:
        instead: for each set, the same without what that set says: by it the set is judged.
    """

    instead: dict[str, UniversalForecaster]


class UniversalPretraining(Job[UniversalJob, Data, Fitted, Calibrated]):
    """Pretrains a universal forecaster; see `Job` for the stages."""

    task = TASK
    unfitted = frozenset({"schedule"})

    def load(self) -> Loaded[Data]:
        sets = sources.sets()
        kept, report = leakage.without_leaks(sets)
        data = self.config.data
        recipe = Recipe(kept, data.synthetic) if data.real else Recipe([], 1.0)
        return Loaded(Data(recipe, sets), _source(recipe.sets), _split(recipe, sets), report)

    def fit(self, loaded: Loaded[Data], checkpoint: Path) -> Fitted:
        start = self.config.fit.start
        weights = _weights(Path(start)) if start else None
        model = pretrain.run(self.config, loaded.data.recipe, checkpoint, weights)
        return Fitted(model, self.config.schedule.steps)

    def export(self, loaded: Loaded[Data], fitted: Fitted) -> Calibrated:
        graph = export.to_onnx(fitted.network, network.MEMBERS)
        chunks = (loaded.data.recipe.chunk(self.config.fit.seed + 1, number) for number in range(_PROOFS))
        difference = max(export.prove(fitted.network, graph, chunk.inputs) for chunk in chunks)
        config = UniversalConfig(
            kind="universal", quantiles=list(network.LEVELS), horizon=_HORIZON, max_horizon=windows.MOST_AHEAD
        )
        runner = Network(graph)
        plain = UniversalForecaster(config, runner)
        judged = {one.name: held_out(one, MOST_WINDOWS) for one in loaded.data.sets if one.use != "neither"}
        reaches = {name: calibration.reaches(plain, found) for name, found in judged.items() if found}

        def calibrated(without: str | None = None) -> UniversalForecaster:
            widths = calibration.widths(reaches, without)
            return UniversalForecaster(config.model_copy(update={"widths": widths}), runner)

        files = {MODEL: graph, network.WEIGHTS: network.saved(fitted.network)}
        return Calibrated(calibrated(), files, difference, {name: calibrated(without=name) for name in reaches})

    def evaluate(self, loaded: Loaded[Data], exported: Calibrated) -> dict[str, Any]:
        return compare.compare(loaded.data.sets, exported.predictor, instead=exported.instead)

    def describe(self, loaded: Loaded[Data], exported: Calibrated, metrics: dict[str, Any]) -> Description:
        return Description(card(metrics), list(_examples()), {})


JOB = UniversalPretraining


def _weights(path: Path) -> bytes:
    """The weights to go on from.

    Raises:
        DataError: there are none.
    """
    if not path.is_file():
        raise DataError(f"--start {path}: no such file; it is the {network.WEIGHTS} of a version of universal")
    return path.read_bytes()


def _source(sets: list[SeriesSet]) -> Source:
    digest = hashlib.sha256()
    for one in sets:
        for values in one.series:
            digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    licences = sorted({part.strip() for one in sets for part in one.licence.split(";")})
    name = f"{len(sets)} sets of public series and synthetic ones" if sets else "synthetic series"
    return Source(name=name, url=None, licence="; ".join(licences) or "Apache-2.0", sha256=digest.hexdigest())


def _split(recipe: Recipe, sets: list[SeriesSet]) -> str:
    series = sum(len(one.series) for one in recipe.sets)
    values = sum(len(values) for one in recipe.sets for values in one.series)
    unseen = ", ".join(one.name for one in sets if one.use == "judge")
    learned = ", ".join(one.name for one in recipe.sets)
    return (
        f"Learned from {series:,} real series of {values:,} values ({learned}), each without its last horizon, and "
        f"from synthetic ones. Never seen: {unseen}."
    )


def _examples() -> Any:
    """Golden examples: a season with gaps, a short one, counts that are often zero."""
    random = np.random.default_rng(0)
    steps = np.arange(72)
    season = np.round(50 + 0.5 * steps + 10 * np.sin(2 * np.pi * steps / 12) + random.standard_normal(72), 2).tolist()
    season[20] = season[41] = None
    yield {"values": season, "season": 12, "horizon": 12, "levels": [80, 95], "quantiles": [0.005, 0.33]}
    yield {"values": [3.0, 4.5, 4.0], "horizon": 2, "levels": [80]}
    counts = random.poisson(0.4, 60).astype(float).tolist()
    yield {"values": counts, "frequency": "D", "horizon": 60}  # no dates: they would load pandas in every worker
