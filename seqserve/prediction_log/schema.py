"""The tables of a log of predictions, as its newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

REVISION = "0001"
"""Of the newest migration in `service/prediction_log/migrations`."""


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC; SQLite has no zones and would return it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


METADATA = MetaData()

PREDICTION = Table(
    "prediction",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("time", UtcTime, nullable=False),
    Column("task", String(64), nullable=False),
    Column("model", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("caller", String(64)),
    Column("request_id", String(128)),
    Column("input_digest", String(64), nullable=False),
    Column("input", Text),
    Column("answer", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Index("prediction_by_time", "time"),
    Index("prediction_by_model", "task", "model", "time"),
)
"""One row for each item that was answered. `input` and `answer` are JSON; `seconds` is the time of its request."""

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("prediction_id", String(32), ForeignKey("prediction.id", ondelete="CASCADE"), primary_key=True),
    Column("time", UtcTime, nullable=False),
    Column("caller", String(64)),
    Column("content", Text, nullable=False),
)
"""What was said of a prediction, as JSON; the last counts."""

SCORE = Table(
    "score",
    METADATA,
    Column("prediction_id", String(32), ForeignKey("feedback.prediction_id", ondelete="CASCADE"), primary_key=True),
    Column("measure", String(200), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("total", Float, nullable=False),
)
"""How right a prediction was, for the database to add up: by measure, of how many steps or texts, and the sum."""
