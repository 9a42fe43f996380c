"""A real PostgreSQL server, from the Debian package `postgresql`."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testing.service_process import free_port

PASSWORD = "secret-of-the-tests"


def _programs() -> Path | None:
    """The folder of the newest version's programs, if the server is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _user() -> str | None:
    """Who runs the server, which refuses root; none means whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


PROGRAMS = _programs()
MISSING = "needs PostgreSQL, Debian's package postgresql"


@dataclass
class Postgresql:
    """A server of its own, which listens on a port of this machine.

    Args:
        directory: what it stores.
    """

    directory: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://seqserve:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._control("start", "-w", "-o", options, "-l", str(self.directory / "log"))

    def stop(self) -> None:
        """Stop it at once; who is connected is cut off."""
        self._control("stop", "-w", "-m", "fast")

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A connection of SQLAlchemy."""
        from sqlalchemy import create_engine

        engine = create_engine(self.url.replace("://", "+psycopg://"))
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    def create(self) -> None:
        """Make an empty cluster whose users need the password."""
        secret = self.directory / "password"
        secret.write_text(PASSWORD)
        if (user := _user()) is not None:
            for path in (self.directory, secret):
                shutil.chown(path, user)
        options = ("-U", "seqserve", "--pwfile", str(secret), "-A", "scram-sha-256", "-E", "UTF8", "--no-sync")
        self._run("initdb", "-D", str(self.directory / "data"), *options)

    def _control(self, command: str, *arguments: str) -> None:
        self._run("pg_ctl", command, "-D", str(self.directory / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        assert PROGRAMS is not None
        command = [str(PROGRAMS / program), *arguments]
        # The server outlives pg_ctl and keeps what it has open: a pipe would never end.
        done = subprocess.run(
            command,
            user=_user(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{program} failed with {done.returncode}"


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """Create a server, run it, and remove it."""
    with tempfile.TemporaryDirectory(prefix="seqserve-postgresql-", ignore_cleanup_errors=True) as directory:
        server = Postgresql(Path(directory), free_port())
        server.create()
        server.start()
        try:
            yield server
        finally:
            with suppress(AssertionError):  # a test has left it stopped
                server.stop()
