"""A study: which settings are tried next, and what came of those that were; in SQLite, beside the checkpoints."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import event

from training.engines.work import Lost, Piece
from training.tuning.pruning import AlikePruner
from training.tuning.space import Space
from training.tuning.trial import Outcome, Trial

FILE = "study.db"
_AGAIN = "again"
_GIVEN = "given"
_AHEAD = {TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL}


@dataclass(frozen=True)
class Question:
    """What is tuned.

    Args:
        settings: of the job, as given; a trial changes some.
        units: settings with whose values a validation loss has other units.
        given: the settings as given lie in the space, and are the first trial.
    """

    job: str
    settings: Mapping[str, Any]
    space: Space
    units: frozenset[str]
    given: Mapping[str, Any]
    trial: Callable[[dict[str, Any]], Trial]


class Tuning:
    """Gives out trials until there are enough, and writes down what comes of each; a `Desk` of the engines.

    Trials that another process had begun, and that was killed, are tried again: only one process at a time may have the
    study, so that what still runs when it is opened runs no more.

    Args:
        folder: in which the study is.
        wanted: trials, those from before included.
        parallel: whether several are tried at a time.
    """

    def __init__(self, question: Question, folder: Path, wanted: int, seed: int, parallel: bool) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._question, self._wanted, self._checkpoints = question, wanted, folder.parent
        folder.mkdir(parents=True, exist_ok=True)
        self.study = _opened(folder / FILE, question.space, question.units, seed, parallel)
        self._running: dict[int, optuna.Trial] = {}
        self.before = len(self.finished)
        self.again = self._take_up()

    @property
    def finished(self) -> list[FrozenTrial]:
        """Trials that have a result, be it that they were ended early or failed."""
        trials = self.study.get_trials(deepcopy=False)
        repeated = {trial.user_attrs.get(_AGAIN) for trial in trials}
        return [trial for trial in trials if trial.state in _AHEAD and trial.number not in repeated]

    @property
    def best(self) -> FrozenTrial:
        """The trial with the least error.

        Raises:
            ValueError: none has one.
        """
        if not any(trial.state == TrialState.COMPLETE for trial in self.finished):
            reasons = {str(trial.user_attrs.get("failed")) for trial in self.finished}
            raise ValueError(f"every trial failed: {'; '.join(sorted(reasons)[:3])}")
        return self.study.best_trial

    def settings(self, trial: FrozenTrial) -> dict[str, Any]:
        """The settings of a job that a trial has tried."""
        changed = {} if trial.user_attrs.get(_GIVEN) else self._question.space.settings(trial.params)
        return changed_settings(self._question.settings, changed)

    def following(self) -> Piece | None:
        if len(self.finished) + len(self._running) >= self._wanted:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            trial = self.study.ask(dict(self._question.space.distributions))
        self._running[trial.number] = trial
        frozen = self.study.trials[trial.number]
        return Piece(trial.number, self._question.trial(self.settings(frozen)))

    def told(self, number: int, step: int, loss: float) -> bool:
        trial = self._running[number]
        trial.report(loss, step)
        return trial.should_prune()

    def done(self, number: int, result: Outcome | Lost) -> None:
        trial = self._running.pop(number)
        outcome = result if isinstance(result, Outcome) else Outcome(None, 0, 0.0, failed=result.reason)
        for name in ("epochs", "seconds", "failed", "checkpoint", "where"):
            trial.set_user_attr(name, getattr(outcome, name))
        if outcome.failed:
            self.study.tell(trial, state=TrialState.FAIL)
        elif outcome.error is None:
            self.study.tell(trial, state=TrialState.PRUNED)
        else:
            self.study.tell(trial, outcome.error)
        self._forget(trial.number)
        self._say(self.study.trials[number])

    def _take_up(self) -> list[int]:
        """Have the trials of a process that was killed tried again: with their settings, from their checkpoints."""
        trials = self.study.get_trials(deepcopy=False)
        if not trials and self._question.given:
            self.study.enqueue_trial(dict(self._question.given), user_attrs={_GIVEN: True})
        repeated = {trial.user_attrs.get(_AGAIN) for trial in trials}
        dead = [trial for trial in trials if trial.state == TrialState.RUNNING]
        for trial in dead:
            if trial.number not in repeated:
                attributes = {_AGAIN: trial.number} | ({_GIVEN: True} if trial.user_attrs.get(_GIVEN) else {})
                self.study.enqueue_trial(trial.params, user_attrs=attributes)
            self.study.tell(trial.number, state=TrialState.FAIL)
        return [trial.number for trial in dead]

    def _forget(self, number: int) -> None:
        """Remove the checkpoints of a trial, and of the one that was the best before it, but keep those of the best."""
        complete = [trial for trial in self.finished if trial.state == TrialState.COMPLETE]
        kept = self.best.user_attrs.get("checkpoint") if complete else None
        for trial in self.finished:
            name = trial.user_attrs.get("checkpoint")
            if name and name != kept:
                for path in self._checkpoints.glob(f"{name}*"):
                    shutil.rmtree(path, ignore_errors=True)

    def _say(self, trial: FrozenTrial) -> None:
        done = f"trial {len(self.finished)} of {self._wanted}"
        took = f"{trial.user_attrs['epochs']} epochs, {trial.user_attrs['seconds']:.0f} s"
        if trial.state == TrialState.FAIL:
            print(f"{done}: failed: {trial.user_attrs['failed']}", flush=True)
            return
        if trial.state == TrialState.PRUNED:
            print(f"{done}: ended early, {took}; {described(trial)}", flush=True)
            return
        best = self.best
        mark = "the best so far" if best.number == trial.number else f"the best is {best.value:.4g}"
        print(f"{done}: error {trial.value:.4g}, {mark}; {took}; {described(trial)}", flush=True)


def described(trial: FrozenTrial) -> str:
    """The settings of a trial in words."""
    if trial.user_attrs.get(_GIVEN):
        return "settings as given"
    return ", ".join(f"{name.partition('.')[2]} {_short(value)}" for name, value in trial.params.items())


def changed_settings(settings: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a job in sections, with some of them, as `section.field`, changed."""
    found = {name: dict(part) if isinstance(part, dict) else part for name, part in settings.items()}
    for name, value in changed.items():
        section, _, field = name.partition(".")
        found.setdefault(section, {})[field] = value
    return found


def _opened(file: Path, space: Space, units: frozenset[str], seed: int, parallel: bool) -> Study:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study = optuna.create_study(
            storage=_storage(file),
            study_name="tuning",
            pruner=AlikePruner(units & space.distributions.keys()),
            load_if_exists=True,
        )
        # As many numbers are drawn anew in a process that goes on; with one seed they would be the same again.
        study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials), constant_liar=parallel)
    return study


def _storage(file: Path) -> optuna.storages.RDBStorage:
    """The database: it is whole after a kill at any moment, and does not wait for the disk after each epoch."""
    storage = optuna.storages.RDBStorage(f"sqlite:///{file}")

    def prepare(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    event.listen(storage.engine, "connect", prepare)
    storage.engine.dispose()  # of connections from before
    return storage


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
