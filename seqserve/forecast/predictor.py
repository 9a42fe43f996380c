"""The forecaster: raw values of a series in, its next steps in the same units out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.core.onnx_session import Network
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.forecast import scalers, timestamps
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.inputs import as_steps
from seqserve.forecast.scalers import MAX_MAGNITUDE, Scaler
from seqserve.forecast.windows import fill_gaps
from seqserve.registry.artifact import CONFIG, Artifact

MODEL = "model.onnx"
SCALER = "scaler.json"

MAX_SCALED = 1e6
"""How far from its training data, in scaled units, a network is still asked; float32 ends at 1e38."""

_ROWS = 64
"""Windows in one run of the network: what more of them need does not fit a core's cache, and 256 are 8% slower."""


@dataclass(frozen=True)
class ForecastQuery:
    """One series to forecast.

    Args:
        values: a number a step, or a list of D numbers a step; None is a gap.
        start, frequency: ISO 8601 and a pandas offset alias; with both the answer has timestamps.
        horizon: steps to forecast; none means the model's own.
        levels: of the intervals wanted, in percent.
    """

    values: Sequence[Any]
    id: str | None = None
    start: str | None = None
    frequency: str | None = None
    horizon: int | None = None
    levels: Sequence[int] = ()


@dataclass(frozen=True)
class PreparedForecast:
    """A query that is ready for the network; its window is (L, D), in the user's units, without gaps."""

    query: ForecastQuery
    window: Floats
    horizon: int
    timestamps: list[str] | None
    filled: int
    outside: int
    warnings: list[str]


class RawForecast(NamedTuple):
    """Mean (H,) in the user's units and the window's spread."""

    mean: Floats
    spread: float


@dataclass(frozen=True)
class Forecast:
    """The answer, all numbers in the units of the input."""

    id: str | None
    mean: list[float]
    timestamps: list[str] | None
    intervals: dict[str, dict[str, list[float]]]
    warnings: list[str] = field(default_factory=list)


