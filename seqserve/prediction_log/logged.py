"""A prediction as the log holds it; imports nothing that a database needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Prediction:
    """A row of the table of predictions: a field for each of its columns.

    Args:
        time: of the answer.
        input: JSON, if inputs are stored whole.
        answer: JSON.
        seconds: that its request took.
    """

    id: str
    time: datetime
    task: str
    model: str
    version: str
    caller: str | None
    request_id: str | None
    input_digest: str
    input: str | None
    answer: str
    seconds: float


@dataclass(frozen=True)
class Logged(Prediction):
    """A prediction and what was said of it.

    Args:
        feedback: JSON, if there is any.
    """

    feedback_time: datetime | None
    feedback: str | None
