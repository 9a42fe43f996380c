"""The tasks, as tests and benchmarks see them: one module of `testing.tiny` for each that there is a predictor for."""

from __future__ import annotations

from importlib import import_module

from seqserve.tasks import NAMES
from testing.task import Task

TASKS: dict[str, Task] = {name: import_module(f"testing.tiny.{name}").TASK for name in NAMES}
