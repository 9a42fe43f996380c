"""The kind `window`: a recurrent network that sees the last L steps of a series."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.core.onnx_session import Network
from seqserve.errors import ArtifactError, InputError
from seqserve.forecast import scalers
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.inputs import check_gaps
from seqserve.forecast.predictor import Forecast, Forecaster, ForecastQuery, PreparedForecast, is_same
from seqserve.forecast.scalers import MAX_MAGNITUDE, Scaler
from seqserve.forecast.windows import fill_gaps
from seqserve.registry.artifact import CONFIG, Artifact

MODEL = "model.onnx"
SCALER = "scaler.json"

MAX_SCALED = 1e6
"""How far from its training data, in scaled units, a network is still asked; float32 ends at 1e38."""

_ROWS = 64
"""Windows in one run of the network: what more of them need does not fit a core's cache, and 256 are 8% slower."""


class RawForecast(NamedTuple):
    """Mean (H,) in the user's units and the window's spread."""

    mean: Floats
    spread: float


class WindowForecaster(Forecaster):
    """A recurrent network over windows of the last L steps, with conformal intervals.

    Reference:
        Intervals: Lei et al., Distribution-Free Predictive Inference for Regression, JASA 2018: split
        conformal, with residuals scaled by a spread, here the window's mean absolute step.
    """

    def __init__(self, config: ForecastConfig, scaler: Scaler, network: Network) -> None:
        super().__init__()
        self.config = config
        self.features = self.inputs = config.features
        self.target, self.frequency = config.target, config.frequency
        self.window = self.min_values = config.window
        self.horizon, self.max_horizon = config.horizon, config.max_horizon
        self.levels, self.naive_scale = config.levels, config.naive_scale
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
        return {**super().signature(), "season": self.config.season}

    def prepare_checked(self, query: ForecastQuery, horizon: int) -> PreparedForecast:
        config = self.config
        found = self.history(query, horizon)
        filled, gaps = fill_gaps(found.series)
        window, gaps = filled[-config.window :], gaps[-config.window :]
        count = int(np.count_nonzero(gaps))
        if count:
            check_gaps(gaps, config.features)
        outside = self.scaler.outside(window)
        if outside or not self.scaler.ranged:
            self._check_range(window)
        warnings = [*found.warnings, *self._warnings(count, outside)]
        return PreparedForecast(query, window, horizon, found.located.ahead, count, outside, warnings)

    def infer(self, batch: Sequence[PreparedForecast]) -> list[RawForecast]:
        windows = np.stack([item.window for item in batch])
        horizons = np.array([item.horizon for item in batch])
        return list(map(RawForecast, self.forecast(windows, horizons), self.spread(windows)))

    def finish(self, prepared: PreparedForecast, raw: RawForecast) -> Forecast:
        mean, query = raw.mean[: prepared.horizon], prepared.query

        def half(level: int) -> Floats:
            return np.array(self.config.quantiles[str(level)][: prepared.horizon]) * raw.spread

        intervals = {
            str(level): {"lower": (mean - half(level)).tolist(), "upper": (mean + half(level)).tolist()}
            for level in query.levels
        }
        quantiles = {}
        for quantile in query.quantiles:
            side = 0.0 if is_same(quantile, 0.5) else np.sign(quantile - 0.5)
            width = side * half(round(abs(200 * quantile - 100))) if side else 0.0
            quantiles[str(quantile)] = (mean + width).tolist()
        return Forecast(query.id, mean.tolist(), prepared.timestamps, intervals, prepared.warnings, quantiles or None)

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
