"""Reads a log of predictions row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select

from seqserve.prediction_log.database import Database
from seqserve.prediction_log.logged import Logged
from seqserve.prediction_log.schema import FEEDBACK, PREDICTION

_ROWS = 1_000


def rows(
    database: Database,
    *,
    task: str | None = None,
    model: str | None = None,
    since: datetime | None = None,
    with_feedback: bool = False,
) -> Iterator[Sequence[Logged]]:
    """The predictions of a log in the order of their time, some at a time.

    Args:
        task, model: only those of this one.
        since: only later ones.
        with_feedback: only those of which something was said.

    Raises:
        LogError: the log cannot be read.
    """
    database.check_revision()
    joined = PREDICTION.join(FEEDBACK, isouter=not with_feedback)
    query = select(PREDICTION, FEEDBACK.c.time.label("feedback_time"), FEEDBACK.c.content.label("feedback"))
    query = query.select_from(joined).order_by(PREDICTION.c.time, PREDICTION.c.id)
    query = _of(query, task, model)
    if since is not None:
        query = query.where(PREDICTION.c.time >= since)
    with database.reading() as connection:
        found = connection.execution_options(yield_per=_ROWS).execute(query)
        for part in found.partitions():
            yield [Logged(*row) for row in part]


def models(database: Database, task: str) -> dict[str, int]:
    """The models of a task of whose predictions something was said, and how often.

    Raises:
        LogError: the log cannot be read.
    """
    database.check_revision()
    joined = PREDICTION.join(FEEDBACK)
    query = select(PREDICTION.c.model, func.count()).select_from(joined).group_by(PREDICTION.c.model)
    with database.reading() as connection:
        return {str(row[0]): int(row[1]) for row in connection.execute(_of(query, task, None))}


def _of(query: Select, task: str | None, model: str | None) -> Select:  # type: ignore[type-arg]
    for column, wanted in ((PREDICTION.c.task, task), (PREDICTION.c.model, model)):
        if wanted is not None:
            query = query.where(column == wanted)
    return query
