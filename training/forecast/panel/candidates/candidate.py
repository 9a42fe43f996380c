"""The candidates: classical forecasts, linear models and what else there is, each judged on the validation part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.classical import bases as classical
from seqserve.forecast.panel.inputs.features import Features, LinearInputs, features
from seqserve.forecast.panel.members import Member
from seqserve.forecast.panel.scaling import Transform
from seqserve.forecast.panel.view import View
from training.forecast.panel.candidates import ridge
from training.forecast.panel.candidates.ridge import Ridge
from training.forecast.panel.data.rolling import Parts
from training.forecast.panel.data.series import Rolled

LOGARITHMIC = ", logarithmic"
"""How the name of a candidate ends that works on logarithms."""
_TRIED_STEPS = 5
"""Steps ahead that lags and penalties are chosen on."""


@dataclass(frozen=True)
class Setting:
    """What all candidates of a job share.

    Args:
        periods: the season, and perhaps a longer one.
        floor: of the spread of a window, in the user's units.
        transforms: that the series allow.
        calendar, covariates: whether there are any.
        scales: of each series, what a MASE of 1 is; never 0.
    """

    periods: tuple[int, ...]
    floor: float
    transforms: tuple[Transform, ...]
    calendar: bool
    covariates: bool
    scales: Floats


class Part:
    """Windows of a part, and their views, which are computed once."""

    def __init__(self, rolled: Rolled, setting: Setting) -> None:
        self.rolled = rolled
        self.setting = setting
        self._views: dict[Transform, View] = {}

    def view(self, transform: Transform) -> View:
        if transform not in self._views:
            self._views[transform] = View(self.rolled.windows, self.setting.periods, transform, self.setting.floor)
        return self._views[transform]

    @property
    def scales(self) -> Floats:
        """Of the series of each window, (N, 1)."""
        scales: Floats = self.setting.scales[self.rolled.series][:, np.newaxis]
        return scales

    def importance(self, transform: Transform) -> Floats:
        """What a scaled error of each window counts: as much as it does in a scaled error of its series, (N,)."""
        scaled = self.view(transform).scaled
        spread = scaled.spread[:, 0]
        if transform == "log":
            spread = spread * np.exp(scaled.level[:, 0])
        found: Floats = np.clip(spread / self.scales[:, 0], 0.05, 20.0)
        return found

    def error(self, predicted: Floats) -> float:
        """The mean absolute scaled error of forecasts (N, H) in the user's units."""
        return float(np.nanmean(np.abs(predicted - self.rolled.targets) / self.scales))


class Losses(NamedTuple):
    """The mean absolute error of a network in spreads, of each epoch."""

    training: list[float]
    validation: list[float]

    @property
    def best(self) -> int:
        """Epochs up to the lowest validation loss; 1 if none is finite."""
        return int(np.nanargmin(self.validation)) + 1 if np.isfinite(self.validation).any() else 1


@dataclass(frozen=True)
class Candidate:
    """A forecaster that may be released, or be a part of what is.

    Args:
        name: in tables.
        member: as it is served, with a weight of 1.
        validation: (N, H), its forecasts of the validation part, in the user's units.
        error: its scaled error there.
        ridge: of a linear one.
        penalty: of a linear one.
        network, losses: of a network, a Keras model.
        graph: of a pretrained one, as it is served.
    """

    name: str
    member: Member
    validation: Floats
    error: float
    ridge: Ridge | None = None
    penalty: float = 0.0
    network: Any = None
    losses: Losses | None = None
    graph: bytes | None = None


def classicals(validation: Part) -> Iterator[Candidate]:
    """What needs no training."""
    for transform in validation.setting.transforms:
        view = validation.view(transform)
        for number, base in enumerate(classical.names(view.periods)):
            predicted = view.scaled.invert(view.bases[:, :, number])
            name = base + LOGARITHMIC if transform == "log" else base
            member = Member(kind="classical", transform=transform, weight=1, base=base)
            yield Candidate(name, member, predicted, validation.error(predicted))


def linear(train: Part, validation: Part, parts: Parts) -> Iterator[Candidate]:
    """The best linear models of each transform, with and without classical forecasts among their inputs.

    Lags and penalties are chosen on a few of the steps ahead.
    """
    setting = train.setting
    for transform in setting.transforms:
        anchor = _anchor(train, parts, transform)
        for with_bases in (True, False):
            choices = lag_choices(setting.periods[0], len(train.rolled), train.rolled.windows.history.shape[1])
            tried = [
                LinearInputs(lags=lags, anchor=anchor, bases=with_bases, calendar=False, covariates=setting.covariates)
                for lags in choices
            ]
            fits = Fits(train, validation, parts, transform)
            best = min((fits.chosen(inputs) for inputs in tried), key=lambda choice: choice.error)
            if setting.calendar:
                dated = fits.chosen(best.inputs.model_copy(update={"calendar": True}))
                best = min(best, dated, key=lambda choice: choice.error)
            yield fits.candidate(best)


