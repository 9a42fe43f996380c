"""What the sentiment task states to the service."""

from __future__ import annotations

from service.inference.task import Task
from service.sentiment.feedback_route import SentimentFeedbackRoute, accuracy
from service.sentiment.metrics import REFERENCE_CLASS_SHARE, begin_counters
from service.sentiment.route import SentimentRoute

TASK = Task(
    routes=(SentimentRoute, SentimentFeedbackRoute),
    on_loaded=begin_counters,
    gauges=(REFERENCE_CLASS_SHARE,),
    accuracy=accuracy,
    measures=("accuracy",),
)
