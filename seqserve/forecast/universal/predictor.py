"""The kind `universal`: a pretrained network that forecasts any series, without training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError
from seqserve.forecast.inputs import check_gaps
from seqserve.forecast.predictor import SAME, Forecast, Forecaster, ForecastQuery, PreparedForecast, is_same
from seqserve.forecast.scalers import MAX_MAGNITUDE
from seqserve.forecast.timestamps import Located
from seqserve.forecast.universal import features, seasons
from seqserve.forecast.universal.config import UniversalConfig
from seqserve.forecast.universal.network import Network
from seqserve.registry.artifact import CONFIG, Artifact

MODEL = "model.onnx"
TARGET = "value"

_FEWEST = 3
_BLOCK = 48
"""Steps ahead that are forecast in one run of the network."""
_ROWS = 64
"""Windows whose features are computed at once: what more of them need does not fit a core's cache."""
_WIDTHS = (64, 128, 256, 512, 1024, 2048, seasons.LONGEST)
"""Lengths that histories are padded to, so that those of unlike lengths share a run and little is padding."""


@dataclass(frozen=True)
class PreparedUniversal(PreparedForecast):
    """A query that is ready.

    Args:
        season, long: steps in the season and in the one above it; 1 and 0 for none.
    """

    season: int
    long: int