class Forecaster(Predictor[ForecastQuery, PreparedForecast, RawForecast, Forecast]):
    """A recurrent network over windows of the last L steps, with conformal intervals.

    Reference:
        Intervals: Lei et al., Distribution-Free Predictive Inference for Regression, JASA 2018: split
        conformal, with residuals scaled by a spread, here the window's mean absolute step.
    """

    query = ForecastQuery

    def __init__(self, config: ForecastConfig, scaler: Scaler, network: Network) -> None:
        super().__init__()
        self.config = config
        self.inputs = config.features
        self.scaler = scaler
        self._network = network
        self._target = config.features.index(config.target)

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = ForecastConfig.model_validate_json(artifact.file(CONFIG))
        scaler = scalers.from_json(artifact.file(SCALER))
        if scaler.features != len(config.features):
            raise ArtifactError(f"{artifact}: {CONFIG} and {SCALER} do not fit each other; publish it again")
        return cls(config, scaler, cls.load_network(artifact, threads))

    @classmethod
    def load_network(cls, artifact: Artifact, threads: int) -> Network:
        """The network of a version; a subclass may return one of another runtime."""
        return Network(artifact.file(MODEL), threads)

    def signature(self) -> dict[str, Any]:
        names = ("window", "horizon", "max_horizon", "features", "target", "frequency", "levels")
        return {name: getattr(self.config, name) for name in names}

    def check(self, horizon: int | None, levels: Sequence[int]) -> int:
        """The steps that a query means, if the model can do that many with intervals of these levels.

        Raises:
            InputError: it cannot.
        """
        limit = self.config.max_horizon
        if horizon is None:
            horizon = self.config.horizon
        if not 1 <= horizon <= limit:
            message = f"horizon {horizon} is outside what this model forecasts: 1 to {limit} steps"
            raise InputError("bad_horizon", message, "horizon")
        for level in levels:
            if str(level) not in self.config.quantiles:
                message = f"level {level} is none that this model knows: {', '.join(map(str, self.config.levels))}"
                raise InputError("bad_level", message, "levels")
        return horizon

    def prepare(self, query: ForecastQuery) -> PreparedForecast:
        return self.prepare_checked(query, self.check(query.horizon, query.levels))

    def prepare_checked(self, query: ForecastQuery, horizon: int) -> PreparedForecast:
        """The same for a query whose horizon and levels are checked, as those of a whole request are once.

        Args:
            horizon: what `check` returned.

        Raises:
            InputError: it cannot be predicted.
        """
        config = self.config
        series = as_steps(query.values, config.features)
        if len(series) < config.window:
            message = f"{counted(len(series), 'value')}, this model needs at least {config.window}"
            raise InputError("too_short", message, "values")
        filled, gaps = fill_gaps(series)
        window, gaps = filled[-config.window :], gaps[-config.window :]
        count = int(np.count_nonzero(gaps))
        for feature in np.flatnonzero(gaps.all(axis=0)) if count else ():
            name = config.features[feature]
            message = f"the last {config.window} values of {name}, which this model uses, are all gaps"
            raise InputError("all_gaps", f"{message}; send observations", "values")
        outside = self.scaler.outside(window)
        if outside or not self.scaler.ranged:
            self._check_range(window)
        times = None
        if query.start is not None and query.frequency is not None:
            times = list(timestamps.following(query.start, query.frequency, len(series), horizon))
        return PreparedForecast(query, window, horizon, times, count, outside, self._warnings(count, outside))

    def infer(self, batch: Sequence[PreparedForecast]) -> list[RawForecast]:
        windows = np.stack([item.window for item in batch])
        horizons = np.array([item.horizon for item in batch])
        return list(map(RawForecast, self.forecast(windows, horizons), self.spread(windows)))

    def finish(self, prepared: PreparedForecast, raw: RawForecast) -> Forecast:
        mean = raw.mean[: prepared.horizon]
        intervals = {}
        for level in prepared.query.levels:
            half = np.array(self.config.quantiles[str(level)][: prepared.horizon]) * raw.spread
            intervals[str(level)] = {"lower": (mean - half).tolist(), "upper": (mean + half).tolist()}
        return Forecast(prepared.query.id, mean.tolist(), prepared.timestamps, intervals, prepared.warnings)

    def cost(self, prepared: PreparedForecast) -> int:
        return self.config.window * -(-prepared.horizon // self.config.horizon)

    def forecast(self, windows: Floats, horizons: npt.NDArray[np.int_]) -> Floats:
        """Forecast a batch of windows in the user's units, without gaps.

        Past the model's own horizon the forecast becomes the end of the next window.

        Shape:
            windows (N, L, D) and horizons (N,) to (N, max(horizons)); behind a row's own horizon it is
            not defined.
        """
        own, length = self.config.horizon, self.config.window
        means = np.zeros((len(windows), -(-int(horizons.max()) // own) * own))
        rows = np.arange(len(windows))
        for done in range(0, means.shape[1], own):
            if done:
                unfinished = horizons[rows] > done
                rows = rows[unfinished]
                latest = means[rows, done - own : done, np.newaxis]
                windows = np.concatenate([windows[unfinished], latest], axis=1)[:, -length:]
            means[rows, done : done + own] = self._direct(windows)
        return means

    def spread(self, windows: Floats) -> Floats:
        """The mean absolute step of the target in each window, (N, L, D) to (N,): what an interval is as wide as."""
        steps = np.abs(np.diff(windows[:, :, self._target], axis=1))
        mean = steps.mean(axis=1) if steps.shape[1] else np.zeros(len(windows))
        return np.maximum(mean, self.config.spread_floor)

    def _direct(self, windows: Floats) -> Floats:
        self.tally.steps += windows.shape[0] * windows.shape[1]
        affine = self.scaler.affine(windows)
        scaled = affine.apply(windows)
        # The reach of a window scaler is bounded by itself; a fitted one was checked on the way in,
        # and a recursive forecast that runs away is held where the network still answers.
        held = np.clip(scaled, -MAX_SCALED, MAX_SCALED).astype(np.float32)
        runs = [self._network(held[start : start + _ROWS]) for start in range(0, len(held), _ROWS)]
        output = np.concatenate(runs).astype(np.float64)
        if self.config.residual:
            output += scaled[:, -1:, self._target]
        return affine.invert(output, self._target)

    def _check_range(self, window: Floats) -> None:
        sizes, most = np.abs(window), MAX_MAGNITUDE
        if sizes.max() <= most:
            scaled = self.scaler.affine(window[np.newaxis]).apply(window[np.newaxis])[0]
            sizes, most = np.abs(scaled), MAX_SCALED
        if sizes.max() > most:
            first = window[sizes > most][0]
            message = f"the value {first:g} is too far from what this model was trained on; check the units"
            raise InputError("out_of_range", message, "values")

    def _warnings(self, filled: int, outside: int) -> list[str]:
        found = []
        if filled:
            found.append(f"{counted(filled, 'gap')} filled")
        if outside:
            found.append(f"{counted(outside, 'value')} outside the range the scaler was fitted on ({self._ranges})")
        return found

    @cached_property
    def _ranges(self) -> str:
        return ", ".join(f"{low:g} to {high:g}" for low, high in zip(self.scaler.low, self.scaler.high, strict=True))
