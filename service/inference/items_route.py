"""The base of routes that take a list of items and answer each on its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from service.http import json_body
from service.http.endpoints import BY_KEY, PROBLEMS, Endpoint, Operation
from service.http.problems import Problem, from_validation, told
from service.http.schemas import PredictionRequest
from service.inference.pipeline import Pipeline
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings

Asked = TypeVar("Asked", bound=PredictionRequest)
Wanted = TypeVar("Wanted", bound=BaseModel)

_FIELD_LENGTH = 64


@dataclass(frozen=True)
class Backend:
    """What routes answer with.

    Args:
        executor: where what takes long is done, so that the event loop stays free for others.
    """

    settings: Settings
    live: LiveRegistry
    pipeline: Pipeline
    executor: Executor


class ItemsRoute(ABC, Generic[Asked]):
    """Answers POST.

    A route states its path, the task that it is measured as, the shapes of request and answer, which field of the
    request holds the items, and for OpenAPI a summary and an example.
    """

    path: str
    task: str
    request: type[Asked]
    response: type[BaseModel]
    items: str
    summary: str
    example: dict[str, Any]
    long_body = 16_384
    """A larger body, in bytes, holds items that take long enough to leave the event loop for."""
    takes_texts = False
    """Whether the items are texts, which may hold half a surrogate pair."""
    item_shapes: Sequence[type[BaseModel]] = ()
    """Shapes of items, which are checked one by one; the request's shape only refers to them."""

    def __init__(self, backend: Backend) -> None:
        self.settings = backend.settings
        self.live = backend.live
        self.backend = backend

    @abstractmethod
    async def post(self, request: Request) -> Response:
        """Answer a request."""

    def endpoint(self) -> Endpoint:
        """How the route is reached and described."""
        operation = Operation(
            self.task,
            self.summary,
            answer=self.response,
            meaning=cleandoc(self.response.__doc__ or ""),
            request=self.request,
            example=self.example,
            shapes=self.item_shapes,
            problems=PROBLEMS,
            items_may_fail=True,
            security=BY_KEY,
        )
        return Endpoint("POST", self.path, self.post, operation, self.task)

    async def read(self, request: Request) -> tuple[Asked, Sequence[Any], bool]:
        """The request, its items, which are not validated yet, and whether the body is a long one.

        Raises:
            Problem: the request cannot be read, or there are too many items.
        """
        settings, texts = self.settings, self.items if self.takes_texts else None
        body = await json_body.read(request, settings.max_body_bytes, settings.deadline_seconds, texts)
        try:
            asked = self.request.model_validate(body.content)
        except ValidationError as error:
            raise from_validation(error) from None
        items: Sequence[Any] = getattr(asked, self.items)
        request.state.items = len(items)
        if len(items) > settings.max_items:
            detail = f"{len(items)} {self.items}, at most {settings.max_items} are taken at a time"
            raise Problem(413, "too-many-items", detail)
        return asked, items, body.size > self.long_body


def shaped(shape: type[Wanted], item: Any, name: str) -> Wanted:
    """An item, validated.

    Args:
        name: what the message calls it.

    Raises:
        InputError: it is not so.
    """
    try:
        return shape.model_validate(item)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        field = str(found["loc"][0])[:_FIELD_LENGTH] if found["loc"] else name
        raise InputError("wrong_shape", f"{field}: {told(found)}", field) from None


def identified(item: Any) -> dict[str, Any]:
    """The id of an item, also of a wrong one, by which the client recognises it; null if it has no valid one."""
    found = item.get("id") if isinstance(item, dict) else None
    return {"id": found if type(found) in (str, int) or _is_whole(found) else None}


def rejected(error: InputError) -> dict[str, Any]:
    """The error that replaces an item's result."""
    return {"error": {"code": error.code, "message": error.message, "field": error.field}}


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()
