"""The subcommands of `python -m seqserve log`: the log of predictions that the service keeps."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from seqserve.core.messages import counted
from seqserve.prediction_log.address import parse
from seqserve.registry.store import Store


def _export(store: Store, options: argparse.Namespace) -> int:
    url = options.log or os.environ.get("SEQSERVE_PREDICTION_LOG")
    if not url:
        raise ValueError("name the log of predictions: --log, or SEQSERVE_PREDICTION_LOG")
    if options.output.suffix.lower() != ".parquet":
        raise ValueError(f"{options.output.name} is no .parquet file, the only format there is")
    address = parse(url)
    address.check_installed()
    if find_spec("pyarrow") is None:
        raise ValueError("Parquet needs pyarrow, not installed here: pip install 'seqserve[tables]'")
    from seqserve.prediction_log.database import Database  # what a database needs is an extra
    from seqserve.prediction_log.export import export

    database = Database(address)
    try:
        count = export(database, options.output, task=options.task, model=options.model, since=options.since)
    finally:
        database.close()
    print(f"{counted(count, 'prediction')} written to {options.output}", file=sys.stderr)
    return 0


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        example = "2026-11-30 or 2026-11-30T12:00Z"
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 time, such as {example}") from None


def add(commands: Any) -> None:
    """Add the subcommands."""
    group = commands.add_parser("log", help="the log of predictions").add_subparsers(required=True, metavar="COMMAND")
    about = "write logged predictions, and what was said of them, to a Parquet file"
    export = group.add_parser("export", help=about, description=f"{about[0].upper()}{about[1:]}.")
    export.add_argument(
        "--log",
        metavar="URL",
        help="sqlite:///FILE or postgresql://... (default: SEQSERVE_PREDICTION_LOG, which others do not see)",
    )
    export.add_argument("--output", type=Path, required=True, metavar="FILE", help="the .parquet file")
    export.add_argument("--task", metavar="TASK", help="only its predictions")
    export.add_argument("--model", metavar="NAME", help="only its predictions")
    export.add_argument(
        "--since", type=_time, metavar="TIME", help="only later ones, ISO 8601, UTC unless it says a zone"
    )
    export.set_defaults(run=_export)
