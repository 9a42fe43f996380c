"""`python -m seqserve predict forecast`: forecasts the next steps of every series of a table."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seqserve.core.messages import counted
from seqserve.core.progress import Progress
from seqserve.core.task import Command
from seqserve.errors import InputError
from seqserve.forecast.bulk import queries
from seqserve.forecast.bulk.csv_file import ForecastFile
from seqserve.forecast.bulk.queries import Asked, Wanted
from seqserve.forecast.predictor import Forecast, Forecaster, ForecastQuery
from seqserve.tabular import read_options

if TYPE_CHECKING:
    from seqserve.tabular.table import Table

_BATCH = 256
"""Series that are forecast at once."""

_MOST_WARNINGS = 10


class ForecastCommand(Command[Forecaster]):
    help = "forecast the next steps of every series of a table"
    results = "forecasts"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--csv",
            type=Path,
            required=True,
            metavar="FILE",
            help="CSV, TSV, XLSX, Parquet or JSON Lines with a header",
        )
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="write a CSV with unique_id, ds, mean, lo-80, hi-80, ... (default: print JSON)",
        )
        add_wanted(parser)
        parser.add_argument(
            "--column",
            action="append",
            metavar="NAME",
            help="column of a feature of the model, in their order (default: by the names of the features)",
        )
        read_options.add_arguments(parser)

    def answer(self, predictor: Forecaster, options: argparse.Namespace) -> list[tuple[str, Forecast | InputError]]:
        """As the base says; with `--output`, the forecasts go there and only errors are returned."""
        from seqserve.tabular import series_table  # pandas takes a third of a second

        horizon = predictor.check(options.horizon, options.level, options.quantile)
        wanted = Wanted(horizon, options.level, options.quantile)
        table = series_table.read(options.csv, queries.columns(predictor, _said(predictor, options)))
        for line in table.report:
            print(f"seqserve: {line}", file=sys.stderr)
        asked = list(queries.queries(table, predictor, options.csv.name, wanted))
        answers = _answered(predictor, table, asked)
        if options.output is None:
            return [(_place(options.csv.name, query), answer) for query, answer in answers]
        warnings: Counter[str] = Counter()
        failed: list[tuple[str, Forecast | InputError]] = []
        with (
            ForecastFile(options.output, options.level, options.quantile) as file,
            Progress(len(asked), "series") as progress,
        ):
            for query, answer in answers:
                progress.add(1)
                if isinstance(answer, InputError):
                    failed.append((_place(options.csv.name, query), answer))
                else:
                    warnings.update(answer.warnings)
                    file.add(answer, len(query.values))
        _tell(warnings)
        return failed

    def is_printed(self, options: argparse.Namespace) -> bool:
        return options.output is None

    def result(self, answer: Forecast | InputError) -> dict[str, Any]:
        """All fields; without dates in the table `timestamps` is null."""
        if isinstance(answer, InputError):
            return super().result(answer)
        found = asdict(answer)
        if answer.quantiles is None:
            del found["quantiles"]
        return found


def add_wanted(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what is wanted of each series: `--horizon`, `--level` and `--quantile`."""
    parser.add_argument("--horizon", type=int, metavar="N", help="steps to forecast (default: the model's own)")
    parser.add_argument(
        "--level", type=_levels, default=[], metavar="N,N", help="levels of intervals in percent, such as 80,95"
    )
    parser.add_argument("--quantile", type=_quantiles, default=[], metavar="X,X", help="quantiles, such as 0.1,0.5,0.9")


def _said(predictor: Forecaster, options: argparse.Namespace) -> read_options.ReadOptions:
    """What the user says of the table; `--column` names the model's features in their order."""
    said = read_options.from_arguments(options)
    if not options.column:
        return said
    if len(options.column) != len(predictor.features):
        needs = f"this model needs {len(predictor.features)}: {', '.join(predictor.features)}"
        raise ValueError(f"--column names {counted(len(options.column), 'column')}, {needs}")
    named = dict(zip(predictor.features, options.column, strict=True))
    target = named.pop(predictor.target)
    return replace(said, target=[target], features=list(named.values()))


def _answered(
    predictor: Forecaster, table: Table, asked: Iterable[Asked]
) -> Iterator[tuple[ForecastQuery, Forecast | InputError]]:
    """Each query with its answer, a batch at a time; a table knows more of its steps than a query can say."""
    left = iter(asked)
    while batch := list(islice(left, _BATCH)):
        found = predictor.predict([query for query, _ in batch])
        for (query, series), answer in zip(batch, found, strict=True):
            if isinstance(answer, Forecast) and (stamps := queries.ahead(table, series, len(answer.mean))):
                answer = replace(answer, timestamps=stamps)
            yield query, answer


def _place(name: str, query: ForecastQuery) -> str:
    return name if query.id == name else f"{name}, series {query.id}"


def _tell(warnings: Counter[str]) -> None:
    """Say the most frequent warnings, each once."""
    for warning, count in warnings.most_common(_MOST_WARNINGS):
        print(f"seqserve: {count:,} series: {warning}", file=sys.stderr)
    if len(warnings) > _MOST_WARNINGS:
        print(f"seqserve: and {counted(len(warnings) - _MOST_WARNINGS, 'more warning')}", file=sys.stderr)


def _levels(text: str) -> list[int]:
    try:
        return [int(level) for level in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers such as 80,95") from None


def _quantiles(text: str) -> list[float]:
    try:
        return [float(quantile) for quantile in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers such as 0.1,0.5,0.9") from None
