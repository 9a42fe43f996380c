"""`python -m training TASK --tune N`: tries settings, and trains with the best of them as without `--tune`."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path
from typing import Any

from training.commands import engines
from training.core import flags, release
from training.core.config import JobConfig
from training.core.download import DataError
from training.core.task import Task


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags of tuning to those of a job."""
    group = parser.add_argument_group("tuning")
    group.add_argument("--tune", type=engines.count, metavar="TRIALS", help="try settings; with the best it is trained")
    group.add_argument("--space", metavar="SPACE", help="of settings that are tried: a YAML file, or a shipped one")
    engines.add(group, "trials")


def run(name: str, task: Task, options: dict[str, Any]) -> int:
    """Tune, then train with the best settings; the exit status.

    Raises:
        DataError, ValueError: there is nothing to tune, or every trial failed.
    """
    settings = flags.merged(task, options)
    config = task.config.model_validate(settings)
    if not hasattr(config.fit, "epochs") and not task.recipes.with_name("spaces").is_dir() and not options["space"]:
        raise DataError(f"{task.name} fits nothing that could be tuned")
    try:
        from training.tuning import space as spaces
    except ImportError:
        raise DataError("--tune needs Optuna: pip install 'seqserve[tuning]'") from None
    space = spaces.read(task, options["space"], getattr(getattr(config, "network", None), "kind", None))
    fixed = sorted(name for name in space.distributions if options.get(name) is not None)
    if fixed:
        print(f"not tuned, as flags say what they are: {', '.join(fixed)}")
    space = space.without(fixed)
    if not space.distributions:
        raise DataError("flags fix every setting of the search space: leave some out, or name another with --space")
    space = space.including(_given(config, space.distributions))
    best = _tuned(name, task, options, settings, config, space)
    release.train(
        task, best, options["models"], options["checkpoints"], options["release_as"], options["even_if_worse"]
    )
    return 0


def _tuned(
    name: str, task: Task, options: dict[str, Any], settings: dict[str, Any], config: JobConfig, space: Any
) -> JobConfig:
    from training.tuning import report, study
    from training.tuning.trial import Trial

    for extreme in space.extremes():
        task.config.model_validate(study.changed_settings(settings, extreme))
    release.prepare(options["models"], options["release_as"])
    from training.core import fitting

    job = task.job(config)
    job.place(options["models"], options["checkpoints"])
    loaded = job.load()
    print("\n".join([*(f"data: {line}" for line in loaded.report), loaded.split]))
    described = json.dumps({key: str(value) for key, value in space.distributions.items()}, sort_keys=True)
    given = config.model_dump_json(exclude=set(job.unfitted))
    folder = options["checkpoints"] / f"tuning-{fitting.checkpoint_name(given, described, loaded.source.sha256)}"
    question = study.Question(
        job=name,
        settings=settings,
        space=space,
        units=task.config.loss_units,
        given=space.parameters(_given(config, space.distributions)) or {},
        trial=partial(_trial, Trial, name, options),
    )
    with fitting.held(folder):
        jobs = options["jobs"] or 1
        parallel = jobs > 1 or options["engine"] == "ray"
        tuning = study.Tuning(question, folder, options["tune"], config.fit.seed, parallel)
        _tell_beginning(tuning, folder, question)
        _run(tuning, options, jobs)
        best = task.config.model_validate(tuning.settings(tuning.best))
        report.write(tuning, folder, best)
        report.show(tuning)
    print(f"the study: {folder}; its tables: {', '.join(report.TABLES)}")
    print(f"settings of trial {tuning.best.number}, the best on the validation part: --recipe {folder / report.RECIPE}")
    return best


def _trial(kind: Any, name: str, options: dict[str, Any], settings: dict[str, Any]) -> Any:
    return kind(name, settings, options["models"], options["checkpoints"])


def _given(config: JobConfig, names: Any) -> dict[str, Any]:
    """The values that settings have as given."""
    return {name: getattr(getattr(config, name.partition(".")[0]), name.partition(".")[2]) for name in names}


def _tell_beginning(tuning: Any, folder: Path, question: Any) -> None:
    if tuning.before or tuning.again:
        again = f"; tried again, as they were interrupted: {', '.join(map(str, tuning.again))}" if tuning.again else ""
        print(f"goes on with the study in {folder}: {tuning.before} trials are done{again}", flush=True)
    elif not question.given:
        print("the settings as given are between the steps of the search space: they are no trial", flush=True)


def _run(tuning: Any, options: dict[str, Any], jobs: int) -> None:
    from training.engines import serial
    from training.tuning import trial

    if options["engine"] == "local" and jobs == 1:
        serial.run(trial.run, tuning)
    else:
        engines.run(trial.run, tuning, options)
