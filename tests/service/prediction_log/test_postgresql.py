"""The same with a real PostgreSQL, whose statements and locks are others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from seqserve.prediction_log.address import parse
from seqserve.prediction_log.database import Database
from seqserve.prediction_log.errors import RefusedError, SchemaError, UnavailableError
from seqserve.prediction_log.export import export
from seqserve.prediction_log.schema import METADATA
from seqserve.registry.store import Key
from service.prediction_log.records import first_id, row
from service.prediction_log.scores import Counts, Feedback
from service.prediction_log.store import LogStore
from testing import postgresql
from testing.postgresql import PASSWORD, Postgresql
from tests.service.prediction_log.conftest import Records

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(postgresql.PROGRAMS is None, reason=postgresql.MISSING),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    with postgresql.postgresql() as found:
        yield found


def test_a_log_in_postgresql_does_what_one_in_sqlite_does(server: Postgresql, records: Records, tmp_path: Path) -> None:
    stores = [LogStore(parse(server.url)) for _ in range(4)]
    failures: list[Exception] = []

    def start(store: LogStore) -> None:
        try:
            store.open()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=(store,)) for store in stores]  # as many replicas that start at once
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    store, database = stores[0], Database(parse(server.url))
    with database.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []

    old, new = ([row(each, whole=True) for each in records(3, "a\x00b", seconds_ago=ago)] for ago in (86_400, 0))
    store.write([*old, *new])
    store.write(new)
    id = new[0].id
    assert set(store.find([id, "0" * 32])) == {id}
    store.add_feedback({id: Feedback("ann", "{}", {"correct": Counts(1, 0.0)})})
    store.add_feedback({each: Feedback(None, "{}", {"correct": Counts(1, 1.0)}) for each in (id, old[0].id)})
    (counts,) = store.scores("sentiment", "tiny-reviews", None).values()
    assert counts == (6, 2, {"correct": Counts(2, 2.0)})
    key = Key("sentiment", "tiny-reviews", "1")
    assert store.feedback_from(first_id(0), 9) == {key: (2, 2, {"correct": Counts(2, 2.0)})}
    assert store.feedback_from(new[0].id, 9) == {key: (1, 1, {"correct": Counts(1, 1.0)})}
    assert store.delete_older(datetime.now(UTC) - timedelta(hours=1), 500) == 3
    (counts,) = store.scores("sentiment", "tiny-reviews", None).values()
    assert counts == (3, 1, {"correct": Counts(1, 1.0)})
    with pytest.raises(RefusedError):
        store.add_feedback({"0" * 32: Feedback(None, "{}", {})})

    assert export(database, tmp_path / "log.parquet") == 3
    assert pq.read_table(tmp_path / "log.parquet").column("input").to_pylist() == ['"a\\u0000b"'] * 3
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    stores.append(LogStore(parse(server.url)))
    with pytest.raises(SchemaError, match="a newer seqserve has made"):
        stores[-1].open()
    for each in stores:
        each.close()
    database.close()


def test_a_wrong_password_is_told_without_it(server: Postgresql) -> None:
    store = LogStore(parse(server.url.replace(PASSWORD, "hunter2-of-the-tests")))
    with pytest.raises(UnavailableError, match="password authentication failed") as refused:
        store.open()
    assert "hunter2" not in str(refused.value)
    store.close()
