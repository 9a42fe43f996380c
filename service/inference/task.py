"""What a task states to the service; the service itself names none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from service.inference.items_route import ItemsRoute
from service.model_registry.loaded_models import Loaded
from service.model_registry.model_gauges import ModelGauge
from service.monitoring.objectives import Objectives

if TYPE_CHECKING:
    from service.prediction_log.scores import Scores


def _nothing(loaded: Loaded) -> None:
    """Begin no counters."""


@dataclass(frozen=True)
class Task:
    """A task, as `service/<task>/task.py` states it.

    Args:
        routes: what answers its requests: the prediction route, and others that take items.
        on_loaded: called for each version that is loaded, before it serves: makes its counters, which begin with zero.
        gauges: what the metrics say of its loaded versions, beside what they say of every task's.
        describe: tells from the content of `config.json` what its routes must know of a version that is not loaded
            yet; without it they need nothing. Raises ValueError if the content is wrong.
        objectives: the numbers that its alerts compare with.
        accuracy: what the scores of its logged predictions come to, as JSON; without it they have none.
        measures: those of its fields that are metrics: a number, or a number by a name that is added to the field's.
    """

    routes: Sequence[type[ItemsRoute[Any]]]
    on_loaded: Callable[[Loaded], None] = _nothing
    gauges: Sequence[ModelGauge] = ()
    describe: Callable[[Any], Any] | None = None
    objectives: Objectives = field(default_factory=Objectives)
    accuracy: Callable[[Scores], dict[str, Any]] | None = None
    measures: Sequence[str] = ()
