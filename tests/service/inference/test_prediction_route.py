from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any, ClassVar

import orjson
import pytest
from prometheus_client import REGISTRY
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from seqserve.registry.store import Key
from service.http.schemas import PredictionRequest, Shape
from service.inference.codec import Codec
from service.inference.items_route import Backend
from service.inference.pipeline import FailedError, Result
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded
from service.settings import Settings


class Words(PredictionRequest):
    words: list[Any] = Field(min_length=1)


class Counted(Shape):
    """How long each word is."""


class WordsCodec(Codec):
    def decode(self, item: Any) -> Any:
        return item

    def encode(self, prepared: Any, answer: Any) -> dict[str, Any]:
        return {}

    def echo(self, item: Any) -> dict[str, Any]:
        return {"word": item}

    def is_long(self, item: Any) -> bool:
        return len(item) > 10


class WordsRoute(PredictionRoute[Words]):
    path = "/words"
    task = "words"
    request = Words
    response = Counted
    items = "words"
    results = "lengths"
    summary = "Measure words"
    example: ClassVar[dict[str, Any]] = {}

    def codec(self, asked: Words, loaded: Loaded) -> Codec:
        return WordsCodec(loaded)


class Service:
    """A route whose registry has any version, and whose pipeline gives these results."""

    def __init__(self, *results: Result) -> None:
        self.results = list(results)
        self.long: bool | None = None
        self.asked: tuple[str | None, ...] = ()

    def post(self, **body: Any) -> Response:
        live = SimpleNamespace(current=SimpleNamespace(resolve=self._resolve))
        route = WordsRoute(Backend(Settings(), live, SimpleNamespace(run=self._run), None))  # type: ignore[arg-type]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": orjson.dumps(body), "more_body": False}

        headers = [(b"content-type", b"application/json")]
        return asyncio.run(route.post(Request({"type": "http", "headers": headers, "state": {}}, receive)))

    def _resolve(self, task: str, name: str | None, version: str | None) -> Any:
        self.asked = (task, name, version)
        return SimpleNamespace(key=Key("words", "route-test", "3"))

    async def _run(self, request: Request, codec: Codec, items: list[Any], *, long: bool, begin: float) -> list[Result]:
        self.long = long
        return self.results


def test_results_stand_beside_what_comes_back_of_their_items() -> None:
    service = Service({"length": 1}, InputError("empty", "send a word", "words"), FailedError())
    answer = service.post(words=["a", "", "b"], model="m", version="stable")
    assert service.asked == ("words", "m", "stable")
    assert answer.status_code == 200
    assert json.loads(bytes(answer.body)) == {
        "model": "route-test",
        "version": "3",
        "lengths": [
            {"word": "a", "length": 1},
            {"word": "", "error": {"code": "empty", "message": "send a word", "field": "words"}},
            {
                "word": "b",
                "error": {
                    "code": "internal",
                    "message": "the service failed at this item; its neighbours are not affected",
                    "field": None,
                },
            },
        ],
    }


def test_a_request_without_any_result_has_another_status() -> None:
    assert Service(FailedError(), FailedError()).post(words=["a", "b"]).status_code == 422


@pytest.mark.parametrize(("words", "long"), [(["a"], False), (["a", "b" * 11], True), (["b" * 9] * 3000, True)])
def test_one_long_item_or_a_long_body_is_long(words: list[str], long: bool) -> None:
    service = Service({})
    service.results *= len(words)
    service.post(words=words)
    assert service.long is long


def test_a_request_with_results_is_timed() -> None:
    labels = {"task": "words", "model": "route-test", "version": "3"}

    def count() -> float:
        return REGISTRY.get_sample_value("seqserve_prediction_duration_seconds_count", labels) or 0

    before = count()
    Service({}).post(words=["a"])
    assert count() == before + 1
