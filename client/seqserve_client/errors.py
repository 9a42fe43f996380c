"""What can go wrong.

ClientError
  UnreachableError   no answer came: the address is wrong, the service is down, or the network is
  RefusedError       the service refused the request as a whole; `kind` is for programs, `detail` for people
  ItemsFailedError   some items failed; `errors` has them by their place, `results` the answers of the others
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seqserve_client.results import ItemError


class ClientError(Exception):
    """Base of the errors of this package."""


class UnreachableError(ClientError):
    """No answer came."""


class RefusedError(ClientError):
    """The service refused a request.

    Args:
        status: of HTTP.
        kind: the last part of the problem's type, such as `wrong-shape`.
        detail: what was wrong, what was expected, what to do.
        errors: which parts of the body are wrong, as (JSON pointer, detail).
    """

    def __init__(self, status: int, kind: str, detail: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(f"{status} {kind}: {detail}")
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = errors


class ItemsFailedError(ClientError):
    """Some items failed; the others were answered.

    Args:
        errors: place to error.
        results: of all items; an `ItemError` where one failed.
    """

    def __init__(self, errors: Mapping[int, ItemError], results: Sequence[Any]) -> None:
        place, first = next(iter(errors.items()))
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"item {place}: {first.message}{more}")
        self.errors = errors
        self.results = results