class UniversalForecaster(Forecaster):
    """A recurrent network over any history, with quantiles of its own.

    Its point forecast is the median. `season` is a hint: the values of the series decide whether it is followed.
    """

    features = [TARGET]  # noqa: RUF012
    inputs = ()
    """Nothing to see drift against: it was trained on series of all kinds."""
    target = TARGET
    longest = seasons.LONGEST
    min_values = _FEWEST
    seasonal = True
    levels = [50, 60, 70, 80, 90, 95, 98, 99]  # noqa: RUF012

    def __init__(self, config: UniversalConfig, network: Network) -> None:
        super().__init__()
        self.config = config
        self.horizon, self.max_horizon = config.horizon, config.max_horizon
        self.quantile_range = (config.quantiles[0], config.quantiles[-1])
        self._network = network

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = UniversalConfig.model_validate_json(artifact.file(CONFIG))
        return cls(config, Network(artifact.file(MODEL), threads))

    def prepare_checked(self, query: ForecastQuery, horizon: int) -> PreparedUniversal:
        found = self.history(query, horizon)
        values = found.series[:, 0]
        known = np.flatnonzero(np.isfinite(values))
        if len(known) < _FEWEST:
            message = f"{counted(len(known), 'value')} that are no gaps, this model needs at least {_FEWEST}"
            raise InputError("too_short", message, "values")
        window = values[max(known[0], len(values) - seasons.LONGEST) :]
        gaps = np.isnan(window)
        if gaps.any():
            check_gaps(gaps[:, np.newaxis], self.features)
        largest = float(np.nanmax(np.abs(window)))
        if largest > MAX_MAGNITUDE:
            raise InputError("out_of_range", f"the value {largest:g} is too large; change its unit", "values")
        season, warnings = _season(query, found.located, window)
        return PreparedUniversal(
            query=query,
            window=window[:, np.newaxis],
            horizon=horizon,
            timestamps=found.located.ahead,
            filled=0,
            outside=0,
            warnings=[*found.located.warnings, *warnings],
            season=season,
            long=seasons.above(season, len(window)),
        )

    def infer(self, batch: Sequence[PreparedUniversal]) -> list[Floats]:
        """Quantiles (H, levels) in the user's units, of each."""
        groups: defaultdict[tuple[int, int, int, int], list[int]] = defaultdict(list)
        for index, item in enumerate(batch):
            width = next(width for width in _WIDTHS if len(item.window) <= width)
            blocks = -(-item.horizon // _BLOCK)
            groups[item.season, item.long, width, blocks].append(index)
        found: dict[int, Floats] = {}
        for (season, long, width, blocks), rows in groups.items():
            histories = [batch[index].window[:, 0] for index in rows]
            steps = blocks * _BLOCK if blocks > 1 else max(batch[index].horizon for index in rows)
            self.tally.add([len(history) for history in histories])
            found |= zip(rows, self.forecast(histories, season, long, steps, width), strict=True)
        return [found[index] for index in range(len(batch))]

    def forecast(self, histories: list[Floats], season: int, long: int, steps: int, width: int = 0) -> Floats:
        """Quantiles (N, steps, levels) of histories of one season, in their own units."""
        width = max(width, *map(len, histories)) if width else max(map(len, histories))
        values = seasons.right_aligned(histories, width)
        ahead = np.arange(1, steps + 1)
        runs = [self._run(values[row : row + _ROWS], season, long, ahead) for row in range(0, len(values), _ROWS)]
        found = np.concatenate(runs)
        factor = self.config.width(season)
        if factor != 1:
            middle = self.config.quantiles.index(0.5)
            found = found[:, :, middle : middle + 1] * (1 - factor) + found * factor
        lowest, highest = (end.reduce(values, axis=1)[:, None, None] for end in (np.fmin, np.fmax))  # NaN left out
        found = np.where(lowest >= 0, np.maximum(found, 0.0), found)
        return np.where(lowest == highest, lowest, found)  # nothing says how far a constant may move

    def _run(self, values: Floats, season: int, long: int, ahead: npt.NDArray[np.int_]) -> Floats:
        """Quantiles at steps (H,), block by block, of a few windows (N, T), in their own units."""
        inputs, place, spread = features.inputs(values, season, long, ahead)
        blocks = [inputs.steps[:, first : first + _BLOCK] for first in range(0, len(ahead), _BLOCK)]
        scaled = np.concatenate([self._network(inputs._replace(steps=block)) for block in blocks], axis=1)
        found = place[:, None, None] + spread[:, None, None] * scaled.astype(np.float64)
        return np.asarray(np.maximum.accumulate(found, axis=2))  # the rounding of large numbers may cross quantiles

    def finish(self, prepared: PreparedUniversal, raw: Floats) -> Forecast:
        stated = raw[: prepared.horizon]
        query = prepared.query
        intervals = {}
        for level in query.levels:
            tail = (100 - level) / 200
            intervals[str(level)] = {
                "lower": self.at(stated, tail).tolist(),
                "upper": self.at(stated, 1 - tail).tolist(),
            }
        quantiles = {str(quantile): self.at(stated, quantile).tolist() for quantile in query.quantiles}
        median = self.at(stated, 0.5).tolist()
        return Forecast(query.id, median, prepared.timestamps, intervals, prepared.warnings, quantiles or None)

    def cost(self, prepared: PreparedUniversal) -> int:
        return len(prepared.window) + prepared.horizon

    def at(self, stated: Floats, quantile: float) -> Floats:
        """A quantile of forecasts (..., levels); between two that the network states, by the normal distribution."""
        levels = self.config.quantiles
        above = int(np.searchsorted(levels, quantile - SAME))
        if above == 0 or above == len(levels) or is_same(levels[above], quantile):
            return stated[..., min(above, len(levels) - 1)]
        low, high, wanted = map(NormalDist().inv_cdf, (levels[above - 1], levels[above], quantile))
        share = (wanted - low) / (high - low)
        lower, upper = stated[..., above - 1], stated[..., above]
        return np.clip(lower + share * (upper - lower), lower, upper)  # rounding may not cross quantiles


def _season(query: ForecastQuery, located: Located, window: Floats) -> tuple[int, list[str]]:
    """The season to forecast with, and what had to be guessed."""
    if query.season is not None:
        hint, whence = query.season, "the season"
    elif located.frequency is not None:
        hint, whence = seasons.of_frequency(located.frequency), f"frequency {located.frequency}"
    else:
        found = seasons.find(window)
        said = f"a season of {found} steps found in the values" if found > 1 else "no season found in the values"
        return found, [f"{said}; send frequency or season if that is wrong"]
    if not seasons.fits(window, hint):
        most = "there are values" if hint > len(window) else f"the {seasons.MAX_SEASON} that this model can use"
        return 1, [f"{whence} says {hint} steps in a season, more than {most}: not used"]
    season = seasons.checked(window, hint)
    if season == hint:
        return hint, []
    told = f"the values say {season}: that is used" if season > 1 else "the values show none: not used"
    return season, [f"{whence} says {hint} steps in a season, {told}"]
