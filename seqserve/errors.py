"""The exceptions of this package, and who can act on each.

    SeqserveError
      ArtifactError   a released version on disk is damaged, incomplete or foreign, or fails its
                      examples: the operator publishes it again or serves another
      NotFoundError   no such task, model, version or label: the caller asks for an existing one
      LabelError      a label may not be moved there: the operator overrides the check, or picks another version
      InputError      one item cannot be predicted: the caller corrects that item

Every message says what was wrong, what was expected, and what to do. No message holds a path or a
host name, so each may be shown to a client.
"""

from __future__ import annotations

from typing import Self


class SeqserveError(Exception):
    """Base of all errors that seqserve raises on purpose."""


class ArtifactError(SeqserveError):
    """A released version that must not be served."""


class NotFoundError(SeqserveError):
    """A task, model, version or label that the store does not hold."""


class LabelError(SeqserveError):
    """A label that was not moved."""


class InputError(SeqserveError):
    """One item that cannot be predicted; its neighbours can.

    Args:
        code: a stable word for programs, such as `too_short`.
        message: for people: what was wrong, what was expected, what to do.
        field: the part of the item at fault, such as `values`; empty if it is the whole.
    """

    def __init__(self, code: str, message: str, field: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def kept(self) -> Self:
        """The same error, without the frames that raised it: as long as it is kept, they would hold the item."""
        self.__traceback__ = self.__context__ = self.__cause__ = None
        return self
