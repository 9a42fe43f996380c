"""The kinds `classical`, `linear`, `network`, `pretrained` and `ensemble`: one model for a panel of series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import ArtifactError, InputError
from seqserve.forecast.covariates import Covariates, Taken
from seqserve.forecast.inputs import check_gaps
from seqserve.forecast.panel.config import PanelConfig
from seqserve.forecast.panel.graphs import AnyGraph, forecast, load
from seqserve.forecast.panel.inputs import calendar
from seqserve.forecast.panel.inputs.covariates import encoded
from seqserve.forecast.panel.intervals import read_off
from seqserve.forecast.panel.scaling import Transform
from seqserve.forecast.panel.view import View
from seqserve.forecast.panel.windows import Windows, joined, right_aligned
from seqserve.forecast.predictor import Forecast, Forecaster, ForecastQuery, History, PreparedForecast
from seqserve.forecast.scalers import MAX_MAGNITUDE
from seqserve.registry.artifact import CONFIG, Artifact

LEVELS = [50, 60, 70, 80, 90, 95, 99]


@dataclass(frozen=True)
class PreparedPanel(PreparedForecast):
    """A query that is ready, with all that is known beside its window."""

    windows: Windows


class RawPanel(NamedTuple):
    """Mean (H,) and the grid of quantiles (H, P), in the user's units."""

    mean: Floats
    grid: Floats


