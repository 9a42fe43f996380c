"""One trial: a fit with some settings, measured on the validation part. It runs in any process, on any machine."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqserve.errors import SeqserveError
from seqserve.object_storage.address import Address
from training import startup_logs
from training.core.download import DataError
from training.tasks import JOBS


@dataclass(frozen=True)
class Trial:
    """What to try.

    Args:
        job: of `JOBS`.
        settings: of the job, as its `config` takes them.
        models: the tree, in which some jobs look for pretrained models.
        checkpoints: the folder in which an interrupted fit resumes.
    """

    job: str
    settings: dict[str, Any]
    models: Path | Address
    checkpoints: Path


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Args:
        error: on the validation part; none if the trial was ended early, or failed.
        failed: why.
        checkpoint: the name of the folder in which the fit would be found again.
        where: machine and process.
    """

    error: float | None
    epochs: int
    seconds: float
    failed: str | None = None
    checkpoint: str | None = None
    where: str = ""


def run(trial: Trial, told: Callable[[int, float], bool]) -> Outcome:
    """Try settings; the test part is neither asked for nor measured on."""
    startup_logs.load_tensorflow()
    import keras

    from training.core import fitting
    from training.core.callbacks import watching

    began, where = time.monotonic(), f"{os.uname().nodename}:{os.getpid()}"

    def outcome(error: float | None = None, epochs: int = 0, **more: str) -> Outcome:
        return Outcome(error, epochs, time.monotonic() - began, where=where, **more)

    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each trial has graphs of its own, which it warns of
    keras.backend.clear_session()  # or the networks of earlier trials would stay
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            task = JOBS[trial.job]
            job = task.job(task.config.model_validate(trial.settings))
            job.place(trial.models, trial.checkpoints)
            keras.utils.set_random_seed(job.config.fit.seed)
            loaded = job.load()
            folder = job.checkpoint(loaded, trial.checkpoints)
            with fitting.held(folder), watching.watched(told, folder) as watch:
                try:
                    error = job.tried(loaded, folder, watch)
                except watching.EndedError:
                    return outcome(epochs=len(watch.losses), checkpoint=folder.name)
                if not math.isfinite(error):
                    raise ValueError("its error on the validation part is not a finite number")
                return outcome(error=float(error), epochs=len(watch.losses), checkpoint=folder.name)
    except (DataError, SeqserveError, ValueError, OSError) as error:  # pydantic's ValidationError is a ValueError
        return outcome(failed=" ".join(str(error).split()) or type(error).__name__)
    except Exception as error:  # such as a network that is too large: other trials may do well
        return outcome(failed=f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
