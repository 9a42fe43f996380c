"""What the translation task states to the service."""

from __future__ import annotations

from service.inference.task import Task
from service.monitoring.objectives import Objectives
from service.translation.route import TranslateRoute

TASK = Task(routes=(TranslateRoute,), objectives=Objectives(slowest={TranslateRoute.task: 2.5}))
