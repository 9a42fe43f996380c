"""What every prediction route does alike; a task's own route says what is different."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from service import bodies, metrics
from service.batching import AnyPredictor
from service.live import LiveRegistry
from service.pipeline import FailedError, Pipeline
from service.problems import Problem, from_validation
from service.registry import Loaded, Registry
from service.responses import json_response
from service.schemas import PredictionRequest
from service.settings import Settings

Asked = TypeVar("Asked", bound=PredictionRequest)


class PredictionRoute(ABC, Generic[Asked]):
    """Answers a list of items with a list of results.

    A route states its path, its task, the shapes of request and answer, which fields of them hold the items
    and the results, and for OpenAPI a summary and an example.
    """

    path: str
    task: str
    request: type[Asked]
    response: type[BaseModel]
    items: str
    results: str
    summary: str
    example: dict[str, Any]
    long_body = 16_384
    """Bytes of a request whose items take so long to prepare that others should not wait."""

    def __init__(self, settings: Settings, live: LiveRegistry, pipeline: Pipeline) -> None:
        self.settings = settings
        self._live = live
        self._pipeline = pipeline

    @abstractmethod
    def query(self, item: Any, asked: Asked) -> Any:
        """The predictor's query for an item, or the `InputError` that it is."""

    @abstractmethod
    def answer(self, loaded: Loaded, prepared: Any, answer: Any) -> dict[str, Any]:
        """What the client gets of the predictor's answer; every number in it is finite. It is counted, too.

        Raises:
            ArithmeticError: one is not.
        """

    def choose(self, asked: Asked, registry: Registry) -> Loaded:
        """The version that is asked for.

        Raises:
            Problem: there is none such, or it is not served.
        """
        return registry.resolve(self.task, asked.model, asked.version)

    def check(self, predictor: AnyPredictor, asked: Asked) -> None:
        """See that the model can do what is asked of it for all items alike.

        Raises:
            Problem: it cannot.
        """

    def echo(self, item: Any) -> dict[str, Any]:
        """What comes back of an item beside its result, also of a wrong one."""
        return {}

    def is_long(self, item: Any, asked: Asked) -> bool:
        """Whether to prepare it takes so long that others should not wait."""
        return False

    async def post(self, request: Request) -> Response:
        body = await bodies.read(request, self.settings.max_body_bytes, self.settings.deadline_seconds)
        asked = self._envelope(body.content)
        items: Sequence[Any] = getattr(asked, self.items)
        request.state.items = len(items)
        if len(items) > self.settings.max_items:
            detail = f"{len(items)} {self.items}, at most {self.settings.max_items} are taken at a time"
            raise Problem(413, "too-many-items", detail)
        loaded = self.choose(asked, self._live.current)
        self.check(loaded.predictor, asked)
        long = body.size > self.long_body or any(self.is_long(item, asked) for item in items)
        query, answer = partial(self.query, asked=asked), partial(self.answer, loaded)
        begin = time.perf_counter()
        found = await self._pipeline.run(request, loaded, items, query, answer, long=long)
        key = loaded.key
        seconds = time.perf_counter() - begin
        metrics.of(metrics.PREDICTION_SECONDS, key.task, key.name, key.version).observe(seconds)
        results = [{**self.echo(item), **_result(result)} for item, result in zip(items, found, strict=True)]
        content = {"model": key.name, "version": key.version, self.results: results}
        return json_response(content, 422 if all("error" in result for result in results) else 200)

    def _envelope(self, content: Any) -> Asked:
        try:
            return self.request.model_validate(content)
        except ValidationError as error:
            raise from_validation(error) from None


def _result(result: dict[str, Any] | InputError | FailedError) -> dict[str, Any]:
    if isinstance(result, InputError):
        return {"error": {"code": result.code, "message": result.message, "field": result.field}}
    if isinstance(result, FailedError):
        message = "the service failed at this item; its neighbours are not affected"
        return {"error": {"code": "internal", "message": message, "field": None}}
    return result
