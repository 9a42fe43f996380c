# PYTHON_ARGCOMPLETE_OK
"""Train a model: `python -m training forecast --csv FILE`, or `--recipe NAME`."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from pydantic import ValidationError

from seqserve.core import completion
from seqserve.errors import SeqserveError
from training.commands import fleet, runs, train, tune
from training.core import flags
from training.core.download import DataError
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
        return _run(options)
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


def _run(options: dict[str, Any]) -> int:
    name = options["task"]
    if name == "runs":
        return runs.run(options)
    if name == "fleet":
        return fleet.run(options)
    if options["tune"]:
        return tune.run(name, JOBS[name], options)
    return train.run(JOBS[name], options)


def _options(arguments: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser("python -m training", description=__doc__)
    jobs = parser.add_subparsers(required=True, metavar="JOB", dest="task")
    for name, task in JOBS.items():
        job = jobs.add_parser(name, help=task.purpose, description=f"Train a model to {task.purpose}.")
        if name in arguments or completion.is_asked():  # the settings of the other jobs need not be loaded
            flags.add(job, task)
            tune.add(job)
    group = jobs.add_parser("fleet", help="forecast each group of a table", description="Train a model for each group.")
    if "fleet" in arguments or completion.is_asked():
        fleet.add(group)
    listing = "list what was trained, from the models tree, or compare two versions"
    runs.add(jobs.add_parser("runs", help=listing, description=f"{listing[0].upper()}{listing[1:]}."))
    completion.offer(parser)
    return vars(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
