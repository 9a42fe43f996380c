"""The base of prediction routes: read the request, find its model, decode, predict, encode."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from service.http.json_items import Unparsed
from service.http.json_response import json_response
from service.http.schemas import PredictionRequest
from service.inference.codec import Codec
from service.inference.items_route import ItemsRoute, rejected
from service.inference.pipeline import FailedError, Result
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.monitoring import metrics

Asked = TypeVar("Asked", bound=PredictionRequest)


class PredictionRoute(ItemsRoute[Asked]):
    """Answers a list of items with a list of results; a route also states which field of the answer holds them."""

    results: str

    @abstractmethod
    def codec(self, asked: Asked, loaded: Loaded) -> Codec:
        """What decodes and encodes the items of a request; the options that all of them share are checked here.

        Raises:
            Problem: the version cannot do what is asked for.
        """

    def choose(self, asked: Asked, registry: Registry) -> Loaded:
        """The version that answers a request.

        Raises:
            NotFoundError, ServiceError: there is none such, or it is not served.
            ColdError: it is not in memory; it is loaded, and this called again.
            Problem: the request does not say which.
        """
        return registry.resolve(self.task, asked.model, asked.version)

    async def post(self, request: Request) -> Response:
        return await self.answer(request, *await self.read(request))

    async def answer(self, request: Request, asked: Asked, items: Sequence[Any], is_long: bool) -> Response:
        """Answer a request that is read already."""
        loaded, results = await self.predict(request, asked, items, long=is_long)
        content = {"model": loaded.key.name, "version": loaded.key.version, self.results: results}
        return json_response(content, 422 if all("error" in result for result in results) else 200)

    async def predict(
        self, request: Request, asked: Asked, items: Sequence[Any], *, long: bool
    ) -> tuple[Loaded, list[dict[str, object]]]:
        """Predict items by the version that the request asks for: that version, and each item's result as JSON.

        Args:
            long: decoding and encoding takes long enough to leave the event loop for.
        """
        read = time.perf_counter()
        loaded = await chosen(self.live, partial(self.choose, asked), self.settings.deadline_seconds)
        request.state.answered_by = loaded.key
        codec = self.codec(asked, loaded)
        long = long or any(map(codec.is_long, items))
        begin = time.perf_counter()
        found = await self.backend.pipeline.run(request, codec, items, long=long, begin=read)
        key = loaded.key
        seconds = time.perf_counter() - begin
        metrics.of(metrics.PREDICTION_SECONDS, key.task, key.name, key.version).observe(seconds)
        results = [{**_echo(codec, item), **as_json(result)} for item, result in zip(items, found, strict=True)]
        if self.backend.log is not None:
            self.backend.log.note(request, key, items, results, seconds)
        return loaded, results


def _echo(codec: Codec, item: object) -> dict[str, object]:
    return item.echo if type(item) is Unparsed else codec.echo(item)


def as_json(result: Result) -> dict[str, object]:
    """An item's result, or its error in place of one."""
    if isinstance(result, InputError):
        return rejected(result)
    if isinstance(result, FailedError):
        message = "the service failed at this item; its neighbours are not affected"
        return {"error": {"code": "internal", "message": message, "field": None}}
    return result
