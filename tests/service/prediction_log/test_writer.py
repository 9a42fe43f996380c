from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import event

from seqserve.prediction_log.address import Address
from seqserve.prediction_log.logged import Prediction
from service.prediction_log import metrics, writer
from service.prediction_log.store import LogStore
from service.prediction_log.writer import Writer
from testing.live_models import eventually
from tests.service.prediction_log.conftest import Records

Start = Callable[..., Writer]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_GATHER_SECONDS", 0.01)
    monkeypatch.setattr(writer, "_RETRY_SECONDS", (0.02,))


@pytest.fixture
def store(address: Address) -> LogStore:
    return LogStore(address)


@pytest.fixture
def start(store: LogStore) -> Iterator[Start]:
    made: list[Writer] = []

    def start(most: int = 100, **options: object) -> Writer:
        made.append(Writer(store, most, **options))  # type: ignore[arg-type]
        return made[-1]

    yield start
    for each in made:
        each.close(5)
    store.close()


def counted(outcome: str) -> float:
    return float(metrics.RECORDS.labels(outcome)._value.get())


def stored(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        (found,) = connection.execute("SELECT count(*) FROM prediction").fetchone()
    except sqlite3.OperationalError:  # the table is not there yet
        return 0
    finally:
        connection.close()
    return int(found)


def test_what_is_taken_is_written(start: Start, records: Records, path: Path) -> None:
    before = counted("written")
    writer = start()
    assert writer.take(records(7))
    eventually(lambda: stored(path) == 7)
    eventually(lambda: counted("written") == before + 7)


def test_what_waits_is_written_at_the_end(start: Start, records: Records, path: Path) -> None:
    writer = start(2_000)
    writer.take(records(1_500))
    writer.close(30)
    assert stored(path) == 1_500


def test_more_than_fit_are_lost_as_a_whole(start: Start, records: Records) -> None:
    before = counted("lost")
    assert not start(10).take(records(11))
    assert counted("lost") == before + 11


def test_the_bytes_of_inputs_and_answers_are_bounded_too(
    start: Start, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_MOST_BYTES", 10_000)
    made = start()
    assert not made.take(records(2, "x" * 6_000))
    assert not made.take([each._replace(answer={"text": "x" * 6_000}) for each in records(2)])
    assert made.take(records(1, "x" * 6_000))


def test_what_cannot_be_written_does_not_stay_in_the_way(
    start: Start, records: Records, path: Path, store: LogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, write = counted("lost"), store.write

    def fail(rows: Sequence[Prediction]) -> None:
        monkeypatch.setattr(store, "write", write)
        raise ZeroDivisionError

    monkeypatch.setattr(store, "write", fail)
    made = start(5)
    assert made.take(records(5))
    eventually(lambda: counted("lost") == lost + 5)
    eventually(lambda: made.take(records(5)))
    eventually(lambda: stored(path) == 5)


def test_a_database_that_comes_back_gets_what_waited(
    start: Start, records: Records, path: Path, store: LogStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "service")
    path.mkdir()  # a file cannot be opened there
    lost = counted("lost")
    writer = start(10)
    writer.take(records(8))
    assert not writer.take(records(5))
    assert counted("lost") == lost + 5
    eventually(lambda: len(caplog.records) == 1)
    path.rmdir()
    eventually(lambda: stored(path) == 8)
    eventually(lambda: len(caplog.records) == 2)
    begun, ended = [record.getMessage() for record in caplog.records]
    assert begun == (
        "predictions are not written to the log, and lost once 10 wait: "
        f"{store._database.address}: unable to open database file"
    )
    assert ended == "predictions are written to the log again; 5 were lost so far"


def test_a_full_disk_is_waited_for(
    start: Start, records: Records, path: Path, store: LogStore, caplog: pytest.LogCaptureFixture
) -> None:
    pages = {"most": 30}

    def limit(connection: sqlite3.Connection, *rest: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages['most']}")

    event.listen(store._database._engine, "connect", limit)
    writer = start(1_000, whole=True)
    writer.take(records(300, "x" * 1_000))
    eventually(lambda: "database or disk is full" in caplog.text)
    assert stored(path) == 0
    pages["most"] = 10_000
    eventually(lambda: stored(path) == 300)


def test_one_that_the_database_refuses_harms_no_other(start: Start, records: Records, path: Path) -> None:
    lost, good = counted("lost"), records(4)
    writer = start()
    writer.take([*good[:2], records(1)[0]._replace(answer={"label": object()}), *good[2:]])
    eventually(lambda: stored(path) == 4)
    writer.take([records(1)[0]._replace(seconds=None), *records(1)])  # type: ignore[arg-type]
    eventually(lambda: stored(path) == 5)
    eventually(lambda: counted("lost") == lost + 2)


def test_old_predictions_are_deleted(
    start: Start, records: Records, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_DELETED", 2)
    made = start(days=1)
    made.take([*records(5, seconds_ago=2 * 86_400), *records(3)])
    eventually(lambda: stored(path) == 3)
