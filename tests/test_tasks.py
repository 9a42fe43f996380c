"""A task has a folder of the same files in each package, and is in each package's list."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

import pytest

import seqserve.tasks
from seqserve.core.predictor import Predictor

CHECKOUT = Path(__file__).parents[1]
FILES = {
    "seqserve": {"task.py", "predictor.py", "config.py", "command.py"},
    "service": {"task.py", "route.py", "schemas.py"},
    "training": {"task.py", "config.py", "train.py", "datasets.py", "metrics.py"},
}


@pytest.mark.parametrize("package", FILES)
def test_the_packages_list_the_same_tasks(package: str) -> None:
    tasks = import_module(f"{package}.tasks")
    assert tasks.NAMES == seqserve.tasks.NAMES
    assert tuple(tasks.TASKS) == tasks.NAMES


@pytest.mark.parametrize("package", FILES)
def test_a_folder_with_a_task_file_is_in_the_list(package: str) -> None:
    files = (CHECKOUT / package).glob("*/task.py")
    folders = {path.parent.name for path in files if "\nTASK = Task(" in path.read_text()}
    assert folders == set(seqserve.tasks.NAMES)


@pytest.mark.parametrize("package", FILES)
@pytest.mark.parametrize("name", seqserve.tasks.NAMES)
def test_a_task_has_the_files_of_the_others(package: str, name: str) -> None:
    there = {path.name for path in (CHECKOUT / package / name).glob("*.py")}
    assert FILES[package] - there == set()


@pytest.mark.parametrize("name", seqserve.tasks.NAMES)
def test_a_task_states_its_predictor_and_command(name: str) -> None:
    task = seqserve.tasks.TASKS[name]
    assert issubclass(task.predictor, Predictor)
    assert task.predictor.__module__ == f"seqserve.{name}.predictor"
    parser = argparse.ArgumentParser()
    task.command.add_arguments(parser)
    assert all(action.help for action in parser._actions if action.option_strings)
