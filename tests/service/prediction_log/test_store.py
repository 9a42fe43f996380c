from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from seqserve.prediction_log.address import Address
from seqserve.prediction_log.database import Database
from seqserve.prediction_log.errors import RefusedError, SchemaError, UnavailableError
from seqserve.prediction_log.logged import Prediction
from seqserve.prediction_log.schema import METADATA, PREDICTION, REVISION
from service.prediction_log.opening import trouble
from service.prediction_log.records import row
from service.prediction_log.scores import Counts, Feedback, together
from service.prediction_log.store import LogStore
from service.prediction_log.upgrade import upgrade
from service.settings import Settings
from tests.service.prediction_log.conftest import Records


@pytest.fixture
def store(address: Address) -> Iterator[LogStore]:
    found = LogStore(address)
    yield found
    found.close()


def count(path: Path, table: str) -> int:
    connection = sqlite3.connect(path)
    try:
        (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    finally:
        connection.close()
    return int(found)


def test_migrations_make_the_tables_that_the_code_knows(address: Address) -> None:
    database = Database(address)
    upgrade(database)
    database.check_revision()
    with database.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert database.revision(connection) == REVISION
    database.close()


def test_a_prediction_has_a_field_for_each_column() -> None:
    assert [field.name for field in fields(Prediction)] == [column.name for column in PREDICTION.c]


def test_of_many_that_start_at_once_one_migrates(address: Address) -> None:
    failures: list[Exception] = []
    barrier = threading.Barrier(4)

    def start() -> None:
        database = Database(address)
        try:
            barrier.wait()
            upgrade(database)
            database.check_revision()
        except Exception as error:
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_newer_schema_is_refused_and_an_empty_one_is_no_log(address: Address, store: LogStore) -> None:
    database = Database(address)
    with pytest.raises(SchemaError, match="holds no log of predictions"):
        database.check_revision()
    store.open()
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="a newer seqserve has made"):
        database.check_revision()
    with pytest.raises(SchemaError, match="the schema 9999"):
        LogStore(address).open()
    database.close()


def test_what_is_written_twice_is_there_once(store: LogStore, records: Records, path: Path) -> None:
    rows = [row(record, whole=True) for record in records(3)]
    store.write(rows)
    store.write(rows)
    assert count(path, "prediction") == 3
    found = store.find([rows[0].id, "0" * 32])
    assert list(found) == [rows[0].id]
    assert (found[rows[0].id].model, found[rows[0].id].caller) == ("tiny-reviews", "ann")


def test_the_last_that_is_said_counts_and_is_added_up(store: LogStore, records: Records) -> None:
    rows = [row(record, whole=False) for record in records(3)]
    store.write(rows)
    store.add_feedback({rows[0].id: Feedback(None, "{}", {"correct": Counts(1, 0.0), "true:odd": Counts(1, 0.0)})})
    right = Feedback(None, "{}", {"correct": Counts(1, 1.0)})
    store.add_feedback({rows[0].id: right, rows[1].id: right})
    found = store.scores("sentiment", "tiny-reviews", None)
    assert (found["1"].predictions, found["1"].feedback) == (3, 2)
    assert found["1"].scores == {"correct": Counts(2, 2.0)}
    assert together({"1": found["1"], "2": found["1"]}).scores == {"correct": Counts(4, 4.0)}
    assert store.scores("sentiment", "tiny-reviews", datetime.now(UTC) + timedelta(hours=1)) == {}


def test_feedback_on_nothing_is_refused(store: LogStore) -> None:
    with pytest.raises(RefusedError):
        store.add_feedback({"0" * 32: Feedback(None, "{}", {})})


def test_old_predictions_go_with_what_was_said_of_them(store: LogStore, records: Records, path: Path) -> None:
    old, new = ([row(record, whole=False) for record in records(5, seconds_ago=ago)] for ago in (86_400, 0))
    store.write([*old, *new])
    store.add_feedback({each.id: Feedback(None, "{}", {"good": Counts(1, 1.0)}) for each in (old[0], new[0])})
    before = datetime.now(UTC) - timedelta(hours=1)
    assert [store.delete_older(before, 3) for _ in range(3)] == [3, 2, 0]
    assert [count(path, table) for table in ("prediction", "feedback", "score")] == [5, 1, 1]


def test_a_message_holds_nothing_that_was_logged(path: Path, address: Address, records: Records) -> None:
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(UnavailableError) as refused:
        LogStore(address).write([row(records(1, "a secret text")[0], whole=True)])
    assert str(refused.value) == f"{address}: file is not a database"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://user:secret@host:port/base", "is no URL of a database"),
        ("postgresql://user:sec@ret@host/base", "has an @ too many"),
        ("postgresql://user:secret@127.0.0.1:1/base", ""),
    ],
)
def test_an_address_that_cannot_be_meant_stops_the_start_and_a_database_that_is_away_does_not(
    url: str, why: str
) -> None:
    found = trouble(Settings(prediction_log=url))
    assert why in found
    assert bool(why) == bool(found)
    assert "secret" not in found
