"""What the task `tag` states to the service."""

from __future__ import annotations

from service.inference.task import Task
from service.monitoring.objectives import Objectives
from service.tag.metrics import REFERENCE_ENTITY_SHARE, begin_counters
from service.tag.route import TagRoute

TASK = Task(
    routes=(TagRoute,),
    on_loaded=begin_counters,
    gauges=(REFERENCE_ENTITY_SHARE,),
    objectives=Objectives(slowest={TagRoute.task: 0.5}),
)
