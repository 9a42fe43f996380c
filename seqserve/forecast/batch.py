"""`python -m seqserve batch forecast`: forecasts every series of files."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from seqserve.core.batch_scoring import ERROR, WARNINGS, BatchScoring, Opened, Scored
from seqserve.errors import InputError
from seqserve.forecast import command
from seqserve.forecast.bulk import queries
from seqserve.forecast.bulk.queries import Asked, Wanted
from seqserve.forecast.predictor import Forecast, Forecaster, ForecastQuery
from seqserve.tabular import read_options
from seqserve.tabular.read_options import ReadOptions

if TYPE_CHECKING:
    import pyarrow as pa

    from seqserve.tabular.table import Table

SERIES = "unique_id"


class ForecastBatch(BatchScoring[Forecaster]):
    """A row of the output is a step of a series: `unique_id, ds, mean, lo-80, hi-80, ..., q-0.1, ...`.

    A series that cannot be forecast has one row, with its error. A file is read whole, as `seqserve look` reads it.
    """

    noun = "series"
    block = 500

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        command.add_wanted(parser)
        read_options.add_arguments(parser)

    def said(self, options: argparse.Namespace) -> dict[str, Any]:
        wanted = {"horizon": options.horizon, "levels": options.level, "quantiles": options.quantile}
        return wanted | {"reading": asdict(read_options.from_arguments(options))}

    def check(self, predictor: Forecaster, said: Mapping[str, Any]) -> None:
        _wanted(predictor, said)

    def count(self, file: Opened) -> int | None:
        return None

    def read(
        self, files: Sequence[Opened], predictor: Forecaster, said: Mapping[str, Any], size: int
    ) -> Iterator[pa.Table]:
        import pandas as pd
        import pyarrow as pa

        from seqserve.tabular import series_table

        wanted = _wanted(predictor, said)
        options = queries.columns(predictor, ReadOptions(**said["reading"]))
        frames = [series_table.parse(file.name, file.stream.read(), options) for file in files]
        name = files[0].name if len(files) == 1 else f"{len(files)} files"
        for frame in frames[1:]:
            if list(frame.columns) != list(frames[0].columns):
                raise ValueError(f"{name} do not have the same columns, so they are not one table")
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
        table = series_table.clean(frame, options, name)
        for line in table.report:
            print(f"seqserve: {name}: {line}", file=sys.stderr)
        asked = queries.queries(table, predictor, name, wanted)
        while batch := list(islice(asked, size)):
            yield pa.table(
                {
                    "query": [json.dumps(asdict(query)) for query, _ in batch],
                    "ahead": pa.array([_ahead(table, one, wanted.horizon) for one in batch], pa.list_(pa.string())),
                }
            )

    def score(self, predictor: Forecaster, block: pa.Table, said: Mapping[str, Any]) -> Scored:
        wanted = _wanted(predictor, said)
        asked = [ForecastQuery(**json.loads(query)) for query in block.column("query").to_pylist()]
        answers = predictor.predict(asked)
        table = _table(asked, answers, block.column("ahead").to_pylist(), wanted)
        codes = Counter(answer.code for answer in answers if isinstance(answer, InputError))
        warned = sum(bool(answer.warnings) for answer in answers if isinstance(answer, Forecast))
        return Scored(table, len(answers), dict(codes), warned)


def _wanted(predictor: Forecaster, said: Mapping[str, Any]) -> Wanted:
    levels, quantiles = said["levels"], said["quantiles"]
    return Wanted(predictor.check(said["horizon"], levels, quantiles), levels, quantiles)


def _ahead(table: Table, asked: Asked, horizon: int) -> list[str] | None:
    return queries.ahead(table, asked.series, horizon)


def _table(
    asked: Sequence[ForecastQuery],
    answers: Sequence[Forecast | InputError],
    ahead: Sequence[Sequence[str] | None],
    wanted: Wanted,
) -> pa.Table:
    """A row for each step of each series, and one for an error."""
    import pyarrow as pa

    levels = list(dict.fromkeys(map(str, wanted.levels)))
    quantiles = list(dict.fromkeys(map(str, wanted.quantiles)))
    numbers: dict[str, list[float | None]] = {
        name: []
        for name in (
            "mean",
            *(f"{side}-{level}" for level in levels for side in ("lo", "hi")),
            *(f"q-{one}" for one in quantiles),
        )
    }
    ids: list[str] = []
    stamps: list[str | None] = []
    errors: list[str | None] = []
    warnings: list[list[str]] = []
    for query, answer, times in zip(asked, answers, ahead, strict=True):
        if isinstance(answer, InputError):
            _add(numbers, [[None]] * len(numbers))
            stamps.append(None)
            count, error, warned = 1, f"{answer.code}: {answer}", []
        else:
            bounds = [answer.intervals[level][side] for level in levels for side in ("lower", "upper")]
            _add(numbers, [answer.mean, *bounds, *((answer.quantiles or {})[one] for one in quantiles)])
            count, steps = len(answer.mean), len(query.values)
            stamps += times or answer.timestamps or map(str, range(steps + 1, steps + count + 1))
            error, warned = None, answer.warnings
        ids += [str(query.id)] * count
        errors += [error] * count
        warnings += [warned] * count
    return pa.table(
        {
            SERIES: pa.array(ids, pa.string()),
            "ds": pa.array(stamps, pa.string()),
            **{name: pa.array(column, pa.float64()) for name, column in numbers.items()},
            ERROR: pa.array(errors, pa.string()),
            WARNINGS: pa.array(warnings, pa.list_(pa.string())),
        }
    )


def _add(numbers: dict[str, list[float | None]], columns: Sequence[Sequence[float | None]]) -> None:
    for found, column in zip(numbers.values(), columns, strict=True):
        found += column
