"""What the task `classify` states to the service."""

from __future__ import annotations

from service.classify.route import ClassifyRoute
from service.inference.task import Task
from service.sentiment.metrics import REFERENCE_CLASS_SHARE, begin_counters

TASK = Task(routes=(ClassifyRoute,), on_loaded=begin_counters, gauges=(REFERENCE_CLASS_SHARE,))
