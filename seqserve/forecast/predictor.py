"""What every forecaster does, whatever its kind: raw values of a series in, its next steps in the same units out."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any, NamedTuple, Self

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.forecast import covariates, timestamps
from seqserve.forecast.covariates import Covariates, Taken
from seqserve.forecast.inputs import as_steps
from seqserve.forecast.timestamps import Located
from seqserve.registry.artifact import CONFIG, Artifact

_PANEL = "seqserve.forecast.panel.predictor:PanelForecaster"
KINDS = {
    "window": "seqserve.forecast.window_forecaster:WindowForecaster",
    "universal": "seqserve.forecast.universal.predictor:UniversalForecaster",
    "classical": _PANEL,
    "linear": _PANEL,
    "network": _PANEL,
    "pretrained": _PANEL,
    "ensemble": _PANEL,
}
"""`kind` in `config.json` to module and class; named, so that only a version of a kind imports what it needs."""

_FIRST_KIND = "window"
"""The kind of versions that were published before there were others: their `config.json` has no `kind`."""


SAME = 1e-9
"""Quantiles that differ by less are the same."""


@dataclass(frozen=True)
class ForecastQuery:
    """One series to forecast.

    Args:
        values: a number a step, or a list of D numbers a step; None is a gap.
        start, end, timestamps: when the first value was observed, or the last, or each; at most one of the three.
            ISO 8601, with or without a zone.
        frequency: a pandas offset alias. With one of the three before, the answer has timestamps.
        season: steps in a season; none means what goes with the frequency.
        known: covariates that are known ahead, by name: T + H values each.
        past: covariates that are known up to now, by name: T values each.
        static: what does not change, by name: a value each.
        horizon: steps to forecast; none means the model's own.
        levels: of the intervals wanted, in percent.
        quantiles: wanted, between 0 and 1.
    """

    values: Sequence[Any]
    id: str | None = None
    start: str | None = None
    frequency: str | None = None
    horizon: int | None = None
    levels: Sequence[int] = ()
    end: str | None = None
    timestamps: Sequence[str] | None = None
    season: int | None = None
    known: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    past: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    static: Mapping[str, Any] = field(default_factory=dict)
    quantiles: Sequence[float] = ()


@dataclass(frozen=True)
class PreparedForecast:
    """A query that is ready for the model; a kind that needs more has a subclass.

    Args:
        query: what was asked; the service drops the lists of a long one.
        window: the values that the model looks at, (L, D), in the user's units, without gaps.
        timestamps: of the H steps that are forecast, if the query says where in time it lies.
        filled: gaps that were filled in the window.
        outside: values of the window outside the range of the training data.
    """

    query: ForecastQuery
    window: Floats
    horizon: int
    timestamps: list[str] | None
    filled: int
    outside: int
    warnings: list[str]


@dataclass(frozen=True)
class Forecast:
    """The answer, all numbers in the units of the input; `quantiles` is none if the query asks for none."""

    id: str | None
    mean: list[float]
    timestamps: list[str] | None
    intervals: dict[str, dict[str, list[float]]]
    warnings: list[str] = field(default_factory=list)
    quantiles: dict[str, list[float]] | None = None


class History(NamedTuple):
    """A query, checked: its values (T, D), a gap is NaN; where in time it lies; its covariates; what was guessed."""

    series: Floats
    located: Located
    covariates: Covariates
    warnings: list[str]


class Forecaster(Predictor[ForecastQuery, Any, Any, Forecast]):
    """A model that forecasts series; `load` gives the kind that a version is of.

    Attributes:
        features: names of the D numbers of a step.
        target: the one of them that is forecast.
        window: steps that the model looks at; none means whatever it is sent.
        longest: earlier values than so many change nothing, if there are no gaps; none means the window.
        min_values: the fewest values of a series.
        horizon: steps that it forecasts if a query does not say how many.
        max_horizon: steps that it forecasts at most.
        frequency: of the training data, for information.
        seasonal: whether it uses the season and the frequency of a query, and not those of its training data.
        covariates: names of those that it takes, and needs.
        levels: of the intervals that it has been calibrated for, in percent.
        quantile_range: between these two it states any quantile, and intervals of any level; none means those of
            `levels` only.
        naive_scale: mean absolute error of the seasonal naive forecast on the training part; none if the model was not
            trained on one data set, 0 if that has no error.
    """

    query = ForecastQuery
    features: list[str]
    target: str
    window: int | None = None
    longest: int | None = None
    min_values: int
    horizon: int
    max_horizon: int
    frequency: str | None = None
    seasonal: bool = False
    covariates: Taken = Taken()
    levels: list[int]
    quantile_range: tuple[float, float] | None = None
    naive_scale: float | None = None

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        found: Self = _kind(artifact).load(artifact, threads)
        return found

    def signature(self) -> dict[str, Any]:
        names = ("window", "min_values", "horizon", "max_horizon", "features", "target", "frequency", "seasonal")
        return {
            **{name: getattr(self, name) for name in names},
            **{kind: list(taken) for kind, taken in self.covariates._asdict().items()},
            "levels": self.levels,
            "quantiles": self.quantiles,
            "quantile_range": self.quantile_range,
        }

    @cached_property
    def quantiles(self) -> list[float]:
        """Those that the levels state: their bounds, and the middle."""
        tails = [round((100 - level) / 200, 6) for level in self.levels]
        return sorted({0.5, *tails, *(round(1 - tail, 6) for tail in tails)})

    def check(self, horizon: int | None, levels: Sequence[int], quantiles: Sequence[float] = ()) -> int:
        """The steps that a query means, if the model can do that many with these levels and quantiles.

        Raises:
            InputError: it cannot.
        """
        if horizon is None:
            horizon = self.horizon
        if not 1 <= horizon <= self.max_horizon:
            message = f"horizon {horizon} is outside what this model forecasts: 1 to {self.max_horizon} steps"
            raise InputError("bad_horizon", message, "horizon")
        for level in levels:
            if level not in self.levels and not (0 < level < 100 and self._is_in_range((100 - level) / 200)):
                message = f"level {level} is none that this model knows: {self._stated_levels}"
                raise InputError("bad_level", message, "levels")
        for quantile in quantiles:
            if not any(is_same(quantile, stated) for stated in self.quantiles) and not self._is_in_range(quantile):
                message = f"quantile {quantile:g} is none that this model knows: {self._stated_quantiles}"
                raise InputError("bad_quantile", message, "quantiles")
        return horizon

    def prepare(self, query: ForecastQuery) -> PreparedForecast:
        return self.prepare_checked(query, self.check(query.horizon, query.levels, query.quantiles))

    @abstractmethod
    def prepare_checked(self, query: ForecastQuery, horizon: int) -> PreparedForecast:
        """The same for a query whose horizon, levels and quantiles are checked, as those of a request are once.

        Args:
            horizon: what `check` returned.

        Raises:
            InputError: it cannot be predicted.
        """

    def history(self, query: ForecastQuery, horizon: int) -> History:
        """Check what a query says, the same for every kind.

        Raises:
            InputError: it is not what this model takes.
        """
        series = as_steps(query.values, self.features)
        steps = len(series)
        if steps < self.min_values:
            message = f"{counted(steps, 'value')}, this model needs at least {self.min_values}"
            raise InputError("too_short", message, "values")
        if query.season is not None and not self.seasonal:
            raise InputError("bad_season", "this model takes no season; leave it out", "season")
        if query.season is not None and query.season < 1:
            raise InputError("bad_season", f"a season has at least 1 step, not {query.season}", "season")
        sent = Covariates(query.known, query.past, query.static)
        if any(sent) or any(self.covariates):
            covariates.check(sent, self.covariates, steps, horizon)
        located = timestamps.locate(query, steps, horizon)
        warnings = list(located.warnings)
        if query.frequency is not None and located.ahead is None and not self.seasonal:
            warnings.append("no timestamps: they need one of start, end and timestamps beside frequency")
        return History(series, located, sent, warnings)

    def _is_in_range(self, quantile: float) -> bool:
        if self.quantile_range is None:
            return False
        low, high = self.quantile_range
        return low - SAME <= quantile <= high + SAME

    @property
    def _stated_levels(self) -> str:
        """What there is, for a message; `_stated_quantiles` too."""
        if self.quantile_range is None:
            return ", ".join(map(str, self.levels)) or "none"
        low, high = self.quantile_range
        return f"1 to {math.floor(100 * min(1 - 2 * low, 2 * high - 1) + SAME)}"

    @property
    def _stated_quantiles(self) -> str:
        if self.quantile_range is None:
            return ", ".join(f"{quantile:g}" for quantile in self.quantiles)
        low, high = self.quantile_range
        return f"{low:g} to {high:g}"

    def replay(self, example: dict[str, Any]) -> dict[str, Any]:
        answer = super().replay(example)
        if answer["quantiles"] is None:  # as examples are that are older than quantiles
            del answer["quantiles"]
        return answer


def is_same(quantile: float, other: float) -> bool:
    """Whether two quantiles are one, but for rounding."""
    return abs(quantile - other) < SAME


def _kind(artifact: Artifact) -> Any:
    """The class of a version's kind.

    Raises:
        ArtifactError: the configuration is no JSON, or there is no such kind.
    """
    content = artifact.json(CONFIG)
    kind = content.get("kind", _FIRST_KIND) if isinstance(content, dict) else _FIRST_KIND
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        raise ArtifactError(f"{artifact} is of the kind {kind!r}, this release knows: {known}; update the service")
    module, _, name = KINDS[kind].partition(":")
    return getattr(import_module(module), name)
