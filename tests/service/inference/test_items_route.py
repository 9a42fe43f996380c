from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from service.http.problems import Problem
from service.http.schemas import PredictionRequest, Shape
from service.inference.batcher import Batcher, Limits
from service.inference.items_route import Backend, ItemsRoute, identified, rejected, shaped
from service.inference.pipeline import Pipeline
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings


class Words(PredictionRequest):
    """Words."""

    words: list[Any] = Field(min_length=1)


class Counted(Shape):
    """How many there are."""

    count: int


class WordsRoute(ItemsRoute[Words]):
    path = "/words"
    task = "words"
    request = Words
    response = Counted
    items = "words"
    summary = "Count words"
    example: ClassVar[dict[str, Any]] = {"words": ["one"]}
    long_body = 40

    async def post(self, request: Request) -> Response:
        _, items, _ = await self.read(request)
        return Response(str(len(items)))


class TextsRoute(WordsRoute):
    takes_texts = True


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    settings = Settings(max_items=3)
    executor = ThreadPoolExecutor(1)
    pipeline = Pipeline(Batcher(executor, Limits(1, 1, 60)), executor, 60)
    return Backend(settings, LiveRegistry(tmp_path, 1), pipeline, executor)


def read(route: WordsRoute, body: bytes) -> tuple[Words, Any, bool]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/json")]
    return asyncio.run(route.read(Request({"type": "http", "headers": headers, "state": {}}, receive)))


def test_a_request_is_read_with_its_items(backend: Backend) -> None:
    asked, items, is_long = read(WordsRoute(backend), orjson.dumps({"words": ["a", 1], "version": "2"}))
    assert (asked.version, items, is_long) == ("2", ["a", 1], False)


def test_a_long_body_is_told_apart(backend: Backend) -> None:
    assert read(WordsRoute(backend), orjson.dumps({"words": ["a" * 40]}))[2]


def test_a_wrong_request_is_a_problem_as_a_whole(backend: Backend) -> None:
    with pytest.raises(Problem) as caught:
        read(WordsRoute(backend), b'{"words": []}')
    assert (caught.value.status, caught.value.errors[0][0]) == (422, "/words")


def test_more_items_than_may_be_are_refused(backend: Backend) -> None:
    with pytest.raises(Problem) as caught:
        read(WordsRoute(backend), orjson.dumps({"words": ["a"] * 4}))
    assert (caught.value.status, caught.value.kind) == (413, "too-many-items")
    assert "4 words, at most 3" in caught.value.detail


def test_only_a_route_that_takes_texts_reads_half_a_surrogate_pair(backend: Backend) -> None:
    body = rb'{"words": ["\ud83d"]}'
    assert read(TextsRoute(backend), body)[1] == ["\ud83d"]
    with pytest.raises(Problem) as caught:
        read(WordsRoute(backend), body)
    assert caught.value.kind == "not-json"


def test_a_route_says_how_it_is_reached(backend: Backend) -> None:
    endpoint = WordsRoute(backend).endpoint()
    assert (endpoint.method, endpoint.path, endpoint.task) == ("POST", "/words", "words")
    assert (endpoint.operation.request, endpoint.operation.answer) == (Words, Counted)


def test_an_item_of_the_wrong_shape_is_told_by_its_field() -> None:
    with pytest.raises(InputError) as caught:
        shaped(Counted, {"count": "x" * 3}, "item")
    assert (caught.value.code, caught.value.field) == ("wrong_shape", "count")
    with pytest.raises(InputError) as caught:
        shaped(Counted, 3, "item")
    assert caught.value.field == "item"


@pytest.mark.parametrize("given", ["a", 3, 4.0])
def test_an_id_comes_back(given: object) -> None:
    assert identified({"id": given}) == {"id": given}


@pytest.mark.parametrize("item", [{"id": True}, {"id": 1.5}, {"id": ["a"]}, {}, "a", None])
def test_what_is_no_id_is_null(item: object) -> None:
    assert identified(item) == {"id": None}


def test_an_error_has_code_message_and_field() -> None:
    error = rejected(InputError("too_short", "send more", "values"))
    assert error == {"error": {"code": "too_short", "message": "send more", "field": "values"}}
