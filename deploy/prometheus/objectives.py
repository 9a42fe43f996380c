"""The objectives of all tasks as recording rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from service.monitoring.objectives import LOST_SHARE
from service.tasks import TASKS

_HEAD = """\
# Written by `python -m deploy.prometheus` from the tasks' objectives in service/<task>/task.py.
# A task or a level that is not here raises no alert of that kind.
groups:
  - name: seqserve-objectives
    rules:
"""


class _Rules(NamedTuple):
    """Rules that record one series: a comment, the name of the series and of its label, and an expression by label."""

    comment: str
    record: str
    label: str
    expressions: Sequence[tuple[str, str]]


def written() -> str:
    """The text of rules/objectives.yml."""
    return _HEAD + "\n".join(map(_text, _rules()))


def _rules() -> list[_Rules]:
    routes = {route.task: task.objectives for task in TASKS.values() for route in task.routes}  # routes share labels
    hits = [pair for task in TASKS.values() for pair in task.objectives.interval_hits.items()]
    return [
        _Rules(
            "Share of requests that may fail (5xx) in the long run: the error budget.",
            "task:seqserve_requests_failed:objective",
            "task",
            [(label, f"{of.failed_share:g}") for label, of in routes.items()],
        ),
        _Rules(
            "Seconds within which 99 of 100 requests are answered. A bound of the histogram's buckets is exact.",
            "task:seqserve_request_duration_seconds:objective",
            "task",
            [(label, f"{of.seconds(label):g}") for label, of in routes.items()],
        ),
        _Rules(
            "Age that a stable version may reach, in seconds.",
            "task:seqserve_model_age_seconds:objective",
            "task",
            [(name, f"{task.objectives.model_age_days} * 24 * 3600") for name, task in TASKS.items()],
        ),
        _Rules(
            "Least share of actual values inside an interval, by its level in percent.",
            "level:seqserve_interval_hits:objective",
            "level",
            [(f'"{level}"', f"{share:g}") for level, share in hits],
        ),
        _Rules(
            "Share of predictions that the log of predictions may lose within 15 minutes.",
            "log:seqserve_prediction_log_lost:objective",
            "log",
            [("predictions", f"{LOST_SHARE:g}")],
        ),
    ]


def _text(rules: _Rules) -> str:
    return f"      # {rules.comment}\n" + "".join(
        f"      - record: {rules.record}\n"
        f"        labels: {{{rules.label}: {value}}}\n"
        f"        expr: vector({expression})\n"
        for value, expression in rules.expressions
    )