class PanelForecaster(Forecaster):
    """Classical forecasts, linear models and networks, averaged, with conformal intervals."""

    def __init__(self, config: PanelConfig, graphs: Mapping[str, AnyGraph]) -> None:
        super().__init__()
        self.config = config
        self.features = self.inputs = [config.target]
        self.target, self.frequency = config.target, config.frequency
        self.min_values = config.min_values
        self.horizon = self.max_horizon = config.horizon
        self.covariates = Taken(*([one.name for one in kind] for kind in (config.known, config.past, config.static)))
        self.levels = LEVELS
        self.quantile_range = (config.intervals.probabilities[0], config.intervals.probabilities[-1])
        self.naive_scale = config.naive_scale
        self._graphs = graphs

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = PanelConfig.model_validate_json(artifact.file(CONFIG))
        members = {member.file: member for member in config.members if member.file is not None}
        missing = [name for name in members if name not in artifact.files]
        if missing:
            raise ArtifactError(f"{artifact}: {', '.join(missing)} missing; publish it again")
        return cls(config, {name: load(member, artifact.file(name), threads) for name, member in members.items()})

    def signature(self) -> dict[str, Any]:
        found = {"kind": self.config.kind, "looks_at": self.config.window}
        return {**super().signature(), **found, "calendar": self.config.calendar, "season": self.config.season}

    def prepare_checked(self, query: ForecastQuery, horizon: int) -> PreparedPanel:
        config = self.config
        found = self.history(query, horizon)
        values = found.series[-config.window :, 0]
        gaps = np.isnan(values)
        count = int(np.count_nonzero(gaps))
        if count:
            check_gaps(gaps[:, np.newaxis], self.features)
        largest = np.abs(values[~gaps]).max()
        if largest > MAX_MAGNITUDE:
            message = f"the value {largest:g} is too large to be scaled; check the units"
            raise InputError("out_of_range", message, "values")
        warnings = [*found.located.warnings, *([f"{counted(count, 'gap')} filled"] if count else [])]
        windows = self._windows(found, values, horizon, warnings)
        window = values[:, np.newaxis]
        return PreparedPanel(query, window, horizon, found.located.ahead, count, 0, warnings, windows)

    def infer(self, batch: Sequence[PreparedPanel]) -> list[RawPanel]:
        windows = joined([item.windows for item in batch])
        self.tally.steps += len(batch) * self.config.window
        return list(map(RawPanel, *self.forecast(windows)))

    def finish(self, prepared: PreparedPanel, raw: RawPanel) -> Forecast:
        mean, grid, query = raw.mean[: prepared.horizon], raw.grid[: prepared.horizon], prepared.query
        probabilities = self.config.intervals.probabilities

        def quantile(wanted: float) -> Floats:
            return read_off(grid, probabilities, wanted)

        intervals = {}
        for level in query.levels:
            lower, upper = quantile((100 - level) / 200), quantile((100 + level) / 200)
            if self.config.whole:
                lower, upper = np.floor(lower), np.ceil(upper)
            intervals[str(level)] = {"lower": lower.tolist(), "upper": upper.tolist()}
        quantiles = {str(wanted): quantile(wanted).tolist() for wanted in query.quantiles}
        return Forecast(query.id, mean.tolist(), prepared.timestamps, intervals, prepared.warnings, quantiles or None)

    def cost(self, prepared: PreparedPanel) -> int:
        return self.config.window

    def forecast(self, windows: Windows) -> tuple[Floats, Floats]:
        """Mean (N, H) and quantiles (N, H, P) of windows, in the user's units."""
        views: dict[Transform, View] = {}

        def view(transform: Transform) -> View:
            if transform not in views:
                views[transform] = View(windows, self._periods, transform, self.config.spread_floor)
            return views[transform]

        mean = np.zeros((len(windows), windows.horizon))
        for member in self.config.members:
            graph = None if member.file is None else self._graphs[member.file]
            mean += member.weight * forecast(member, view(member.transform), graph)
        mean = self._bounded(mean)
        return mean, self._bounded(self.config.intervals.grid(view(self.config.intervals.transform), mean))

    def _bounded(self, values: Floats) -> Floats:
        largest = 1e300  # whatever a logarithm made of it, an answer is finite
        low = -largest if self.config.lower is None else self.config.lower
        high = largest if self.config.upper is None else self.config.upper
        return np.clip(values, low, high)

    @cached_property
    def _periods(self) -> tuple[int, ...]:
        return tuple(self.config.periods)

    def _windows(self, found: History, values: Floats, horizon: int, warnings: list[str]) -> Windows:
        """The window of a query, (1, ...); what it does not say of the calendar is 0."""
        config, steps = self.config, len(found.series)
        looks = min(config.window, steps)
        known = np.zeros((config.window + config.horizon, config.known_columns))
        dated = config.calendar or config.holidays
        times = found.located.times(looks, config.horizon) if dated else None
        if dated and times is None:
            warnings.append("no dates sent, so the calendar is left out; send start, end or timestamps, and frequency")
        warnings += self._check_gaps(found.covariates, steps, looks)
        sent = encoded(config.known, dict(found.covariates.known), "known", steps + horizon)[steps - looks :]
        first = config.window - looks
        known[first : first + len(sent), : sent.shape[1]] = sent
        if config.holidays and times is not None:
            days = set(config.holidays)
            known[first:, -1] = [float(f"{time:%Y-%m-%d}" in days) for time in times]
        past = encoded(config.past, dict(found.covariates.past), "past", steps)
        static = encoded(config.static, {name: [value] for name, value in found.covariates.static.items()}, "static", 1)
        ahead = np.zeros((config.horizon, calendar.columns(config.calendar)))
        if config.calendar and times is not None:
            ahead = calendar.values(times[looks:], config.calendar)
        for covariate in (*config.known, *config.past):
            values_of = {**found.covariates.known, **found.covariates.past}[covariate.name]
            if unseen := covariate.unseen(values_of):
                warnings.append(f"{covariate.name} has {unseen[0]!r}, which the training data does not have")
        return Windows(
            right_aligned(values, config.window)[np.newaxis],
            known[np.newaxis],
            right_aligned(past, config.window, 0.0)[np.newaxis],
            static,
            ahead[np.newaxis],
        )

    def _check_gaps(self, sent: Covariates, steps: int, looks: int) -> list[str]:
        """Check that covariates have enough values among the last `looks` steps, and ahead; returns warnings.

        Raises:
            InputError: one has not.
        """
        config, latest = self.config, f"in the last {counted(looks, 'step')}"
        found = []
        for one in config.known:
            values = sent.known[one.name]
            found += one.check_gaps(values[steps - looks : steps], "known", latest)
            found += one.check_gaps(values[steps:], "known", "ahead")
        for one in config.past:
            found += one.check_gaps(sent.past[one.name][steps - looks :], "past", latest)
        for one in config.static:
            if one.gaps([sent.static[one.name]]):
                found.append(f"{one.name} is missing: taken for {one.stand_in}")
        return found
