"""The database of a log of predictions, as the service writes and asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Select, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from seqserve.prediction_log.address import Address
from seqserve.prediction_log.database import Database
from seqserve.prediction_log.logged import Prediction
from seqserve.prediction_log.schema import FEEDBACK, PREDICTION, SCORE
from seqserve.registry.store import Key
from service.prediction_log.scores import Counts, Feedback, Found, Scores, VersionCounts

_IDS = 500


@dataclass(frozen=True)
class _Model:
    task: str
    name: str
    since: datetime | None


class LogStore:
    """Reads and writes; each call is a transaction.

    Raises:
        LogError: from each method.
        ValueError: a package is not installed.
    """

    def __init__(self, address: Address) -> None:
        self._database = Database(address)
        self._insert: Any = sqlite.insert if address.kind == "sqlite" else postgresql.insert
        self._is_open = False

    def open(self) -> None:
        """Connect and bring the schema up to date, unless that is done."""
        if not self._is_open:
            from service.prediction_log.upgrade import upgrade  # takes a while to import

            upgrade(self._database)
            self._is_open = True

    def reopen(self) -> None:
        """Begin anew with the next call: the database may be another by then."""
        self._is_open = False
        self._database.close()

    def write(self, rows: Sequence[Prediction]) -> None:
        """Add predictions; one that is there already, after an answer that was lost, stays."""
        values = [vars(row) for row in rows]
        self.open()
        with self._database.writing() as connection:
            connection.execute(self._insert(PREDICTION).on_conflict_do_nothing(), values)

    def find(self, ids: Sequence[str]) -> dict[str, Found]:
        """The predictions of these ids; those that are not there are left out."""
        self.open()
        found: dict[str, Found] = {}
        columns = [PREDICTION.c[name] for name in ("id", "task", "model", "version", "caller", "answer")]
        with self._database.reading() as connection:
            for start in range(0, len(ids), _IDS):
                query = select(*columns).where(PREDICTION.c.id.in_(ids[start : start + _IDS]))
                for id, task, model, version, caller, answer in connection.execute(query):
                    found[id] = Found(task, model, version, caller, orjson.loads(answer))
        return found

    def add_feedback(self, feedback: Mapping[str, Feedback]) -> None:
        """Store what is said of predictions, by their ids; it replaces what was said before."""
        now, ids = datetime.now(UTC), sorted(feedback)  # in one order, so that no two transactions wait for each other
        said = [
            {"prediction_id": id, "time": now, "caller": feedback[id].caller, "content": feedback[id].content}
            for id in ids
        ]
        scores = [
            {"prediction_id": id, "measure": measure, "number": counts.number, "total": counts.total}
            for id in ids
            for measure, counts in feedback[id].scores.items()
        ]
        self.open()
        with self._database.writing() as connection:
            self._put(connection, FEEDBACK, said)
            for start in range(0, len(ids), _IDS):
                connection.execute(delete(SCORE).where(SCORE.c.prediction_id.in_(ids[start : start + _IDS])))
            if scores:
                connection.execute(self._insert(SCORE), scores)

    def scores(self, task: str, name: str, since: datetime | None) -> dict[str, VersionCounts]:
        """What is known of a model's predictions, by version."""
        self.open()
        model = _Model(task, name, since)
        version = PREDICTION.c.version
        predicted = _of(select(version, func.count()), model).group_by(version)
        joined = PREDICTION.join(FEEDBACK)
        said = _of(select(version, func.count()).select_from(joined), model).group_by(version)
        measured = select(version, SCORE.c.measure, func.sum(SCORE.c.number), func.sum(SCORE.c.total))
        measured = _of(measured.select_from(joined.join(SCORE)), model).group_by(version, SCORE.c.measure)
        with self._database.reading() as connection:
            judged = {str(row[0]): int(row[1]) for row in connection.execute(said)}
            scores: dict[str, Scores] = {}
            for found, measure, number, total in connection.execute(measured):
                scores.setdefault(found, {})[measure] = Counts(int(number), float(total))
            return {
                found: VersionCounts(count, judged.get(found, 0), scores.get(found, {}))
                for found, count in connection.execute(predicted)
            }

    def feedback_from(self, first: str, most: int) -> dict[Key, VersionCounts]:
        """What was said of predictions, by version; how many there are beside these is not counted.

        Reads no prediction of which nothing was said, so that it takes no longer as the log grows.

        Args:
            first: the id from which on they are counted.
            most: versions; those with the most feedback.
        """
        self.open()
        version = [PREDICTION.c[name] for name in ("task", "model", "version")]
        # Outer joins: SQLite would begin with the predictions, all of them. None is missing, so the result is the same.
        joined, count = FEEDBACK.join(PREDICTION, isouter=True), func.count()
        said = select(*version, count).select_from(joined).where(FEEDBACK.c.prediction_id >= first).group_by(*version)
        measured = select(*version, SCORE.c.measure, func.sum(SCORE.c.number), func.sum(SCORE.c.total))
        scored = SCORE.join(PREDICTION, SCORE.c.prediction_id == PREDICTION.c.id, isouter=True)
        measured = measured.select_from(scored)
        measured = measured.where(SCORE.c.prediction_id >= first).group_by(*version, SCORE.c.measure)
        with self._database.reading() as connection:
            found: dict[Key, VersionCounts] = {}
            for *names, number in connection.execute(said.order_by(count.desc(), *version).limit(most)):
                found[Key(*names)] = VersionCounts(number, number, {})
            for *names, measure, number, total in connection.execute(measured):
                if (key := Key(*names)) in found:
                    found[key].scores[measure] = Counts(int(number), float(total))
        return found

    def delete_older(self, than: datetime, most: int) -> int:
        """Delete some of the predictions before a time, with what was said of them; returns how many."""
        self.open()
        old = select(PREDICTION.c.id).where(PREDICTION.c.time < than).order_by(PREDICTION.c.time).limit(most)
        with self._database.writing() as connection:
            return connection.execute(delete(PREDICTION).where(PREDICTION.c.id.in_(old))).rowcount

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._database.close()

    def _put(self, connection: Connection, table: Table, values: Sequence[dict[str, Any]]) -> None:
        """Add rows, or replace those of the same key."""
        statement = self._insert(table)
        others = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
        keys = [column.name for column in table.primary_key]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), values)


def _of(query: Select, model: _Model) -> Select:  # type: ignore[type-arg]
    query = query.where(PREDICTION.c.task == model.task, PREDICTION.c.model == model.name)
    return query if model.since is None else query.where(PREDICTION.c.time >= model.since)
