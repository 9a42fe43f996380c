"""Each task states what generic modules ask of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import training
from training.core.config import JobConfig
from training.core.job import Job
from training.tasks import NAMES, TASKS

CORE = Path(training.__file__).parent / "core"


@pytest.mark.parametrize("name", NAMES)
def test_a_task_is_complete(name: str) -> None:
    task = TASKS[name]
    assert task.name == name
    assert issubclass(task.config, JobConfig)
    assert set(task.sources) <= set(task.config.model_fields["data"].annotation.model_fields)
    assert issubclass(task.job, Job)
    assert not task.job.__abstractmethods__
    assert task.job.task is task
    assert task.recipes.is_dir()


def test_core_imports_no_task_and_names_none() -> None:
    for path in CORE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(f".{name}" in module for module in modules for name in NAMES), path.name
            assert not (isinstance(node, ast.Constant) and node.value in NAMES), path.name
