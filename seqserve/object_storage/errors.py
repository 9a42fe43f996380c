"""What can go wrong with an object storage, told without its secrets."""

from __future__ import annotations

import errno
import os
import re

_SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|CREDENTIAL|CONNECTION_STRING|SAS", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s'\"]+")
_SHORTEST = 6
"""A shorter value of the environment is no secret, and would black out words."""


class StorageError(OSError):
    """The object storage cannot be read or written.

    Args:
        what: names no path and no host, so that a client may see it; it is `strerror` too.
        why: for the operator.
    """

    def __init__(self, what: str, why: str) -> None:
        super().__init__(errno.EIO, what)
        self.why = why

    def __str__(self) -> str:
        return f"{self.strerror}: {self.why}"


def told(error: BaseException) -> str:
    """What an exception of a client library says, without credentials of the environment and queries of addresses."""
    text = _QUERY.sub("?...", f"{type(error).__name__}: {error}")
    for name, value in os.environ.items():
        if _SECRET.search(name) and len(value) >= _SHORTEST:
            text = text.replace(value, "***")
    return text
