"""The base of protocols of other products: requests in their shapes, translated onto the routes of the tasks."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from service.classify.route import ClassifyRoute
from service.complete.route import CompleteRoute
from service.forecast.route import ForecastRoute
from service.http import json_body, json_text
from service.http.auth import Access
from service.http.endpoints import BY_KEY, Endpoint, Foreign, Handler, Operation, TaskOf
from service.http.problems import Dialect, Problem, from_validation
from service.http.schemas import PredictionRequest, Wanted, validated
from service.inference.items_route import Backend
from service.inference.prediction_route import PredictionRoute
from service.phase import Phase
from service.sentiment.route import SentimentRoute
from service.tag.route import TagRoute
from service.translation.route import TranslateRoute

Done = TypeVar("Done")

_SPARE_FIELDS = 100
_FORM = b"application/x-www-form-urlencoded"


class Served:
    """What every protocol answers with: the routes of the tasks, so that there is one way to the models.

    Attributes:
        routes: by task; the others are asked in protocols of their own only.
    """

    def __init__(self, backend: Backend, access: Access, phase: Phase) -> None:
        self.backend, self.access, self.phase = backend, access, phase
        self.settings, self.live = backend.settings, backend.live
        self.forecast = ForecastRoute(backend)
        self.sentiment = SentimentRoute(backend)
        self.translation = TranslateRoute(backend)
        self.classify = ClassifyRoute(backend)
        self.tag = TagRoute(backend)
        self.complete = CompleteRoute(backend)
        routes: Sequence[PredictionRoute[Any]] = (self.forecast, self.sentiment, self.translation)
        self.routes = {route.task: route for route in routes}


class Protocol(ABC):
    """Routes that clients of another product ask.

    Attributes:
        name: of the product.
        reference: where it is described.
        dialect: how its clients are told of problems.
    """

    name: str
    reference: str
    dialect = Dialect("application/json")

    def __init__(self, served: Served) -> None:
        self.served = served
        self.settings, self.live = served.settings, served.live

    @abstractmethod
    def endpoints(self) -> list[Endpoint]:
        """How the routes are reached and described."""

    def endpoint(
        self,
        method: str,
        path: str,
        handler: Handler,
        id: str,
        summary: str,
        *,
        task: str | TaskOf | None = None,
        key_in_body: bool = False,
    ) -> Endpoint:
        """An endpoint in the dialect of the protocol."""

        async def answer(request: Request) -> Response:
            request.state.dialect = self.dialect
            return await handler(request)

        security = BY_KEY if task else None
        operation = Operation(id, summary, security=security, protocol=Foreign(self.name, self.reference))
        answered = self.served.backend.giving_back(answer)
        return Endpoint(method, path, answered, operation, task, self.dialect, key_in_body)

    def around(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint of ours, which may share its path with one of the protocol."""
        return endpoint

    async def content(self, request: Request) -> bytes:
        """The body of a request, unpacked.

        Raises:
            Problem: 408 too slow, 413 too large, 415 packed in an unknown way.
        """
        return await json_body.collect(request, self.settings.max_body_bytes, self.settings.deadline_seconds)

    async def parsed(self, content: bytes) -> dict[str, Any]:
        """A JSON object, whatever type it is said to have: some clients say none.

        Raises:
            Problem: 400 it is none, 413 it has too many values.
        """
        if len(content) <= json_body.LARGE:
            found = json_text.parse(content)
        else:
            values = content.count(b",")
            if values > self.settings.max_values:
                detail = f"more than {self.settings.max_values} values; send fewer at a time"
                raise Problem(413, "too-many-values", detail)
            found = await self.away(partial(json_text.parse, content))
        if not isinstance(found, dict):
            raise Problem(400, "not-json", "the body must be a JSON object")
        return found

    async def away(self, work: Callable[[], Done]) -> Done:
        """Do what takes long in another thread, so that the event loop stays free for others."""
        return await asyncio.get_running_loop().run_in_executor(self.served.backend.executor, work)

    def form(self, content: bytes | str) -> list[tuple[str, str]]:
        """The fields of a form, or of a query string.

        Raises:
            Problem: 400 it is none in UTF-8, or has too many fields.
        """
        most = self.settings.max_items + _SPARE_FIELDS
        try:
            text = content if isinstance(content, str) else content.decode()
            return parse_qsl(text, keep_blank_values=True, max_num_fields=most, errors="strict")
        except ValueError:
            detail = f"the form must be UTF-8 and have at most {most} fields"
            raise Problem(400, "not-a-form", detail) from None


def is_form(request: Request) -> bool:
    """Whether a body is said to be a form."""
    headers: dict[bytes, bytes] = dict(request.scope["headers"])
    return headers.get(b"content-type", b"").lower().startswith(_FORM)


def asked(shape: type[Wanted], fields: Mapping[str, Any]) -> Wanted:
    """A request to a route of ours.

    Raises:
        Problem: 422 a field is wrong.
    """
    try:
        return validated(shape, dict(fields))
    except ValidationError as error:
        raise from_validation(error) from None


async def predicted(
    route: PredictionRoute[Any],
    request: Request,
    wanted: PredictionRequest,
    items: Sequence[Any],
    size: int,
    *,
    places: Sequence[int] | None = None,
    noun: str = "item",
) -> tuple[Any, list[dict[str, Any]]]:
    """The version that answered, and the result of each item.

    Args:
        size: of the body, in bytes.
        places: of the items in the request, if it has others too.
        noun: what an error calls an item.

    Raises:
        Problem: 400 an item failed, as these protocols have no errors of items; 500 by a fault of the service.
    """
    loaded, results = await route.predict(request, wanted, items, long=size > route.long_body)
    for place, result in zip(places or range(len(items)), results, strict=True):
        if "error" in result:
            error: Any = result["error"]
            told = f"{noun} {place}: {error['message']}"
            raise Problem(500, "internal", told) if error["code"] == "internal" else Problem(400, "bad-item", told)
    return loaded, results
