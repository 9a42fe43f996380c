"""The tasks that are served: the one list of this package that a new task is added to."""

from __future__ import annotations

from importlib import import_module

from service.inference.task import Task

NAMES = ("forecast", "sentiment", "translation", "classify", "tag", "complete")

TASKS: dict[str, Task] = {name: import_module(f"service.{name}.task").TASK for name in NAMES}
