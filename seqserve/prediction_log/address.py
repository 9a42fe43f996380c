"""Where a log of predictions is: a database as SQLAlchemy names it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.util import find_spec

_SQLITE = re.compile(r"sqlite:///(?!:memory:)[^?]+")
_POSTGRESQL = re.compile(r"postgres(?:ql)?://.+")


@dataclass(frozen=True)
class Address:
    """A database.

    Args:
        kind: `sqlite` or `postgresql`.
        url: as SQLAlchemy takes it; it may hold a password, and so is not shown.
    """

    kind: str
    url: str = field(repr=False)

    def __str__(self) -> str:
        return self.url if self.kind == "sqlite" else "the PostgreSQL database"

    def check_installed(self) -> None:
        """Check that the packages for this database are there.

        Raises:
            ValueError: one is missing.
        """
        needed = ["sqlalchemy", "alembic", "sacrebleu", *(["psycopg"] if self.kind == "postgresql" else [])]
        if missing := [name for name in needed if find_spec(name) is None]:
            raise ValueError(
                f"a log of predictions in {self.kind} needs {' and '.join(missing)}, not installed here: "
                "pip install 'seqserve[predictions]'"
            )


def parse(text: str) -> Address:
    """The database that is meant.

    Raises:
        ValueError: it is none that is known; the message does not repeat it, as it may hold a password.
    """
    if _SQLITE.fullmatch(text):
        return Address("sqlite", text)
    if _POSTGRESQL.fullmatch(text):
        return Address("postgresql", f"postgresql+psycopg://{text.partition('://')[2]}")
    raise ValueError("the log of predictions is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
