# PYTHON_ARGCOMPLETE_OK
"""Train a model: `python -m training forecast --csv FILE`, or `--recipe NAME`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from seqserve.core import completion
from seqserve.errors import LabelError, SeqserveError
from seqserve.object_storage import publishing
from seqserve.object_storage.address import Address
from seqserve.object_storage.remote_store import opened
from seqserve.registry.artifact import Artifact
from seqserve.registry.names import is_name, is_version
from seqserve.registry.store import STABLE, Key
from training import startup_logs
from training.core import flags, publish
from training.core.download import DataError
from training.core.task import Task
from training.tasks import JOBS


def main(arguments: list[str] | None = None) -> int:
    """Run one job.

    Returns:
        The exit status: 0, 1 with a message on stderr, or 130 if it was interrupted.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is loaded, which logs at length
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of many small systems, threads would wait for each other
    options = _options(sys.argv[1:] if arguments is None else arguments)
    try:
        _train(JOBS[options["task"]], options)
    except ValidationError as error:
        for problem in error.errors():
            print(f"training: {'.'.join(map(str, problem['loc']))}: {problem['msg']}", file=sys.stderr)
        return 1
    except (DataError, SeqserveError, ValueError, OSError) as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("training: interrupted; the same command resumes from the last whole epoch", file=sys.stderr)
        return 130
    return 0


def _options(arguments: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser("python -m training", description=__doc__)
    jobs = parser.add_subparsers(required=True, metavar="JOB", dest="task")
    for name, task in JOBS.items():
        job = jobs.add_parser(name, help=task.purpose, description=f"Train a model to {task.purpose}.")
        if name in arguments or completion.is_asked():  # the settings of the other jobs need not be loaded
            flags.add(job, task)
    completion.offer(parser)
    return vars(parser.parse_args(arguments))


def _train(task: Task, options: dict[str, Any]) -> None:
    config = task.config.model_validate(flags.merged(task, options))
    if not is_name(options["label"]) or is_version(options["label"]):
        raise ValueError(f"--label {options['label']!r} is no label: lower-case letters, digits and dashes, no number")
    publishing.check(options["models"])
    publish.commit()  # of the code that trains, whatever is changed while it does
    publish.signer()  # a key that cannot be read is said before anything is trained
    with startup_logs.held_back():
        import tensorflow  # noqa: F401
    version = task.job(config).run(options["models"], options["checkpoints"])
    _label(task, version, options["models"], options["label"], options["even_if_worse"])


def _label(task: Task, version: Artifact, models: Path | Address, label: str, even_if_worse: bool) -> None:
    """Label a new version, stable only if no baseline is better; otherwise say so, and how to do it all the same."""
    manifest, metrics = version.manifest, version.json("metrics.json")
    key = Key(manifest.task, manifest.name, manifest.version)
    headings = task.scoring.headings
    test = metrics["test"]
    scores = ", ".join(f"{heading} {test[score]:.4g}" for score, heading in headings.items() if score in test)
    print(f"published {key}; test part: {scores}. {task.scoring.verdict(metrics)}")
    try:
        opened(models).label(key, label, even_if_worse=even_if_worse)
        print(f"labelled {label}")
    except LabelError:
        print(
            f"not labelled {STABLE}; to serve it all the same: python -m seqserve --models {models} "
            f"models label {key.task}/{key.name} {STABLE} {key.version} --even-if-worse"
        )


if __name__ == "__main__":
    sys.exit(main())
