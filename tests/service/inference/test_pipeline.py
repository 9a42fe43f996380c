from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest
from starlette.requests import ClientDisconnect, Request

from seqserve.errors import InputError
from seqserve.registry.store import Key
from service.errors import DeadlineError, QueueFullError
from service.inference.batcher import Batcher, Limits
from service.inference.codec import Codec
from service.inference.pipeline import FailedError, Pipeline
from service.model_registry.loaded_models import Loaded
from testing.doubler import Doubler

T = TypeVar("T")


class Numbers(Codec):
    """Items are numbers; what is none is rejected, 7 cannot be decoded and 8 not encoded."""

    def __init__(self, predictor: Doubler) -> None:
        super().__init__(cast(Loaded, SimpleNamespace(key=Key("numbers", "doubler", "1"), predictor=predictor)))
        self.threads: set[int] = set()

    def decode(self, item: Any) -> int:
        self.threads.add(threading.get_ident())
        if not isinstance(item, int):
            raise InputError("not_a_number", "send a number", "item")
        if item == 7:
            raise RuntimeError("seven")
        return item

    def encode(self, prepared: int, answer: int) -> dict[str, Any]:
        self.threads.add(threading.get_ident())
        if prepared == 8:
            raise ArithmeticError("eight")
        return {"double": answer}


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


@pytest.fixture
def predictor() -> Iterator[Doubler]:
    found = Doubler()
    found.gate.set()
    yield found
    found.gate.set()


def request(*, is_gone: bool = False) -> Request:
    async def receive() -> dict[str, Any]:
        if not is_gone:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


def predict(
    executor: ThreadPoolExecutor,
    codec: Codec,
    items: Sequence[Any],
    *,
    long: bool = False,
    seconds: float = 10,
    is_gone: bool = False,
) -> list[Any]:
    async def work() -> list[Any]:
        pipeline = Pipeline(Batcher(executor, Limits(100, 100, 60)), executor, seconds)
        return await pipeline.run(request(is_gone=is_gone), codec, items, long=long)

    return run(work())


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@pytest.mark.parametrize("long", [False, True])
def test_results_are_in_the_order_of_the_items(executor: ThreadPoolExecutor, predictor: Doubler, long: bool) -> None:
    items = list(range(100, 300))
    found = predict(executor, Numbers(predictor), items, long=long)
    assert found == [{"double": 2 * item} for item in items]


@pytest.mark.parametrize("wrong", [7, 8, 13])
def test_an_item_that_the_service_fails_at_fails_alone(
    executor: ThreadPoolExecutor, predictor: Doubler, wrong: int
) -> None:
    first, failed, last = predict(executor, Numbers(predictor), [1, wrong, 2])
    assert (first, last) == ({"double": 2}, {"double": 4})
    assert isinstance(failed, FailedError)


def test_a_wrong_item_has_its_error_for_a_result(executor: ThreadPoolExecutor, predictor: Doubler) -> None:
    first, rejected = predict(executor, Numbers(predictor), [1, "one"])
    assert first == {"double": 2}
    assert isinstance(rejected, InputError)
    assert rejected.code == "not_a_number"
    assert rejected.__traceback__ is None, "its frames would hold the item"
    assert rejected.__context__ is None


def test_only_long_work_leaves_the_event_loop(executor: ThreadPoolExecutor, predictor: Doubler) -> None:
    here = threading.get_ident()
    short, long = Numbers(predictor), Numbers(predictor)
    predict(executor, short, [1])
    predict(executor, long, [1], long=True)
    assert short.threads == {here}
    assert long.threads
    assert here not in long.threads


def test_what_takes_too_long_ends_at_the_deadline(executor: ThreadPoolExecutor, predictor: Doubler) -> None:
    predictor.gate.clear()
    with pytest.raises(DeadlineError, match="no answer within"):
        predict(executor, Numbers(predictor), [1], seconds=0.05)
    predictor.gate.set()


def test_work_ends_when_the_client_has_gone(executor: ThreadPoolExecutor, predictor: Doubler) -> None:
    predictor.gate.clear()
    with pytest.raises(ClientDisconnect):
        predict(executor, Numbers(predictor), [1], is_gone=True)
    predictor.gate.set()


def test_a_full_queue_refuses(executor: ThreadPoolExecutor, predictor: Doubler) -> None:
    async def work() -> None:
        predictor.gate.clear()
        pipeline = Pipeline(Batcher(executor, Limits(1, 2, 60)), executor, 10)
        codec = Numbers(predictor)
        first = asyncio.create_task(pipeline.run(request(), codec, [1, 2, 3], long=False))
        await asyncio.sleep(0.01)
        with pytest.raises(QueueFullError):
            await pipeline.run(request(), codec, [4], long=False)
        predictor.gate.set()
        assert await first == [{"double": 2}, {"double": 4}, {"double": 6}]

    run(work())
