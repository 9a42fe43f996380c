"""What the translation task states to the service."""

from __future__ import annotations

from service.inference.task import Task
from service.monitoring.objectives import Objectives
from service.translation import language_pairs
from service.translation.feedback_route import TranslationFeedbackRoute, accuracy
from service.translation.route import TranslateRoute

TASK = Task(
    routes=(TranslateRoute, TranslationFeedbackRoute),
    describe=language_pairs.described,
    objectives=Objectives(slowest={TranslateRoute.task: 2.5}),
    accuracy=accuracy,
    measures=("good", "chrf"),
)
