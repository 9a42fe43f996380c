"""What can go wrong with a log of predictions."""

from __future__ import annotations

from seqserve.errors import SeqserveError


class LogError(SeqserveError):
    """A log of predictions that cannot be used; no message holds a password or what was logged."""


class UnavailableError(LogError):
    """The database does not answer, or cannot take more now: it may be possible again later."""


class SchemaError(LogError):
    """The database has another schema than this version of seqserve can use."""


class RefusedError(LogError):
    """The database will never take these rows."""
