"""The objectives of all tasks as recording rules."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from seqserve.tasks import NAMES
from service.monitoring.objectives import Objectives

OBJECTIVES: list[Objectives] = [import_module(f"service.{name}.objectives").OBJECTIVES for name in NAMES]

_HEAD = """\
# Written by `python -m deploy.prometheus` from service/<task>/objectives.py: change the numbers there.
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
    routes = [(task, found) for found in OBJECTIVES for task in found.seconds]
    ages = [(name, found.model_age_days) for name, found in zip(NAMES, OBJECTIVES, strict=True)]
    hits = [(level, share) for found in OBJECTIVES for level, share in found.interval_hits.items()]
    return [
        _Rules(
            "Share of requests that may fail (5xx) in the long run: the error budget.",
            "task:seqserve_requests_failed:objective",
            "task",
            [(task, f"{found.failed_share:g}") for task, found in routes],
        ),
        _Rules(
            "Seconds within which 99 of 100 requests are answered. A bound of the histogram's buckets is exact.",
            "task:seqserve_request_duration_seconds:objective",
            "task",
            [(task, f"{found.seconds[task]:g}") for task, found in routes],
        ),
        _Rules(
            "Age that a stable version may reach, in seconds.",
            "task:seqserve_model_age_seconds:objective",
            "task",
            [(task, f"{days} * 24 * 3600") for task, days in ages],
        ),
        _Rules(
            "Least share of actual values inside an interval, by its level in percent.",
            "level:seqserve_interval_hits:objective",
            "level",
            [(f'"{level}"', f"{share:g}") for level, share in hits],
        ),
    ]


def _text(rules: _Rules) -> str:
    return f"      # {rules.comment}\n" + "".join(
        f"      - record: {rules.record}\n"
        f"        labels: {{{rules.label}: {value}}}\n"
        f"        expr: vector({expression})\n"
        for value, expression in rules.expressions
    )
