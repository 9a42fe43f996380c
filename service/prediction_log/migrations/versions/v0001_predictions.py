"""Predictions, what was said of them, and how right they were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "prediction",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task", sa.String(64), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("caller", sa.String(64)),
        sa.Column("request_id", sa.String(128)),
        sa.Column("input_digest", sa.String(64), nullable=False),
        sa.Column("input", sa.Text),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_index("prediction_by_time", "prediction", ["time"])
    op.create_index("prediction_by_model", "prediction", ["task", "model", "time"])
    op.create_table(
        "feedback",
        sa.Column("prediction_id", sa.String(32), sa.ForeignKey("prediction.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("caller", sa.String(64)),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "score",
        sa.Column(
            "prediction_id",
            sa.String(32),
            sa.ForeignKey("feedback.prediction_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("measure", sa.String(200), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("total", sa.Float, nullable=False),
    )
