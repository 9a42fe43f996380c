"""`python -m seqserve predict forecast`: forecasts the next steps of a CSV."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from seqserve.core.task import Command
from seqserve.errors import InputError
from seqserve.forecast import timestamps
from seqserve.forecast.predictor import Forecast, Forecaster, ForecastQuery


class ForecastCommand(Command[Forecaster]):
    help = "forecast the next steps of a CSV file"
    results = "forecasts"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--csv", type=Path, required=True, metavar="FILE", help="CSV or TSV file with a header")
        parser.add_argument(
            "--column",
            action="append",
            metavar="NAME",
            help="column to read; repeat it for several features (default: the model's features)",
        )
        parser.add_argument("--horizon", type=int, metavar="N", help="steps to forecast (default: the model's own)")
        parser.add_argument(
            "--level", type=_levels, default=[], metavar="N,N", help="levels of intervals in percent, such as 80,95"
        )

    def answer(self, predictor: Forecaster, options: argparse.Namespace) -> list[tuple[str, Forecast]]:
        from seqserve.tabular import series_table  # pandas takes a third of a second

        table = series_table.read(options.csv, options.column or predictor.config.features)
        for line in table.report:
            print(f"seqserve: {line}", file=sys.stderr)
        query = ForecastQuery(table.values.tolist(), options.csv.name, horizon=options.horizon, levels=options.level)
        (answer,) = predictor.predict([query])
        if isinstance(answer, InputError):
            raise answer
        if table.times is not None and table.frequency is not None:
            # Counting from the last row gives the right dates even if days before it are missing.
            ahead = timestamps.following(table.times[-1].isoformat(), table.frequency, 1, len(answer.mean))
            answer = replace(answer, timestamps=list(ahead))
        return [(options.csv.name, answer)]

    def result(self, answer: Forecast) -> dict[str, Any]:
        """All fields; without dates in the table `timestamps` is null."""
        return asdict(answer)


def _levels(text: str) -> list[int]:
    try:
        return [int(level) for level in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers such as 80,95") from None
