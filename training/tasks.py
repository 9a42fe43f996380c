"""The tasks that models can be trained for."""

from __future__ import annotations

from importlib import import_module

from training.core.task import Task

NAMES = ("forecast", "sentiment", "translation")

TASKS: dict[str, Task] = {name: import_module(f"training.{name}.task").TASK for name in NAMES}
