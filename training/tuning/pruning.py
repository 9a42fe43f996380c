"""Ends trials that are unlikely to become the best, by Optuna's median rule."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from optuna.pruners import BasePruner, MedianPruner
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

_UNPRUNED = 5
"""Trials that are alike and complete before one is ended."""
_WARM_UP = 3
"""Epochs that each trial has."""


class AlikePruner(BasePruner):
    """Ends a trial whose best loss so far is above the median of those it can be compared with, at the same epoch.

    Args:
        units: parameters with whose values a loss has other units: trials that differ in them are not compared.

    Reference:
        Golovin et al., Google Vizier: A Service for Black-Box Optimization, 2017 (the median stopping rule).
    """

    def __init__(self, units: Collection[str]) -> None:
        self._units = units
        self._rule = MedianPruner(n_startup_trials=_UNPRUNED, n_warmup_steps=_WARM_UP, n_min_trials=_UNPRUNED)

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        return self._rule.prune(_Alike(study, trial, self._units), trial)  # type: ignore[arg-type]


class _Alike:
    """A study as the rule sees it: with the trials that are comparable to one."""

    def __init__(self, study: Study, trial: FrozenTrial, units: Collection[str]) -> None:
        self._study, self._trial, self._units = study, trial, units
        self.direction = study.direction

    def get_trials(self, deepcopy: bool = False, states: tuple[TrialState, ...] | None = None) -> list[FrozenTrial]:
        return [one for one in self._study.get_trials(deepcopy, states) if self._key(one) == self._key(self._trial)]

    def _key(self, trial: FrozenTrial) -> list[Any]:
        return [trial.params.get(name) for name in self._units]
