"""`python -m training TASK`: trains one model."""

from __future__ import annotations

from typing import Any

from training.core import flags, release
from training.core.task import Task


def run(task: Task, options: dict[str, Any]) -> int:
    """Train one model; the exit status."""
    config = task.config.model_validate(flags.merged(task, options))
    release.prepare(options["models"], options["release_as"])
    release.train(
        task, config, options["models"], options["checkpoints"], options["release_as"], options["even_if_worse"]
    )
    return 0
