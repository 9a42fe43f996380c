from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import REGISTRY
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import NotFoundError
from service.forecast.actuals_route import ActualsRoute
from service.http.problems import Problem
from service.inference.batcher import Batcher, Limits
from service.inference.items_route import Backend
from service.inference.pipeline import Pipeline
from service.model_registry.reloader import LiveRegistry
from service.model_registry.residency import Policy
from service.settings import Settings
from testing import tiny

GOOD = {"id": 1, "mean": [10, 10], "actual": [11, None]}
BAD = {"id": "b", "mean": [10], "actual": [None]}


@pytest.fixture
def route(tmp_path: Path) -> ActualsRoute:
    tiny.publish(tmp_path, tiny.release("came-true"))
    executor = ThreadPoolExecutor(1)
    pipeline = Pipeline(Batcher(executor, Limits(1, 1, 60)), executor, 60)
    return ActualsRoute(Backend(Settings(), LiveRegistry(tmp_path, 1), pipeline, executor))


def post(route: ActualsRoute, *items: Any, **options: Any) -> Response:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": orjson.dumps({"items": items, **options}), "more_body": False}

    headers = [(b"content-type", b"application/json")]
    return asyncio.run(route.post(Request({"type": "http", "headers": headers, "state": {}}, receive)))


def counted(outcome: str) -> float:
    labels = {"task": "actuals", "model": "came-true", "version": "1", "outcome": outcome}
    return REGISTRY.get_sample_value("seqserve_items_total", labels) or 0


def test_accepted_items_are_counted_and_not_sent_back(route: ActualsRoute) -> None:
    before = counted("ok")
    answer = post(route, GOOD, GOOD, model="came-true")
    assert (answer.status_code, json.loads(bytes(answer.body))) == (200, {"accepted": 2})
    assert counted("ok") == before + 2


def test_of_mixed_items_the_wrong_ones_say_why(route: ActualsRoute) -> None:
    before = counted("rejected")
    answer = post(route, GOOD, BAD, 3, model="came-true")
    found = json.loads(bytes(answer.body))
    assert (answer.status_code, found["accepted"]) == (200, 1)
    assert [item["id"] for item in found["items"]] == [1, "b", None]
    assert [item.get("error", {}).get("code") for item in found["items"]] == [None, "empty", "wrong_shape"]
    assert counted("rejected") == before + 2


def test_a_request_without_an_accepted_item_has_another_status(route: ActualsRoute) -> None:
    assert post(route, BAD, model="came-true").status_code == 422


def test_many_items_are_taken_in_order_in_another_thread(route: ActualsRoute) -> None:
    items = [{**(BAD if number % 2 else GOOD), "id": number} for number in range(200)]
    found = json.loads(bytes(post(route, *items, model="came-true").body))
    assert found["accepted"] == 100
    assert [item["id"] for item in found["items"]] == list(range(200))


def test_a_version_must_be_there_and_loaded(route: ActualsRoute, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        post(route, GOOD, model="came-true", version="9")
    tiny.publish(tmp_path, tiny.release("came-true"))
    few = LiveRegistry(tmp_path, 1, Policy(keep=1))
    route.live = few
    with pytest.raises(Problem) as caught:
        post(route, GOOD, model="came-true", version="1")
    assert (caught.value.status, caught.value.kind) == (404, "version-not-loaded")
