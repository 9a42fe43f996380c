"""The flags of a job, made from its settings, and the recipe that they overrule."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from seqserve.object_storage import address
from seqserve.registry.store import STABLE
from training.core.config import JobConfig
from training.core.download import DataError
from training.core.task import Task

_METAVARS = {int: "INT", float: "NUMBER", str: "TEXT", Path: "PATH", SecretStr: "URL"}


def add(parser: argparse.ArgumentParser, task: Task) -> None:
    """Add the flags of a task's job: one for each field of each section, and those that all jobs have."""
    recipes = sorted(path.stem for path in task.recipes.glob("*.yaml"))
    models = os.environ.get("SEQSERVE_MODELS") or "models"
    parser.add_argument("--recipe", metavar="RECIPE", help=f"a file, or one of {', '.join(recipes)}")
    parser.add_argument("--name", metavar="TEXT", help="of the model (default: that of the recipe or of the data)")
    where = "the models tree, a folder or s3://BUCKET/PREFIX (%(default)s)"
    parser.add_argument("--models", type=address.parse, default=models, metavar="PATH", help=where)
    checkpoints: dict[str, Any] = {"type": Path, "default": Path(".checkpoints"), "metavar": "PATH"}
    parser.add_argument("--checkpoints", help="where an interrupted job resumes (%(default)s)", **checkpoints)
    label = "label of the new version (%(default)s); another one than stable leaves what is served as it is"
    parser.add_argument("--release-as", dest="release_as", default=STABLE, metavar="LABEL", help=label)
    parser.add_argument("--even-if-worse", action="store_true", help="label it stable though it loses to a baseline")
    for section, defaults in _sections(task.config).items():
        group = parser.add_argument_group(section)
        for name, field in type(defaults).model_fields.items():
            flag, kind = f"--{name.replace('_', '-')}", field.annotation
            details: dict[str, Any] = {"dest": f"{section}.{name}", "help": _help(field, getattr(defaults, name))}
            if kind in (bool, bool | None):
                details["action"] = argparse.BooleanOptionalAction
            else:
                details["metavar"] = _metavar(kind)
            if get_origin(kind) is list:
                details["type"] = lambda text: text.split(",")
            group.add_argument(flag, **details)


def merged(task: Task, options: dict[str, Any]) -> dict[str, Any]:
    """The settings of a job: the recipe, overruled by the flags that were given.

    Flags that name a source of data replace the recipe's source, and its name.

    Raises:
        DataError: there is no such recipe, or it is none.
    """
    job = _recipe(task, options["recipe"]) if options["recipe"] else {}
    if any(options.get(f"data.{source}") for source in task.sources):
        job.pop("name", None)
        for source in task.sources:
            job.get("data", {}).pop(source, None)
    for name, value in options.items():
        section, _, field = name.partition(".")
        if field and value is not None:
            job.setdefault(section, {})[field] = value
    for section, defaults in _sections(task.config).items():
        job[section] = defaults.model_dump(exclude_unset=True) | job.get(section, {})
    own = task.config.model_fields["name"]
    usual = "model" if own.is_required() else own.default
    source = next((job["data"][name] for name in task.sources if job["data"].get(name)), usual)
    job["name"] = options["name"] or job.get("name") or _slug(source) or usual
    return job


def _sections(config: type[JobConfig]) -> dict[str, BaseModel]:
    """The sections of a job by name, `data` first and `fit` last, with their defaults."""
    sections = {name: field.default for name, field in config.model_fields.items()}
    ordered = sorted(sections.items(), key=lambda item: item[0] == "fit")
    return {name: default for name, default in ordered if isinstance(default, BaseModel)}


def _recipe(task: Task, name: str) -> dict[str, Any]:
    path = task.recipes / f"{name}.yaml"
    path = path if path.is_file() else Path(name)
    if not path.is_file():
        raise DataError(f"no recipe {name!r}; 'python -m training {task.name} --help' lists them")
    try:
        job = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise DataError(f"{path.name} is not YAML: {error}") from None
    if not isinstance(job, dict) or not all(isinstance(job[key], dict) for key in job if key != "name"):
        raise DataError(f"{path.name} is no recipe, sections of options such as data; see training/{task.name}/recipes")
    return job


def _metavar(kind: Any) -> str:
    """What stands for the value of a flag: its type, or its choices."""
    if get_origin(kind) is Literal:
        return f"{{{','.join(get_args(kind))}}}"
    if get_origin(kind) is list:
        return f"{_metavar(get_args(kind)[0])},..."
    inner = next((part for part in get_args(kind) if part is not type(None)), kind)
    return _METAVARS.get(inner) or _metavar(inner)


def _help(field: FieldInfo, default: Any) -> str:
    text = field.description or ""
    if isinstance(default, list):
        default = ",".join(map(str, default))
    if isinstance(default, bool):
        default = "yes" if default else "no"
    shown = "" if default in (None, "") else f"(default: {default})"
    return f"{text} {shown}".strip().replace("%", "%%")


def _slug(source: str | list[str]) -> str:
    """A name after a file, or the first of several; none after an address, which may hold a password."""
    first = source[0] if isinstance(source, list) else source
    if "://" in first:
        return ""
    return re.sub(r"[^a-z0-9]+", "-", Path(first).stem.lower()).strip("-")
