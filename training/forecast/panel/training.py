"""The job of a panel: tries classical forecasts, linear models and networks, and releases what wins on validation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.config import PanelConfig
from seqserve.forecast.panel.graphs import load as load_graph
from seqserve.forecast.panel.inputs.features import features
from seqserve.forecast.panel.inputs.network_inputs import inputs
from seqserve.forecast.panel.members import Member
from seqserve.forecast.panel.predictor import PanelForecaster
from seqserve.object_storage.address import Address
from training.core.callbacks.watching import Watch
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.forecast.config import ForecastJob
from training.forecast.panel import card, conformal, evaluate, golden, loading, plots
from training.forecast.panel.candidates import candidate as candidates
from training.forecast.panel.candidates import ensemble, network, pretrained, ridge
from training.forecast.panel.candidates.candidate import Candidate, Losses, Part
from training.forecast.panel.data import rolling
from training.forecast.panel.loading import Data
from training.forecast.task import TASK

_FEW_HORIZONS = 16
"""With a validation part of fewer horizons, candidates are not chosen from but averaged."""


@dataclass(frozen=True)
class PanelFitted(Fitted):
    """Candidates with the weight of each, those of a weight fitted to all windows before the test part."""

    candidates: list[Candidate]
    weights: Floats


@dataclass(frozen=True)
class PanelExported(Exported):
    """Members that are served.

    Args:
        losses: of the network among them, if there is one.
    """

    losses: Losses | None = None


class PanelTraining(Job[ForecastJob, Data, PanelFitted, PanelExported]):
    """Trains a model of a panel; see `Job` for the stages.

    Args:
        models: the tree whose pretrained forecaster is a candidate too; none means that there is none.
    """

    task = TASK

    def __init__(self, config: ForecastJob, models: Path | Address | None = None) -> None:
        super().__init__(config)
        self._models = models

    def load(self) -> Loaded[Data]:
        return loading.load(self.config)

    def tried(self, loaded: Loaded[Data], checkpoint: Path, watch: Watch) -> float:
        """The MASE, on the validation part, of what would be released."""
        found, weights = self._chosen(loaded.data)
        together = sum(
            weight * candidate.validation for weight, candidate in zip(weights, found, strict=True) if weight
        )
        return loaded.data.validation.error(together)

    def fit(self, loaded: Loaded[Data], checkpoint: Path) -> PanelFitted:
        data = loaded.data
        found, weights = self._chosen(data)
        found = [
            self._refitted(candidate, data) if weight else candidate
            for candidate, weight in zip(found, weights, strict=True)
        ]
        for candidate, weight in zip(found, weights, strict=True):
            print(f"{candidate.name}: MASE {candidate.error:.3f} on the validation part, weight {weight:.2f}")
        released = [candidate.losses for candidate, weight in zip(found, weights, strict=True) if weight]
        return PanelFitted(None, max(losses.best if losses else 0 for losses in released), found, weights)

    def _chosen(self, data: Data) -> tuple[list[Candidate], Floats]:
        """Candidates fitted to the training part, the best first, and the weight of each."""
        kind = self.config.network.kind
        found = list(candidates.classicals(data.validation))
        if kind != "classical":
            found += candidates.linear(data.train, data.validation, data.parts)
        if kind in ("network", "auto", "ensemble") and (kind == "network" or network.is_worth_it(data.parts)):
            found.append(self._network(data, found))
        if kind in ("auto", "ensemble") and self.config.network.universal and self._models is not None:
            shipped = pretrained.find(self._models)
            found += [pretrained.candidate(shipped, data.validation)] if shipped else []
        if kind in ("linear", "network"):
            found = [candidate for candidate in found if candidate.member.kind == kind]
        found.sort(key=lambda candidate: candidate.error)
        return found, chosen(found, data.validation, kind)

    def _network(self, data: Data, found: list[Candidate]) -> Candidate:
        """A network in the transform that serves the others best."""
        transform = min(found, key=lambda candidate: candidate.error).member.transform
        section = self.config.network
        return network.candidate(data.train, data.validation, data.parts, transform, section, self.config.fit)

    def _refitted(self, candidate: Candidate, data: Data) -> Candidate:
        if candidate.network is not None:
            return network.refitted(candidate, data.train, self.config.network, self.config.fit)
        return candidates.refitted(candidate, data.train)

    def export(self, loaded: Loaded[Data], fitted: PanelFitted) -> PanelExported:
        data, graphs, members, worst, losses = loaded.data, {}, [], 0.0, None
        files: dict[str, bytes] = {}
        for candidate, weight in zip(fitted.candidates, fitted.weights, strict=True):
            if not weight:
                continue
            losses = losses or candidate.losses
            member = candidate.member.model_copy(update={"weight": float(weight)})
            if member.file is not None:
                name = f"{member.kind}-{len(files) + 1}.onnx" if fitted.weights.max() < 1 else "model.onnx"
                files[name], difference = _exported(candidate, data)
                worst = max(worst, difference)
                member = member.model_copy(update={"file": name})
                graphs[name] = load_graph(member, files[name])
            members.append(member)
        mean = sum(
            weight * candidate.validation
            for candidate, weight in zip(fitted.candidates, fitted.weights, strict=True)
            if weight
        )
        config = _config(data, members, mean)
        return PanelExported(PanelForecaster(config, graphs), files, worst, losses)

    def evaluate(self, loaded: Loaded[Data], exported: PanelExported) -> dict[str, Any]:
        data = loaded.data
        metrics = evaluate.compared(
            exported.predictor,
            data.panel.series,
            data.parts,
            data.train,
            data.validation,
            self.config.data.compared,
        )
        return metrics | ({"losses": exported.losses._asdict()} if exported.losses else {})

    def describe(self, loaded: Loaded[Data], exported: PanelExported, metrics: dict[str, Any]) -> Description:
        data, predictor = loaded.data, exported.predictor
        curve = {"training.png": plots.losses(exported.losses)} if exported.losses else {}
        return Description(
            card.card(predictor.config, data, metrics),
            queries=golden.queries(predictor, data.panel, data.table),
            inputs={predictor.config.target: _observed(data)},
            files={
                "forecast.png": plots.series(predictor, data, metrics),
                "error-by-step.png": plots.by_step(metrics),
                **curve,
            },
        )


def chosen(found: list[Candidate], validation: Part, kind: str) -> Floats:
    """The weight of each of C candidates, (C,): in an ensemble, or 1 of the best."""
    best = np.zeros(len(found))
    best[0] = 1.0
    if kind in ("classical", "linear", "network"):
        return best
    if rolling.horizons(validation.rolled) < _FEW_HORIZONS:
        families = [candidate.name.removesuffix(candidates.LOGARITHMIC) for candidate in found]
        return ensemble.cautious([candidate.error for candidate in found], families)
    weights = ensemble.weights(
        [candidate.validation for candidate in found], validation.rolled.targets, validation.scales
    )
    if kind == "ensemble":
        return weights
    together = sum(weight * candidate.validation for weight, candidate in zip(weights, found, strict=True))
    return weights if validation.error(together) < found[0].error else best


def _config(data: Data, members: list[Member], mean: Floats) -> PanelConfig:
    values = np.concatenate([series.values[np.isfinite(series.values)] for series in data.panel.series])
    logs = sum(member.weight for member in members if member.transform == "log")
    view = data.validation.view("log" if logs > 0.5 else "none")
    seen = data.validation.rolled
    sees = [member.inputs or member.network for member in members]
    used = any(one is not None and one.calendar for one in sees)
    beside = any(one is not None and one.covariates for one in sees)
    panel, sizes = data.panel, data.sizes
    return PanelConfig(
        kind=members[0].kind if len(members) == 1 else "ensemble",
        window=sizes.window,
        min_values=3,
        horizon=sizes.horizon,
        target=data.table.target,
        frequency=data.table.frequency,
        periods=list(sizes.periods),
        spread_floor=data.setting.floor,
        members=members,
        intervals=conformal.calibrated(view, mean, seen.targets, data.validation.scales),
        calendar=panel.calendar if used else [],
        holidays=panel.holidays if beside else [],
        known=panel.known if beside else [],
        past=panel.past if beside else [],
        static=panel.static if beside else [],
        lower=0.0 if values.min() >= 0 else None,
        whole=bool((values == np.round(values)).all()),
        naive_scale=float(np.median(data.setting.scales)),
    )


def _exported(candidate: Candidate, data: Data) -> tuple[bytes, float]:
    """The graph of a candidate, and its largest difference from what was fitted, on windows of the validation part."""
    if candidate.graph is not None:
        return candidate.graph, 0.0
    member = candidate.member
    view = data.validation.view(member.transform)
    if candidate.network is not None:
        assert member.network is not None
        model = network.to_onnx(candidate.network)
        return model, network.prove(candidate.network, model, inputs(view, member.network))
    assert candidate.ridge is not None
    assert member.inputs is not None
    model = ridge.to_onnx(candidate.ridge)
    built = features(view.windows, view.scaled, view.bases, view.periods, member.inputs)
    return model, ridge.prove(candidate.ridge, model, built)


def _observed(data: Data) -> Floats:
    """What the training parts hold of the target."""
    parts = [series.values[: bound.test] for series, bound in zip(data.panel.series, data.parts.bounds, strict=True)]
    values = np.concatenate(parts)
    return values[np.isfinite(values)]
