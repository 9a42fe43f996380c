"""A log of predictions as a Parquet file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from seqserve.prediction_log.database import Database
from seqserve.prediction_log.logged import Logged
from seqserve.prediction_log.reading import rows

_TIME = pa.timestamp("us", tz="UTC")
_TYPES = {"time": _TIME, "feedback_time": _TIME, "seconds": pa.float64()}
_NAMES = [field.name for field in fields(Logged)]
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in _NAMES])


def export(
    database: Database, path: Path, *, task: str | None = None, model: str | None = None, since: datetime | None = None
) -> int:
    """Write predictions and what was said of them, a row each; returns how many.

    The file is there only once it is whole; one of this name is replaced.

    Args:
        task, model: only those of this one.
        since: only later ones.

    Raises:
        LogError: the log cannot be read.
        OSError: the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    count = 0
    try:
        with pq.ParquetWriter(unfinished, _SCHEMA) as writer:
            for part in rows(database, task=task, model=model, since=since):
                writer.write_table(_table(part))
                count += len(part)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _table(part: Sequence[Logged]) -> pa.Table:
    columns = {name: [getattr(row, name) for row in part] for name in _NAMES}
    return pa.table(columns, schema=_SCHEMA)
