"""The base of routes that take a list of items and answer each on its own."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from service.http import json_body
from service.http.endpoints import BY_KEY, PROBLEMS, Endpoint, Handler, Operation
from service.http.json_body import Body, Items
from service.http.json_items import Counts
from service.http.problems import Problem, from_validation, told
from service.http.schemas import Wanted, is_whole, validated
from service.inference.pipeline import Pipeline
from service.malloc_trim import give_back
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings

if TYPE_CHECKING:
    from service.prediction_log.log import PredictionLog

Asked = TypeVar("Asked", bound=BaseModel)

_FIELD_LENGTH = 64
_GIVE_BACK_SECONDS = 0.1


@dataclass(frozen=True)
class Backend:
    """What routes answer with.

    Args:
        executor: where what takes long is done, so that the event loop stays free for others.
        log: of predictions, if there is one.
    """

    settings: Settings
    live: LiveRegistry
    pipeline: Pipeline
    executor: Executor
    log: PredictionLog | None = None

    def giving_back(self, answer: Handler) -> Handler:
        """The same handler; the memory that a large body took goes back to the system."""

        async def answered(request: Request) -> Response:
            try:
                return await answer(request)
            finally:
                if getattr(request.state, "is_large", False):
                    asyncio.get_running_loop().call_later(_GIVE_BACK_SECONDS, self._give_back)

        return answered

    def _give_back(self) -> None:
        with suppress(RuntimeError):  # the service stops
            self.executor.submit(give_back)


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
        return Endpoint("POST", self.path, self.backend.giving_back(self.post), operation, self.task)

    async def read(self, request: Request) -> tuple[Asked, Sequence[Any], bool]:
        """The request, its items, and whether the body is a long one.

        The items are not validated yet, and those of a large body are `Unparsed`.

        Raises:
            Problem: the request cannot be read, there are too many items, or its sender has sent too many.
        """
        settings = self.settings
        body = await json_body.read(request, settings.max_body_bytes, settings.deadline_seconds, self.expected())
        return self.asked(request, body)

    def expected(self) -> Items:
        """The items of a body, as it is to be parsed."""
        counts = Counts(self.settings.max_items, self.settings.max_values)
        return Items(self.items, counts, self.backend.executor, self.takes_texts)

    def asked(self, request: Request, body: Body) -> tuple[Asked, Sequence[Any], bool]:
        """The same of a body that is read already."""
        try:
            asked = validated(self.request, body.content)
        except ValidationError as error:
            raise from_validation(error) from None
        items: Sequence[Any] = getattr(asked, self.items)
        self.admit(request, len(items))
        return asked, items, body.size > self.long_body

    def admit(self, request: Request, count: int) -> None:
        """Let so many items in.

        Raises:
            Problem: 413 there are too many, 429 the sender has sent too many.
        """
        request.state.items = count
        if count > self.settings.max_items:
            detail = f"{count} {self.items}, at most {self.settings.max_items} are taken at a time"
            raise Problem(413, "too-many-items", detail)
        if take_items := getattr(request.state, "take_items", None):
            take_items(count)


def shaped(shape: type[Wanted], item: Any, name: str) -> Wanted:
    """An item, validated.

    Args:
        name: what the message calls it.

    Raises:
        InputError: it is not so.
    """
    try:
        return validated(shape, item)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        field = str(found["loc"][0])[:_FIELD_LENGTH] if found["loc"] else name
        raise InputError("wrong_shape", f"{field}: {told(found)}", field) from None


def identified(item: Any) -> dict[str, Any]:
    """The id of an item, also of a wrong one, by which the client recognises it; null if it has no valid one."""
    found = item.get("id") if isinstance(item, dict) else None
    return {"id": found if type(found) in (str, int) or is_whole(found) else None}


def rejected(error: InputError) -> dict[str, Any]:
    """The error that replaces an item's result."""
    return {"error": {"code": error.code, "message": error.message, "field": error.field or None}}
