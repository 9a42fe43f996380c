"""A call of a route, with any number of items, and the requests that it takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from seqserve_client.errors import ItemsFailedError
from seqserve_client.results import ItemError

MOST_ITEMS = 1024
"""In a request; more take several."""
_MOST_BYTES = 8 * 2**20

Answer = TypeVar("Answer")
"""What a call returns: a list with a result for each item, or a data frame."""


@dataclass(frozen=True)
class Call(Generic[Answer]):
    """A call of a route with any number of items.

    Args:
        field, results: of the body and of the answer, that hold the items and their results.
        options: the other fields of the body; those that are None are left out.
        parse: makes a result of what the service answers for an item, and of the model and version that did.
        finish: makes what the call returns of the results, if that is not their list.
    """

    path: str
    field: str
    results: str
    items: Sequence[Any]
    options: Mapping[str, Any]
    parse: Callable[[Mapping[str, Any], str, str], Any]
    finish: Callable[[list[Any]], Answer]

    def parts(self) -> list[Part]:
        """The requests that it takes, none larger than a service accepts by default.

        Raises:
            TypeError, ValueError: an item is nothing that JSON knows.
        """
        parts: list[list[str]] = [[]]
        size = 0
        for item in self.items:
            text = json.dumps(item, allow_nan=False)
            if parts[-1] and (len(parts[-1]) == MOST_ITEMS or size + len(text) > _MOST_BYTES):
                parts.append([])
                size = 0
            parts[-1].append(text)
            size += len(text) + 2
        return [Part(self.path, self.field, self.options, part) for part in parts if part]

    def gathered(self, answers: Sequence[Mapping[str, Any]]) -> Answer:
        """What the call returns, with the results of all items in their order.

        Raises:
            ItemsFailedError: some failed.
        """
        found = [
            ItemError(**one["error"]) if "error" in one else self.parse(one, answer["model"], answer["version"])
            for answer in answers
            for one in answer[self.results]
        ]
        errors = {place: one for place, one in enumerate(found) if isinstance(one, ItemError)}
        if errors:
            raise ItemsFailedError(errors, found)
        return self.finish(found)


@dataclass(frozen=True)
class Part:
    """One request: some items, each as JSON."""

    path: str
    field: str
    options: Mapping[str, Any]
    items: Sequence[str]

    def body(self) -> bytes:
        others = {name: value for name, value in self.options.items() if value is not None}
        head = json.dumps(others, allow_nan=False)[:-1]
        return f'{head}{", " if others else ""}"{self.field}": [{", ".join(self.items)}]}}'.encode()

    def halves(self) -> tuple[Part, Part]:
        """The same as two requests, for a service whose limits are lower."""
        middle = len(self.items) // 2
        one, other = (
            Part(self.path, self.field, self.options, part) for part in (self.items[:middle], self.items[middle:])
        )
        return one, other


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of two halves, as the answer of the whole."""
    results = {name: [*value, *other[name]] for name, value in one.items() if isinstance(value, list)}
    return {**one, **results}
