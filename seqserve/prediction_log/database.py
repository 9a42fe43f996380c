"""A connection to the database of a log of predictions, with limits to how long anything may take."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, make_url, text

from seqserve.prediction_log.address import Address
from seqserve.prediction_log.errors import LogError, RefusedError, SchemaError, UnavailableError
from seqserve.prediction_log.schema import REVISION

_CONNECT_SECONDS = 5
_BUSY_SECONDS = 5
_STATEMENT_SECONDS = 15
_READS = "seqserve_reads"


class Database:
    """An engine for an address.

    Raises:
        LogError: from each method. Its message is the first line of the database's own, without a password.
        ValueError: a package is not installed.
    """

    def __init__(self, address: Address) -> None:
        address.check_installed()
        self.address = address
        self.is_sqlite = address.kind == "sqlite"
        try:
            url = make_url(address.url)
        except (exc.ArgumentError, ValueError):
            raise LogError("the address of the log of predictions is no URL of a database") from None
        if "@" in (url.host or ""):  # a part of the password, which errors would show
            raise LogError("the address of the log of predictions has an @ too many: in a password it is written %40")
        self._password = str(url.password or "")
        self._engine = _engine(url, self.is_sqlite)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes."""
        with self._told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads; in SQLite it keeps nobody from writing."""
        with self._told(), self._engine.execution_options(**{_READS: True}).begin() as connection:
            yield connection

    def revision(self, connection: Connection) -> str | None:
        """The revision of the schema; none if the database has none of it."""
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)

    def check_revision(self) -> None:
        """Check that the tables are there, and are those of this version.

        Raises:
            SchemaError: they are not.
        """
        found = None
        if self._is_there():
            with self.reading() as connection:
                found = self.revision(connection)
        if found is None:
            raise SchemaError(f"{self.address} holds no log of predictions; the service makes one when it starts")
        if found != REVISION:
            raise SchemaError(other_revision(found))

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()

    def _is_there(self) -> bool:
        """Whether there is a database; SQLite would make the file that it is asked for."""
        return not self.is_sqlite or Path(str(self._engine.url.database)).exists()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (exc.DataError, exc.IntegrityError) as error:
            raise RefusedError(f"{self.address}: {self._reason(error)}") from None
        except exc.SQLAlchemyError as error:
            raise UnavailableError(f"{self.address}: {self._reason(error)}") from None

    def _reason(self, error: Exception) -> str:
        told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0] or type(error).__name__
        return told.replace(self._password, "***") if self._password else told


def other_revision(found: str) -> str:
    """What is said of a schema that is not this version's."""
    if found > REVISION:
        return (
            f"the log of predictions has the schema {found}, which a newer seqserve has made; this one knows "
            f"{REVISION}: use that version, or another database"
        )
    return f"the log of predictions has the schema {found}, {REVISION} is needed; the service upgrades it as it starts"


def _engine(url: Any, is_sqlite: bool) -> Engine:
    if is_sqlite:
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    limits = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": 1000 * _STATEMENT_SECONDS}
    arguments: dict[str, Any] = {name: value for name, value in limits.items() if name not in url.query}
    arguments["application_name"] = "seqserve"
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=2, connect_args=arguments)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # the driver would begin transactions by itself, and not those of migrations
    cursor = connection.cursor()
    _use_write_ahead_log(cursor)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_write_ahead_log(cursor: Any) -> None:
    # Of several that switch a new file at once SQLite fails all but one without waiting, as each would wait for all.
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # One that reads first and writes then would fail at once when another process has written in between.
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _prepare_postgresql(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET statement_timeout = '{_STATEMENT_SECONDS}s'")
    cursor.close()
    connection.commit()
