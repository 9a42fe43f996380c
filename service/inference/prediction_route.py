"""The base of prediction routes: read the request, find its model, decode, predict, encode."""

from __future__ import annotations

import time
from abc import abstractmethod

from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from service.http.json_response import json_response
from service.inference.codec import Codec
from service.inference.items_route import Asked, ItemsRoute, rejected
from service.inference.pipeline import FailedError, Result
from service.model_registry.loaded_models import Loaded, Registry
from service.monitoring import metrics


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
            NotFoundError, RefusedError, NotLoadedError: there is none such, or it is not served.
            Problem: the request does not say which.
        """
        return registry.resolve(self.task, asked.model, asked.version)

    async def post(self, request: Request) -> Response:
        asked, items, is_long = await self.read(request)
        codec = self.codec(asked, self.choose(asked, self.live.current))
        long = is_long or any(map(codec.is_long, items))
        begin = time.perf_counter()
        found = await self.backend.pipeline.run(request, codec, items, long=long)
        key = codec.loaded.key
        seconds = time.perf_counter() - begin
        metrics.of(metrics.PREDICTION_SECONDS, key.task, key.name, key.version).observe(seconds)
        results = [{**codec.echo(item), **_as_json(result)} for item, result in zip(items, found, strict=True)]
        content = {"model": key.name, "version": key.version, self.results: results}
        return json_response(content, 422 if all("error" in result for result in results) else 200)


def _as_json(result: Result) -> dict[str, object]:
    if isinstance(result, InputError):
        return rejected(result)
    if isinstance(result, FailedError):
        message = "the service failed at this item; its neighbours are not affected"
        return {"error": {"code": "internal", "message": message, "field": None}}
    return result
