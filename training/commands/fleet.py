"""`python -m training fleet --csv FILE --by COLUMN`: trains a model for each group of a table."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from training.commands import engines
from training.core import flags, release
from training.core.download import DataError
from training.tasks import TASKS

_TASK = "forecast"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags: those of a forecast, and what tells groups apart."""
    flags.add(parser, TASKS[_TASK])
    group = parser.add_argument_group("fleet")
    group.add_argument(
        "--by", required=True, type=lambda text: text.split(","), metavar="NAME,...", help="columns that name a group"
    )
    engines.add(group, "groups")


def run(options: dict[str, Any]) -> int:
    """Train a model for each group; the exit status is 1 if one failed.

    Raises:
        DataError, ValueError: there is no such table or column, or a setting is wrong.
    """
    from seqserve.tabular.read_options import ReadOptions
    from training.fleet import groups, report
    from training.fleet.fleet import Fleet
    from training.fleet.member import Member
    from training.forecast.config import ForecastJob

    task = TASKS[_TASK]
    settings = flags.merged(task, options)
    config = ForecastJob.model_validate(settings)
    data = config.data
    if data.csv is None or data.dataset or data.ticker:
        raise DataError("--by needs a table of one's own, --csv")
    reading = {name: getattr(data, name) for name in ReadOptions.__dataclass_fields__ if hasattr(data, name)}
    reading["features"] = [*data.past, *data.features]
    grouped = groups.read(data.csv, options["by"], ReadOptions(**reading), config.name)
    _tell(grouped)
    given = {name: value for name, value in settings["data"].items() if name != "csv"}
    settings = {**settings, "data": {**grouped.roles, **{name: value for name, value in given.items() if value}}}
    release.prepare(options["models"], options["release_as"])
    from training.core import fitting

    described = json.dumps([settings, options["by"], str(options["models"])], default=str, sort_keys=True)
    content = hashlib.sha256(data.csv.read_bytes()).hexdigest()
    folder: Path = options["checkpoints"] / f"fleet-{fitting.checkpoint_name(described, content)}"

    def member(group: groups.Group, table: bytes) -> Member:
        where = options["models"], options["checkpoints"], folder
        return Member(task, group.name, settings, table, *where, options["release_as"], options["even_if_worse"])

    with fitting.held(folder):
        fleet = Fleet(grouped, member, folder)
        if fleet.before:
            print(f"goes on: {fleet.before} of {len(grouped.groups)} groups were published before", flush=True)
        from training.fleet import member as members

        engines.run(members.run, fleet, options)
        report.write(fleet, grouped.groups, folder)
        report.show(fleet, grouped.groups, task.scoring.headings[task.scoring.decides])
    return _summary(fleet, folder, report.TABLES)


def _tell(grouped: Any) -> None:
    """Say what was understood of the table."""
    print(f"{len(grouped.groups)} groups, a model each")
    if grouped.left_out:
        print(f"{grouped.left_out} rows are of no group, as a cell is empty: they are left out")
    if grouped.why:
        print(f"the table as a whole is not understood, so each group is read by itself: {grouped.why}")
    else:
        print("; ".join(f"{name}: {', '.join(columns)}" for name, columns in grouped.roles.items() if columns))


def _summary(fleet: Any, folder: Path, tables: tuple[str, ...]) -> int:
    results = fleet.results.values()
    failed = sum(result.failed is not None for result in results)
    released = sum(result.released for result in results)
    print(
        f"{released} released, {len(results) - released - failed} worse than a baseline, {failed} failed; tables, logs "
        f"and the rows of each group: {folder} ({', '.join(tables)})"
    )
    if failed:
        print("the same command tries those that failed again")
    return 1 if failed else 0
