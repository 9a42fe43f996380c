"""Training jobs from the command line: `python -m training forecast --csv FILE` or `--recipe NAME`."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from seqserve.errors import LabelError, SeqserveError
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import STABLE, Key, Store
from training.core.download import DataError

RECIPES = Path(__file__).parent / "recipes"
_SOURCES = ("csv", "ticker", "dataset", "source_file", "target_file")


def main(arguments: list[str] | None = None) -> int:
    """Run one job; the exit status is 0, or 1 with a message on stderr."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow greets at length
    from training.core import publish
    from training.forecast import train as forecast_train
    from training.forecast.config import ForecastJob
    from training.sentiment import train as sentiment_train
    from training.sentiment.config import SentimentJob
    from training.translation import train as translation_train
    from training.translation.config import TranslationJob

    parser = argparse.ArgumentParser("python -m training", description=__doc__)
    jobs = parser.add_subparsers(required=True, metavar="JOB", dest="task")
    _add_job(jobs, "forecast", "forecast a series", forecast_train.run, ForecastJob)
    _add_job(jobs, "sentiment", "label texts", sentiment_train.run, SentimentJob)
    _add_job(jobs, "translation", "translate sentences", translation_train.run, TranslationJob)
    options = vars(parser.parse_args(arguments))
    try:
        job = options["job"].model_validate(_merged(options))
        publish.commit()  # the code that trains, whatever becomes of it meanwhile
        released = options["run"](job, options["models"], options["checkpoints"])
        _release(released.manifest, released.json("metrics.json"), options)
    except ValidationError as error:
        for problem in error.errors():
            print(f"training: {'.'.join(map(str, problem['loc']))}: {problem['msg']}", file=sys.stderr)
        return 1
    except (DataError, SeqserveError, ValueError, OSError) as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    return 0


def _add_job(jobs: Any, task: str, purpose: str, run: Callable[..., Artifact], job: type[BaseModel]) -> None:
    """A command for a job, with a flag for every field of every section of it."""
    parser = jobs.add_parser(task, help=purpose)
    parser.set_defaults(run=run, job=job)
    recipes = sorted(path.stem for path in (RECIPES / task).glob("*.yaml"))
    parser.add_argument("--recipe", help=f"a file, or one of {', '.join(recipes)}")
    parser.add_argument("--name", help="of the model; by default that of the recipe or the file")
    models = Path(os.environ.get("SEQSERVE_MODELS") or "models")
    parser.add_argument("--models", type=Path, default=models, help="the models tree (%(default)s)")
    parser.add_argument("--checkpoints", type=Path, default=Path(".checkpoints"), help="(%(default)s)")
    parser.add_argument("--even-if-worse", action="store_true", help="label it stable though it loses to a baseline")
    for section, field in job.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            group = parser.add_argument_group(section)
            for name, option in field.annotation.model_fields.items():
                flag, kind = f"--{name.replace('_', '-')}", str(option.annotation)
                details: dict[str, Any] = {"dest": f"{section}.{name}", "help": option.description}
                if option.annotation is bool:
                    details["action"] = argparse.BooleanOptionalAction
                elif kind.startswith("list"):
                    details["type"] = lambda text: text.split(",")
                group.add_argument(flag, **details)


def _merged(options: dict[str, Any]) -> dict[str, Any]:
    """The recipe, and over it the flags that were given; what neither says is as the job has it."""
    job: dict[str, Any] = {}
    if options["recipe"]:
        path = RECIPES / options["task"] / f"{options['recipe']}.yaml"
        path = path if path.is_file() else Path(options["recipe"])
        if not path.is_file():
            raise DataError(
                f"no recipe {options['recipe']!r}; 'python -m training {options['task']} --help' lists them"
            )
        job = _recipe(path)
    if any(options.get(f"data.{source}") for source in _SOURCES):  # this recipe, on other data
        job.pop("name", None)
        for source in _SOURCES:
            job.get("data", {}).pop(source, None)
    for name, value in options.items():
        section, _, field = name.partition(".")
        if field and value is not None:
            job.setdefault(section, {})[field] = value
    for section, kind in options["job"].model_fields.items():
        if isinstance(kind.default, BaseModel):
            job[section] = kind.default.model_dump(exclude_unset=True) | job.get(section, {})
    data = job["data"]
    source = next((data[name] for name in _SOURCES if data.get(name)), "model")
    job["name"] = options["name"] or job.get("name") or _slug(source) or "model"
    return job


def _recipe(path: Path) -> dict[str, Any]:
    try:
        job = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise DataError(f"{path.name} is not YAML: {error}") from None
    if not isinstance(job, dict) or not all(isinstance(job[name], dict) for name in job if name != "name"):
        raise DataError(f"{path.name} is no recipe, sections of options such as data; see training/recipes")
    return job


def _slug(source: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", Path(source).stem.lower()).strip("-")


def _release(manifest: Any, metrics: dict[str, Any], options: dict[str, Any]) -> None:
    """Label the new version stable if it beats the baselines; if not, say so and how to do it all the same."""
    from training.core.model_card import SCORING, verdict

    key = Key(manifest.task, manifest.name, manifest.version)
    scores = ", ".join(f"{name} {metrics['test'][score]:.4g}" for score, name in SCORING[key.task].headings.items())
    print(f"published {key}; test part: {scores}. {verdict(key.task, metrics)}")
    try:
        Store(options["models"]).label(key, STABLE, even_if_worse=options["even_if_worse"])
        print(f"labelled {STABLE}")
    except LabelError:
        print(
            f"not labelled {STABLE}; to serve it all the same: "
            f"python -m seqserve --models {options['models']} "
            f"models label {key.task}/{key.name} {STABLE} {key.version} --even-if-worse"
        )


if __name__ == "__main__":
    sys.exit(main())