@dataclass(frozen=True)
class Choice:
    """Inputs with the penalty that serves them best."""

    error: float
    inputs: LinearInputs
    penalty: float


class Fits:
    """Linear fits of one transform: each fold is forecast by what was fitted on the steps before it."""

    def __init__(self, train: Part, validation: Part, parts: Parts, transform: Transform) -> None:
        self._train, self._validation, self._parts, self._transform = train, validation, parts, transform
        self._importance = train.importance(transform)

    def chosen(self, inputs: LinearInputs) -> Choice:
        """The penalty that errs least on a few steps ahead."""
        horizon = self._validation.rolled.targets.shape[1]
        steps = np.unique(np.linspace(0, horizon - 1, min(horizon, _TRIED_STEPS)).round().astype(int))
        forecasts = self._forecasts(inputs, ridge.PENALTIES, steps)
        targets = self._validation.rolled.targets[:, steps]
        errors = [float(np.nanmean(np.abs(one - targets) / self._validation.scales)) for one in forecasts]
        best = int(np.argmin(errors))
        return Choice(errors[best], inputs, ridge.PENALTIES[best])

    def candidate(self, choice: Choice) -> Candidate:
        """All steps ahead with the inputs and the penalty that were chosen."""
        inputs = choice.inputs
        steps = np.arange(self._validation.rolled.targets.shape[1])
        (predicted,) = self._forecasts(inputs, (choice.penalty,), steps)
        member = Member(kind="linear", transform=self._transform, weight=1, inputs=inputs, file="model.onnx")
        name = "ridge" + (" on classical forecasts" if inputs.bases else "") + (", calendar" if inputs.calendar else "")
        name += LOGARITHMIC if self._transform == "log" else ""
        return Candidate(name, member, predicted, self._validation.error(predicted), penalty=choice.penalty)

    def _forecasts(self, inputs: LinearInputs, penalties: tuple[float, ...], steps: np.ndarray) -> list[Floats]:
        """Forecasts (N, S) of some steps by a ridge of each penalty, in the user's units."""
        view = self._validation.view(self._transform)
        anchor = view.bases[:, steps, inputs.anchor]
        seen = _features(self._train, self._transform, inputs).at(steps)
        asked = _features(self._validation, self._transform, inputs).at(steps)
        predicted = np.zeros((len(penalties), *anchor.shape))
        for fold in np.unique(self._parts.fold):
            targets = _targets(self._train, self._transform, inputs, self._parts.trained(fold))[:, steps]
            rows, used = self._parts.fold == fold, np.any(np.isfinite(targets), axis=1)
            for number, model in enumerate(ridge.fit(seen[used], targets[used], self._importance[used], penalties)):
                predicted[number, rows] = model(asked[rows])
        return [view.scaled.invert(anchor + one) for one in predicted]


def lag_choices(season: int, windows: int, most: int) -> list[int]:
    """How many lags are tried."""
    wanted = (3, 8, 20, 48) if season == 1 else (3, season + 2, 2 * season + 2, min(7 * season + 2, 200))
    limit = max(2, min(most, windows // 3))
    return sorted({min(lags, limit) for lags in wanted})


def refitted(candidate: Candidate, train: Part) -> Candidate:
    """A linear candidate fitted again to all windows before the test part, with its penalty."""
    inputs = candidate.member.inputs
    if inputs is None:
        return candidate
    targets = _targets(train, candidate.member.transform, inputs, train.rolled.targets)
    seen = _features(train, candidate.member.transform, inputs)
    (model,) = ridge.fit(seen, targets, train.importance(candidate.member.transform), (candidate.penalty,))
    return replace(candidate, ridge=model)


def _features(part: Part, transform: Transform, inputs: LinearInputs) -> Features:
    view = part.view(transform)
    return features(part.rolled.windows, view.scaled, view.bases, view.periods, inputs)


def _targets(part: Part, transform: Transform, inputs: LinearInputs, targets: Floats) -> Floats:
    """What the anchor leaves, in scaled units."""
    view = part.view(transform)
    return view.scaled.apply(targets) - view.bases[:, :, inputs.anchor]


def _anchor(train: Part, parts: Parts, transform: Transform) -> int:
    """The classical forecast that errs least on the training part."""
    view = train.view(transform)
    targets = view.scaled.apply(parts.trained(0))[:, :, np.newaxis]
    return int(np.argmin(np.nanmean(np.abs(view.bases - targets), axis=(0, 1))))
