"""Brings the schema of a log of predictions up to date, once, however many workers and replicas start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from seqserve.prediction_log.database import Database, other_revision
from seqserve.prediction_log.errors import SchemaError

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_351_046_821
"""Of PostgreSQL's advisory locks, a number that nobody else should use."""


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, in one transaction and under a lock.

    Raises:
        SchemaError: the schema is newer than the migrations here.
        UnavailableError: the database cannot be reached.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with database.writing() as connection:  # of SQLite a transaction that writes is the lock
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        found = database.revision(connection)
        if found == script.get_current_head():
            return
        if found is not None and found not in {each.revision for each in script.walk_revisions()}:
            raise SchemaError(other_revision(found))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
