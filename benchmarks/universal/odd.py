"""What a pretrained forecaster answers to odd series, beside what comes next.

    python -m benchmarks.universal.odd [--models FOLDER] [--name universal] [--version VERSION]

Each series is generated with its continuation. The table has the median and the 80% and 95% intervals of the first,
the middle and the last of 12 steps.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.universal import tables
from benchmarks.universal.forecasters import Judged, Published
from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError
from training.forecast.universal.evaluation.metrics import QUANTILES

HORIZON = 12
_STEPS = (0, HORIZON // 2 - 1, HORIZON - 1)
_LEVELS = {level: QUANTILES.index(level) for level in (0.025, 0.1, 0.5, 0.9, 0.975)}


@dataclass(frozen=True)
class Case:
    """An odd series.

    Args:
        name: what is odd about it.
        history: (T,), NaN for a gap.
        truth: (H,), what comes next, without noise.
        season: what the forecaster is told.
        offset: taken off the numbers of the table.
    """

    name: str
    history: Floats
    truth: Floats
    season: int = 12
    offset: float = 0.0


def cases() -> Iterator[Case]:
    """All odd series, always the same."""
    ones, random = np.ones(HORIZON), np.random.default_rng(0)
    steps = np.arange(120 + HORIZON)
    wave = 10 + 3 * np.sin(2 * np.pi * steps / 12)
    noisy = wave + random.normal(0, 0.3, len(steps))

    def cut(name: str, whole: Floats, truth: Floats | None = None, season: int = 12, offset: float = 0.0) -> Case:
        after = whole[120:] if truth is None else truth
        return Case(name, whole[:120].astype(np.float64), after.astype(np.float64), season, offset)

    yield Case("constant 7.5", np.full(60, 7.5), 7.5 * ones)
    yield Case("constant 0", np.zeros(60), 0 * ones)
    for count in range(1, 6):
        yield Case(counted(count, "value"), np.array([4.0, 5.0, 3.0, 4.5, 4.2])[:count], np.full(HORIZON, np.nan), 1)
    yield cut("a season and a little noise", noisy, wave[120:])
    yield from _zeros(random, ones)
    flat = 10 + random.normal(0, 2, 120)
    outlier, at_end = flat.copy(), flat.copy()
    outlier[70] = at_end[-1] = 1e4
    yield Case("10 ± 2, an outlier of 10,000 fifty steps ago", outlier, 10 * ones)
    yield Case("10 ± 2, the last value 10,000", at_end, 10 * ones)
    for ago in (50, 6):
        yield cut(f"a season, shifted by 20 {ago} steps ago", noisy + 20.0 * (steps >= 120 - ago), wave[120:] + 20)
    yield cut("a perfect line, 3 a step", 5.0 + 3 * steps)
    yield cut("a perfect line, season 1", 5.0 + 3 * steps, season=1)
    yield cut("5% growth a step", 5 * 1.05**steps)
    yield cut("5% growth a step, season 1", 5 * 1.05**steps, season=1)
    twenty = 10 + 5 * np.sin(2 * np.pi * steps / 20)
    yield cut("season 20, told 24", twenty + random.normal(0, 0.2, len(steps)), twenty[120:], 24)
    yield cut("season 12, told 1", noisy, wave[120:], 1)
    yield cut("season 12, told 7", noisy, wave[120:], 7)
    yield cut("plus 1e12 (shown without)", noisy + 1e12, wave[120:] + 1e12, offset=1e12)
    yield cut("times 1e-9", noisy * 1e-9, wave[120:] * 1e-9)
    yield cut("times 1e12", noisy * 1e12, wave[120:] * 1e12)
    yield cut("negated", -noisy, -wave[120:])
    counts = np.round(noisy)
    yield cut("whole numbers", counts, wave[120:])
    gaps = noisy.copy()
    gaps[random.random(len(gaps)) < 0.3] = np.nan
    yield cut("a season, 30% gaps", gaps, wave[120:])
    gaps = noisy.copy()
    gaps[100:120] = np.nan
    yield cut("a season, the last 20 are gaps", gaps, wave[120:])


def _zeros(random: np.random.Generator, ones: Floats) -> Iterator[Case]:
    """Series that are mostly zero; the truth is the median."""
    spikes = np.where(random.random(200) < 0.05, random.uniform(5, 8, 200), 0)
    yield Case("zeros, spikes of 5 to 8 in 5%", spikes, 0 * ones)
    demand = np.where(random.random(200) < 0.4, random.poisson(3, 200) + 1, 0).astype(np.float64)
    yield Case("counts, 60% zeros", demand, 0 * ones, 7)
    ended = np.r_[random.poisson(20, 100).astype(np.float64), np.zeros(50)]
    yield Case("demand of 20 that ended fifty steps ago", ended, 0 * ones, 7)


def probe(forecaster: Judged) -> str:
    """The table of all cases as Markdown; each is asked alone, and one that is refused says why."""
    rows = [_row(case, forecaster) for case in cases()]
    heads = [f"step {step + 1}: median, 80%, 95%" for step in _STEPS]
    return tables.table(["series", "season", "next, at these steps", *heads], rows)


def _row(case: Case, forecaster: Judged) -> list[str]:
    truth = "unknown" if np.isnan(case.truth).all() else _numbers((case.truth - case.offset)[list(_STEPS)])
    cells = [case.name, str(case.season), truth]
    try:
        forecast = forecaster.forecast([case.history], [case.season], HORIZON)[0]
    except InputError as error:
        return [*cells, f"refused: {error}", "", ""]
    for step in _STEPS:
        low95, low80, median, high80, high95 = forecast[step, list(_LEVELS.values())] - case.offset
        cells.append(f"{_numbers([median])} [{_numbers([low80, high80])}] [{_numbers([low95, high95])}]")
    return cells


def _numbers(numbers: Sequence[float] | Floats) -> str:
    return ", ".join(f"{number:.4g}" for number in numbers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--name", default="universal", help="of the forecaster (%(default)s)")
    parser.add_argument("--version", help="or a label; by default the one that serves")
    options = parser.parse_args()
    print(probe(Published.of(options.models, options.name, options.version)))


if __name__ == "__main__":
    main()
