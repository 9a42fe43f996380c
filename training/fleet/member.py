"""Trains the model of one group, in any process, on any machine."""

from __future__ import annotations

import contextlib
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqserve.errors import SeqserveError
from seqserve.object_storage.address import Address
from training import startup_logs
from training.core.download import DataError
from training.core.task import Task


@dataclass(frozen=True)
class Member:
    """What to train.

    Args:
        name: of the model.
        settings: of the job, without name and data.
        table: the rows of the group, CSV.
        folder: in which the table and the log of the training are written.
        label: of the version.
    """

    task: Task
    name: str
    settings: dict[str, Any]
    table: bytes
    models: Path | Address
    checkpoints: Path
    folder: Path
    label: str
    even_if_worse: bool


@dataclass(frozen=True)
class Result:
    """What came of it.

    Args:
        score, baseline: the score that decides, of the test part; the best baseline's.
        released: whether the version has the label.
        worse_than: baselines that are better.
        failed: why nothing was published.
    """

    name: str
    version: str | None = None
    score: float | None = None
    baseline: float | None = None
    baseline_name: str | None = None
    released: bool = False
    worse_than: tuple[str, ...] = ()
    seconds: float = 0.0
    failed: str | None = None


def run(member: Member, told: Callable[[int, float], bool]) -> Result:
    """Train, publish and label; what is said on the way is in the log."""
    startup_logs.load_tensorflow()
    import keras

    began = time.monotonic()
    keras.backend.clear_session()
    member.folder.mkdir(parents=True, exist_ok=True)
    csv = member.folder / f"{member.name}.csv"
    csv.write_bytes(member.table)
    with (
        (member.folder / f"{member.name}.log").open("a") as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
    ):
        try:
            return _trained(member, csv, began)
        except (DataError, SeqserveError, ValueError, OSError) as error:
            print(f"failed: {error}")
            return Result(member.name, failed=" ".join(str(error).split()), seconds=time.monotonic() - began)
        except Exception as error:  # one group must not stop the others
            traceback.print_exc(file=log)
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
            return Result(member.name, failed=reason, seconds=time.monotonic() - began)


def _trained(member: Member, csv: Path, began: float) -> Result:
    from training.core import release

    task, data = member.task, member.settings.get("data", {})
    settings = {**member.settings, "name": member.name, "data": {**data, "csv": csv}}
    config = task.config.model_validate(settings)
    published = release.train(task, config, member.models, member.checkpoints, member.label, member.even_if_worse)
    metrics, scoring = published.version.json("metrics.json"), task.scoring
    best = scoring.best(metrics["baselines"])
    return Result(
        name=member.name,
        version=published.key.version,
        score=metrics["test"][scoring.decides],
        baseline=metrics["baselines"][best][scoring.decides] if best else None,
        baseline_name=best,
        released=published.released,
        worse_than=tuple(metrics["worse_than"]),
        seconds=time.monotonic() - began,
    )
