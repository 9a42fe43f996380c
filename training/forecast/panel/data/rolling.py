"""Where each series is split in time, and from which origins it is forecast in each part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.panel.data.series import PanelSeries, Rolled, roll

_MOST_TRAINING = 8_000
_MOST_VALIDATION = 2_000
_MOST_TEST = 2_000
_ORIGINS = 300
"""Origins of one series in a part, at most."""
_FEW = 3_000
"""Steps of all series together; fewer are validated on more than once."""
_FOLDS = 4


@dataclass(frozen=True)
class Bounds:
    """Where the parts of one series begin.

    Args:
        folds: steps from which it is forecast by what was trained on the steps before; none if it is too short for it.
        test: first step of the test part.
        end: its length.
    """

    folds: tuple[int, ...]
    test: int
    end: int


@dataclass(frozen=True)
class Parts:
    """The windows of a panel, by part.

    Args:
        train: with no target in the test part; what of them lies in the validation part is used once all is chosen.
        validation: with no target in the test part.
        fold: (N,), of each window of the validation part.
        bounds: of each series.
    """

    train: Rolled
    validation: Rolled
    fold: np.ndarray
    test: Rolled
    bounds: list[Bounds]

    def trained(self, fold: int) -> Floats:
        """The targets of the training windows that a fold may see; others are NaN, (N, H)."""
        begins = np.array([bound.folds[fold] if bound.folds else bound.test for bound in self.bounds])
        steps = self.train.origins[:, np.newaxis] + np.arange(self.train.targets.shape[1])
        return np.where(steps < begins[self.train.series][:, np.newaxis], self.train.targets, np.nan)


def bounds(
    lengths: list[int], horizon: int, test: float | None, validation: float | None, shortest: int
) -> list[Bounds]:
    """Split each series: the last rows test, those before them validate.

    Args:
        test, validation: rows, or a share of them; none: 15%, a horizon at least. With little data validation takes
            half of what is not tested, in folds that are each forecast from what was before them.
        shortest: steps that must be left to train on; a shorter series is not split.
    """
    few = sum(lengths) < _FEW
    found = []
    for length in lengths:
        begin = length - _rows(test, length, horizon, 0.15)
        held = _rows(validation, begin, horizon, 0.15)
        if validation is None and few and begin - held > shortest:
            held = max(held, min(round(0.6 * begin), begin - shortest))
        elif validation is None and begin - 2 * horizon >= 2 * shortest + horizon:
            held = max(held, 2 * horizon)  # several origins tell more than one
        if begin - held < shortest:
            # too short to validate on, perhaps long enough to be tested
            found.append(Bounds((), begin, length) if begin >= shortest else Bounds((), length, length))
        else:
            folds = _FOLDS if few else 1
            first = begin - held
            starts = [first + round((held - horizon) * fold / folds) for fold in range(folds)]
            found.append(Bounds(tuple(starts), begin, length))
    return found


def split(panel: list[PanelSeries], places: list[Bounds], window: int, horizon: int, season: int, seed: int) -> Parts:
    """The windows of each part, thinned evenly where there are more than are of use."""
    random = np.random.default_rng(seed)
    train = [
        (number, origin, bound.test)
        for number, bound in enumerate(places)
        for origin in range(_first(bound.test, season), bound.test)
    ]
    if len(train) > _MOST_TRAINING:
        chosen = np.sort(random.choice(len(train), _MOST_TRAINING, replace=False))
        train = [train[index] for index in chosen]
    validated = [(bound.folds[0], bound.test) if bound.folds else (bound.test, bound.test) for bound in places]
    validation = roll(panel, _origins(validated, horizon, _MOST_VALIDATION, random), window, horizon)
    starts = [np.array(bound.folds) for bound in places]
    fold = [
        np.searchsorted(starts[series], origin, side="right") - 1
        for series, origin in zip(validation.series, validation.origins, strict=True)
    ]
    tested = [(bound.test, bound.end) for bound in places]
    return Parts(
        roll(panel, train, window, horizon),
        validation,
        np.array(fold, dtype=int),
        roll(panel, _origins(tested, horizon, _MOST_TEST, random), window, horizon),
        places,
    )


def _first(steps: int, season: int) -> int:
    """The first origin in a training part: behind a season where there is room for it."""
    return max(3, min(season + 1, steps // 2))


def _origins(
    spans: list[tuple[int, int]], horizon: int, most: int, random: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Origins whose horizon lies within a span of each series, evenly spread."""
    counts = [end - begin - horizon + 1 for begin, end in spans]
    each = max(1, min(_ORIGINS, most // max(sum(count > 0 for count in counts), 1)))
    found = []
    for number, ((begin, end), count) in enumerate(zip(spans, counts, strict=True)):
        if count > 0:
            # the last origin is the one that a single horizon held out would have
            steps = np.unique(np.linspace(count - 1, 0, min(each, count)).round().astype(int))
            found += [(number, begin + int(step), end) for step in steps]
    if len(found) > most:
        found = [found[index] for index in np.sort(random.choice(len(found), most, replace=False))]
    return found


def horizons(rolled: Rolled) -> float:
    """How many horizons the windows of a part cover, of all series together; origins may be thinned out."""
    horizon = rolled.targets.shape[1]
    spans = [np.ptp(rolled.origins[rolled.series == number]) + horizon for number in np.unique(rolled.series)]
    return float(sum(spans) / horizon)


def scales(panel: list[PanelSeries], places: list[Bounds], season: int) -> Floats:
    """The error of each of S series (S,) that is a MASE of 1, in its units.

    It is the mean absolute difference of observed values a season apart before the test part.

    A series that repeats itself exactly has NaN.
    """
    found = []
    for series, bound in zip(panel, places, strict=True):
        before = series.values[: bound.test]
        apart = season if len(before) > season else 1
        steps = np.abs(before[apart:] - before[:-apart])
        steps = steps[np.isfinite(steps)]
        largest = float(np.nanmax(np.abs(before), initial=0.0)) if np.isfinite(before).any() else 0.0
        scale = float(steps.mean()) if len(steps) else 0.0
        found.append(scale if scale > 1e-9 * largest else np.nan)
    return np.array(found)


def _rows(size: float | None, length: int, horizon: int, usual: float) -> int:
    if size is None:
        return max(round(usual * length), horizon)
    return round(size * length) if size < 1 else round(size)
