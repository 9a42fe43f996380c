"""The tasks that models can be trained for."""

from __future__ import annotations

from importlib import import_module

from training.core.task import Task

NAMES = ("forecast", "sentiment", "translation", "classify", "tag", "complete")

_MODULES = {name: import_module(f"training.{name}.task") for name in NAMES}

TASKS: dict[str, Task] = {name: module.TASK for name, module in _MODULES.items()}

JOBS: dict[str, Task] = TASKS | {
    job.name: job for module in _MODULES.values() for job in getattr(module, "MORE_JOBS", ())
}
"""What `python -m training` can do: a job for each task, and those that some have beside it."""
