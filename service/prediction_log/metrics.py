"""The metrics of the log of predictions."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from service.monitoring.metrics import version_gauge

RECORDS = Counter(
    "seqserve_prediction_log_records_total", "Predictions that the log has taken, or that are lost to it.", ["outcome"]
)
QUEUE = Gauge(
    "seqserve_prediction_log_queue_records", "Predictions that wait to be written.", multiprocess_mode="livesum"
)
QUEUE_LIMIT = Gauge(
    "seqserve_prediction_log_queue_limit_records",
    "How many may wait; past it they are lost.",
    multiprocess_mode="livesum",
)
FEEDBACK = version_gauge(
    "seqserve_prediction_log_feedback_predictions",
    "Logged predictions of the last 30 days of which it is known what was right.",
)
ACCURACY = version_gauge("seqserve_prediction_log_accuracy", "How right these were, by measure.", "measure")
ACCURACY_TIME = Gauge(
    "seqserve_prediction_log_accuracy_timestamp_seconds",
    "When that was computed.",
    multiprocess_mode="livemax",
)
WRITTEN, LOST = "written", "lost"


def begin(limit: int) -> None:
    """Make the metrics now: a counter that begins with zero can be seen to rise."""
    for outcome in (WRITTEN, LOST):
        RECORDS.labels(outcome)
    QUEUE_LIMIT.set(limit)
