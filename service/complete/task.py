"""What the completion task states to the service."""

from __future__ import annotations

from service.complete.metrics import begin_counters
from service.complete.route import CompleteRoute
from service.inference.task import Task
from service.monitoring.objectives import Objectives

TASK = Task(
    routes=(CompleteRoute,),
    on_loaded=begin_counters,
    # A suggestion is of use while one types; continuations take longer, and are few.
    objectives=Objectives(slowest={CompleteRoute.task: 0.5}),
)
