"""What every prediction route does alike; a task's own route says what is different."""

from __future__ import annotations

import time
from abc import abstractmethod
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from service.http.json_response import json_response
from service.inference.batcher import AnyPredictor
from service.inference.items_route import Asked, ItemsRoute, rejected
from service.inference.pipeline import FailedError, Pipeline
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.reloader import LiveRegistry
from service.monitoring import metrics
from service.settings import Settings


class PredictionRoute(ItemsRoute[Asked]):
    """Answers a list of items with a list of results; a route also states which field of the answer holds them."""

    results: str

    def __init__(self, settings: Settings, live: LiveRegistry, pipeline: Pipeline) -> None:
        super().__init__(settings, live)
        self._pipeline = pipeline

    @abstractmethod
    def query(self, item: Any, asked: Asked) -> Any:
        """The predictor's query for an item, or the `InputError` that it is, which may be raised too."""

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
        asked, items, is_long = await self.read(request)
        loaded = self.choose(asked, self._live.current)
        self.check(loaded.predictor, asked)
        long = is_long or any(self.is_long(item, asked) for item in items)
        query, answer = partial(self.query, asked=asked), partial(self.answer, loaded)
        begin = time.perf_counter()
        found = await self._pipeline.run(request, loaded, items, query, answer, long=long)
        key = loaded.key
        seconds = time.perf_counter() - begin
        metrics.of(metrics.PREDICTION_SECONDS, key.task, key.name, key.version).observe(seconds)
        results = [{**self.echo(item), **_result(result)} for item, result in zip(items, found, strict=True)]
        content = {"model": key.name, "version": key.version, self.results: results}
        return json_response(content, 422 if all("error" in result for result in results) else 200)


def _result(result: dict[str, Any] | InputError | FailedError) -> dict[str, Any]:
    if isinstance(result, InputError):
        return rejected(result)
    if isinstance(result, FailedError):
        message = "the service failed at this item; its neighbours are not affected"
        return {"error": {"code": "internal", "message": message, "field": None}}
    return result
