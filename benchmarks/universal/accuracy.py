"""Tables of a pretrained forecaster beside statistical methods, on held-out windows of all sets of series.

    python -m benchmarks.universal.accuracy [--models FOLDER] [--name universal] [--version VERSION]
        [--without-model] [--statistics NAME ...] [--sets NAME ...] [--most 60] [--cached] [--cache FOLDER]

Of every set at most 60 windows are scored, the same for all methods; more of them tell two forecasters apart better.
The slow statistics have the first of them only, and are compared on these (`statistics.STATISTICS`). What statistics
forecast is kept in the cache's folder; the first run takes about two hours. `--cached` does with what is there.

Scores are relative to the seasonal naive forecast, and averaged over sets as geometric means. One value is given for
each: MASE / SQL, the median's absolute error and the loss of the quantiles 0.1 to 0.9, both over MASE's scale.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from benchmarks.universal import tables
from benchmarks.universal.cache import Cache
from benchmarks.universal.forecasters import Judged, Published, judge
from benchmarks.universal.statistics import STATISTICS
from benchmarks.universal.tables import REFERENCE, SetResults
from training.forecast.universal.evaluation import scoring
from training.forecast.universal.evaluation.scoring import Result
from training.forecast.universal.evaluation.windows import MOST_WINDOWS, SeriesSet, Window, frequency, windows


def results(
    sets: Sequence[SeriesSet],
    caches: Sequence[Cache],
    judged: dict[str, Judged] | None = None,
    cached: bool = False,
    most: int = MOST_WINDOWS,
) -> list[SetResults]:
    """The results of statistics and forecasters on all sets to train on or to judge by that have windows.

    Args:
        caches: of the statistics; the reference must be among them.
        judged: forecasters by name.
        cached: whether to do without the forecasts of statistics that were not made yet.
        most: windows of a set.
    """
    found = []
    for series_set in sets:
        chosen = windows(series_set, most)
        if series_set.use == "neither" or not chosen:
            continue
        print(series_set.name, file=sys.stderr, flush=True)
        made = {cache.name: _statistic(cache, chosen, cached and cache.name != REFERENCE) for cache in caches}
        methods = {name: result for name, result in made.items() if result.scores}
        methods |= {name: judge(forecaster, chosen) for name, forecaster in (judged or {}).items()}
        found.append(SetResults(series_set.name, frequency(series_set), series_set.use == "train", methods))
    return found


def _statistic(cache: Cache, chosen: Sequence[Window], cached: bool) -> Result:
    own = chosen[: STATISTICS[cache.name].most(chosen[0].scale_season)]
    if cached:
        own = list(takewhile(lambda window: cache.get(window) is not None, own))
    made = [cache.make(window) for window in own]
    milliseconds = sum(one.milliseconds for one in made) / max(len(made), 1)
    return scoring.score(own, [one.forecast for one in made], milliseconds, sum(one.failed for one in made))


def report(found: Sequence[SetResults], statistics: Sequence[str], judged: Sequence[str]) -> str:
    """The tables as Markdown."""
    methods = [*statistics, *judged]
    parts = [tables.by_frequency(found, methods), tables.held_by_frequency(found, methods)]
    parts += [tables.beside(found, name, [other for other in methods if other != name]) for name in judged]
    return "\n\n".join([*parts, tables.by_set(found, methods)])


def main() -> None:
    from training.forecast.universal import sources

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--name", default="universal", help="of the forecaster (%(default)s)")
    parser.add_argument("--version", help="or a label; by default the one that serves")
    parser.add_argument("--without-model", action="store_true", help="score the statistics alone")
    parser.add_argument("--statistics", nargs="*", default=list(STATISTICS), choices=list(STATISTICS), metavar="NAME")
    parser.add_argument("--sets", nargs="*", metavar="NAME", help="by default all")
    parser.add_argument("--most", type=int, default=MOST_WINDOWS, help="windows of a set (%(default)s)")
    parser.add_argument("--cached", action="store_true", help="make no forecast by statistics")
    parser.add_argument("--cache", type=Path, default=Path(".cache/universal"), help="(%(default)s)")
    options = parser.parse_args()
    judged: dict[str, Judged] = {}
    if not options.without_model:
        judged[options.name] = Published.of(options.models, options.name, options.version)
    sets = sources.sets()
    unknown = sorted(set(options.sets or ()) - {one.name for one in sets})
    if unknown:
        parser.error(f"no set {', '.join(unknown)}; there are: {', '.join(one.name for one in sets)}")
    sets = [one for one in sets if not options.sets or one.name in options.sets]
    statistics = [name for name in STATISTICS if name in {REFERENCE, *options.statistics}]
    found = results(sets, [Cache(options.cache, name) for name in statistics], judged, options.cached, options.most)
    print(report(found, statistics, list(judged)))


if __name__ == "__main__":
    main()
