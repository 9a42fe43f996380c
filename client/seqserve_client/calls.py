"""Requests and answers without the network: what both clients send, and what they make of what comes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

import httpx

from seqserve_client.errors import ItemsFailedError, RefusedError
from seqserve_client.results import (
    Classification,
    Completion,
    Forecast,
    ItemError,
    Result,
    Sentiment,
    Tagged,
    Translation,
)

_RETRIED = (429, 503)
_MOST_BYTES = 8 * 2**20
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0


@dataclass(frozen=True)
class Call(Generic[Result]):
    """A call of a route with any number of items.

    Args:
        field, results: of the body and of the answer, that hold the items and their results.
        options: the other fields of the body; those that are None are left out.
        parse: makes a result of what the service answers for an item.
    """

    path: str
    field: str
    results: str
    items: Sequence[Any]
    options: Mapping[str, Any]
    parse: Callable[[Mapping[str, Any], str, str], Result]

    def parts(self, most_items: int) -> list[Part]:
        """The requests that it takes, none larger than a service accepts by default.

        Raises:
            TypeError, ValueError: an item is nothing that JSON knows.
        """
        parts: list[list[str]] = [[]]
        size = 0
        for item in self.items:
            text = json.dumps(item, allow_nan=False)
            if parts[-1] and (len(parts[-1]) == most_items or size + len(text) > _MOST_BYTES):
                parts.append([])
                size = 0
            parts[-1].append(text)
            size += len(text) + 2
        return [Part(self.path, self.field, self.options, part) for part in parts if part]

    def gathered(self, answers: Sequence[Mapping[str, Any]]) -> list[Result]:
        """The results of all items, in their order.

        Raises:
            ItemsFailedError: some failed.
        """
        found: list[Result | ItemError] = [
            ItemError(**one["error"]) if "error" in one else self.parse(one, answer["model"], answer["version"])
            for answer in answers
            for one in answer[self.results]
        ]
        errors = {place: one for place, one in enumerate(found) if isinstance(one, ItemError)}
        if errors:
            raise ItemsFailedError(errors, found)
        return [one for one in found if not isinstance(one, ItemError)]


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


def answer(response: httpx.Response) -> dict[str, Any]:
    """The body of an answer with results, also if all items failed.

    Raises:
        RefusedError: it has none.
    """
    try:
        content = response.json()
    except ValueError:
        content = {"detail": response.text[:200]}
    if isinstance(content, dict) and "model" in content and response.status_code in (200, 422):
        return content
    problem = content if isinstance(content, dict) else {}
    errors = [(one["pointer"], one["detail"]) for one in problem.get("errors", ())]
    kind = str(problem.get("type", "")).rpartition(":")[2] or "unknown"
    raise RefusedError(response.status_code, kind, str(problem.get("detail", response.reason_phrase)), errors)


def pause(response: httpx.Response | None, tried: int) -> float | None:
    """Seconds until a request is worth sending again; none if it is not.

    Args:
        response: none if none came.
        tried: how often it was sent.
    """
    told = None if response is None else response.headers.get("retry-after", "")
    if response is not None and (response.status_code not in _RETRIED or not told):
        return None
    if told and told.isdigit():
        return float(told)
    return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tried) * random.uniform(0.5, 1))


def forecasts(series: Sequence[Any], **options: Any) -> Call[Forecast]:
    """A call for forecasts; a series is a list of values, or a mapping with the fields that the service knows."""
    return Call("/forecast", "series", "forecasts", _sequences(series), options, Forecast.of)


def sentiments(texts: Sequence[str], **options: Any) -> Call[Sentiment]:
    """A call for the labels of texts."""
    return Call("/sentiment", "texts", "results", _texts(texts), options, Sentiment.of)


def translations(texts: Sequence[str], **options: Any) -> Call[Translation]:
    """A call for the translations of texts."""
    return Call("/translate", "texts", "translations", _texts(texts), options, Translation.of)


def classifications(sequences: Sequence[Any], **options: Any) -> Call[Classification]:
    """A call for the labels of sequences; one is a list of its steps, or a mapping as the service knows it."""
    return Call("/classify", "sequences", "results", _sequences(sequences), options, Classification.of)


def tags(texts: Sequence[str], **options: Any) -> Call[Tagged]:
    """A call for the entities of texts."""
    return Call("/tag", "texts", "tags", _texts(texts), options, Tagged.of)


def completions(texts: Sequence[str], **options: Any) -> Call[Completion]:
    """A call for what texts may be completed with."""
    return Call("/complete", "texts", "results", _texts(texts), options, Completion.of)


def _sequences(items: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(one) if isinstance(one, Mapping) else {"values": _listed(one)} for one in items]


def _texts(texts: Sequence[str]) -> Sequence[str]:
    if isinstance(texts, str):
        raise TypeError("pass a list of texts, not one text")
    return list(texts)


def _listed(values: Any) -> list[Any]:
    """Values as JSON has them; NaN is a gap."""
    found = values.tolist() if hasattr(values, "tolist") else list(values)
    return [_listed(value) if _is_list(value) else None if value != value else value for value in found]


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or getattr(value, "ndim", 0) > 0
