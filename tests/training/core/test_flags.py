"""Flags, recipes and how they go together."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from training.core import flags
from training.core.download import DataError
from training.tasks import TASKS


def merged(task: str, *arguments: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    flags.add(parser, TASKS[task])
    return flags.merged(TASKS[task], vars(parser.parse_args(arguments)))


def test_flags_overrule_a_recipe(tmp_path: Path) -> None:
    recipe = tmp_path / "own.yaml"
    recipe.write_text("name: sales\ndata: {csv: sales.csv, target: Sales}\nfit: {epochs: 3, patience: 2}\n")
    job = merged("forecast", "--recipe", str(recipe), "--epochs", "7")
    assert job["name"] == "sales"
    assert job["data"] == {"csv": "sales.csv", "target": "Sales"}
    assert job["fit"] == {"epochs": "7", "patience": 2}


@pytest.mark.parametrize("source", ["--csv=new.csv", "--dataset=new"])
def test_other_data_drops_the_source_of_a_recipe_and_its_name(tmp_path: Path, source: str) -> None:
    recipe = tmp_path / "own.yaml"
    recipe.write_text("name: sales\ndata: {csv: sales.csv, ticker: S, target: Sales}\n")
    job = merged("forecast", "--recipe", str(recipe), source)
    assert job["name"] == "new"
    assert set(job["data"]) == {source[2:].split("=")[0], "target"}


def test_a_list_is_separated_by_commas() -> None:
    assert merged("forecast", "--csv", "a.csv", "--units", "32,16")["network"]["units"] == ["32", "16"]


@pytest.mark.parametrize("content", ["- a list", "data: text", "a: [b"])
def test_what_is_no_recipe_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "own.yaml").write_text(content)
    with pytest.raises(DataError, match=r"own\.yaml is (no recipe|not YAML)"):
        merged("sentiment", "--recipe", str(tmp_path / "own.yaml"))


def test_a_recipe_that_is_not_there_says_where_to_look() -> None:
    with pytest.raises(DataError, match="'python -m training translation --help' lists them"):
        merged("translation", "--recipe", "nowhere")


@pytest.mark.parametrize("task", TASKS)
def test_every_recipe_is_one_of_its_task(task: str) -> None:
    recipes = sorted(TASKS[task].recipes.glob("*.yaml"))
    assert recipes
    for recipe in recipes:
        TASKS[task].config.model_validate(merged(task, "--recipe", recipe.stem))


@pytest.mark.parametrize(
    ("task", "line"),
    [
        ("forecast", "--cell {rnn,lstm,gru}"),
        ("forecast", "--window INT"),
        ("forecast", "--units INT,..."),
        ("forecast", "--csv PATH"),
        ("forecast", "--dropout NUMBER"),
        ("forecast", "what wins on the validation part (default: auto)"),
        ("forecast", "(default: window)"),
        ("sentiment", "--pooling {last,max,mean},..."),
        ("sentiment", "(default: max,mean)"),
        ("sentiment", "at most (default: 10)"),  # of the job, not of fits in general
        ("translation", "both sides in lower case (default: no)"),
    ],
)
def test_help_has_types_choices_and_defaults(task: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    parser = argparse.ArgumentParser()
    flags.add(parser, TASKS[task])
    assert line in parser.format_help()


@pytest.mark.parametrize("task", TASKS)
def test_every_flag_is_explained(task: str) -> None:
    for name, section in flags._sections(TASKS[task].config).items():
        for field, info in type(section).model_fields.items():
            assert info.description, f"{name}.{field} has no description"
