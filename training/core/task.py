"""What the command line knows of a task before Keras is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.core.config import JobConfig
from training.core.scoring import Scoring

if TYPE_CHECKING:
    from training.core.job import Job


@dataclass(frozen=True)
class Task:
    """A task that models can be trained for: the folder `training/<name>/`; or one more job for the models of a task.

    Args:
        name: of the task and of its folder; of the job.
        purpose: what the job does, a line of `--help`.
        sources: fields of the `data` section that name a source of data.
        scoring: what its scores are and which decides.
        package: that it is in, if not `training.<name>`.
        task: that its models are served for, if that has another name.
    """

    name: str
    purpose: str
    sources: tuple[str, ...]
    scoring: Scoring
    package: str = ""
    task: str = ""

    @property
    def serves(self) -> str:
        """The task that its models are served for."""
        return self.task or self.name

    @property
    def config(self) -> type[JobConfig]:
        """The settings of its job, `CONFIG` in its `config.py`. Free of Keras."""
        config: type[JobConfig] = import_module(f"{self._package}.config").CONFIG
        return config

    @property
    def job(self) -> type[Job[Any, Any, Any, Any]]:
        """Its job, `JOB` in its `train.py`. Loads Keras."""
        job: type[Job[Any, Any, Any, Any]] = import_module(f"{self._package}.train").JOB
        return job

    @property
    def recipes(self) -> Path:
        """The folder of its recipes."""
        return Path(__file__).parents[2] / self._package.replace(".", "/") / "recipes"

    @property
    def _package(self) -> str:
        return self.package or f"training.{self.name}"
