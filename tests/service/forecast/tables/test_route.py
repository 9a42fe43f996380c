"""POST /forecast/tables, with the process that reads."""

from __future__ import annotations

import asyncio
import gzip
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.requests import Request

from seqserve.forecast.bulk.queries import Taker
from seqserve.forecast.covariates import Taken
from seqserve.tabular.read_options import ReadOptions
from service.errors import DeadlineError
from service.forecast.route import ForecastRoute
from service.forecast.tables.reader import BrokenReaderError, Reader, RefusedTableError
from service.forecast.tables.route import TablesRoute
from service.http.problems import Problem
from service.inference.batcher import Batcher, Limits
from service.inference.items_route import Backend
from service.inference.pipeline import Pipeline
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings
from testing import tiny

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
LONG = "date;shop;Sales\n" + "".join(f"{day:02}.01.2024;{shop};{day},5\n" for day in range(1, 20) for shop in "ab")
TAKER = Taker(["value"], "value", Taken(), True, None)


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    tiny.publish(tmp_path, tiny.release("walk"))
    executor = ThreadPoolExecutor(1)
    pipeline = Pipeline(Batcher(executor, Limits(1000, 1000, 100)), executor, 100)
    return Backend(Settings(deadline_seconds=100), LiveRegistry(tmp_path, 1), pipeline, executor)


async def post(route: TablesRoute | ForecastRoute, **body: Any) -> tuple[int, dict[str, Any]]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": orjson.dumps(body), "more_body": False}

    headers = [(b"content-type", b"application/json")]
    answer = await route.post(Request({"type": "http", "headers": headers, "state": {}}, receive))
    return answer.status_code, json.loads(bytes(answer.body))


def test_files_become_the_series_of_a_request(backend: Backend) -> None:
    async def asked() -> None:
        route = TablesRoute(backend)
        binary = {"name": "x.csv", "base64": b64encode(LONG.encode("utf-16")).decode()}
        unread = {"name": "y.csv", "text": "date,y\n01/02/2020,3\n02/03/2020,4\n03/04/2020,4\n"}
        status, answer = await post(
            route,
            tables=[
                {"text": LONG},
                binary,
                unread,
                {"text": "1\n2\n3"},
                {"text": 3},
                {},
                {"base64": "é"},
                {"base64": "a"},
            ],
        )
        assert (status, answer["model"], answer["version"]) == (200, "walk", "1")
        read, same, refused, numbers, wrong, empty, *undecoded = answer["tables"]
        assert (read["rows"], read["dropped"], read["frequency"], read["target"]) == (38, 0, "D", "Sales")
        assert read["columns"]["shop"] == "id: tells the series apart"
        first, second = read["series"]
        assert (first["id"], second["id"], first["values"][:2]) == ("a", "b", [1.5, 2.5])
        assert read["times"][0][-3:] == ["2024-01-19", "2024-01-20", "2024-01-21"], "two steps are the model's horizon"
        assert (same["name"], same["series"], same["times"]) == ("x.csv", read["series"], read["times"])
        assert refused["error"]["code"] == "refused"
        assert "--day-first" in refused["error"]["message"]
        assert (numbers["series"][0]["values"], numbers["times"]) == ([1, 2, 3], [None])
        assert [one["error"]["field"] for one in undecoded] == ["base64", "base64"]
        assert wrong["error"]["code"] == empty["error"]["code"] == "wrong_shape"

        status, answer = await post(route, tables=[{**unread, "read": {"day_first": True}}])
        assert (status, answer["tables"][0]["frequency"]) == (200, None)
        assert answer["tables"][0]["times"][0][0] == "2020-02-01"
        status, answer = await post(route, tables=[{"text": LONG, "read": {"target": ["no"]}}])
        assert (status, answer["tables"][0]["error"]["field"]) == (422, "read")
        status, answer = await post(ForecastRoute(backend), series=[first, second])
        assert status == 200
        assert [one["timestamps"][0] for one in answer["forecasts"]] == ["2024-01-20"] * 2
        with pytest.raises(Problem, match="horizon 99"):
            await post(route, tables=[{"text": LONG}], horizon=99)
        await route._reader.close()

    asyncio.run(asked())


def test_many_files_have_one_deadline_together(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slowly(*asked: Any) -> bytes:
        await asyncio.sleep(0.02)
        return b"{}"

    monkeypatch.setattr(Reader, "read", slowly)
    route = TablesRoute(replace(backend, settings=Settings(deadline_seconds=0.5)))
    with pytest.raises(DeadlineError):
        asyncio.run(post(route, tables=[{"text": LONG}] * 4_000))


def test_a_file_that_breaks_or_holds_up_the_process_harms_no_other() -> None:
    async def read() -> None:
        reader = Reader(100)

        async def ask(content: bytes) -> bytes:
            return await reader.read("x.csv", content, ReadOptions(), TAKER, 1)

        slow = asyncio.create_task(ask(LONG.encode()))
        while reader._process is None:
            await asyncio.sleep(0.01)
        waiting = asyncio.create_task(ask(b"1\n2\n"))
        reader._process.kill()
        with pytest.raises(BrokenReaderError):
            await slow
        assert orjson.loads(await waiting)["rows"] == 2
        assert orjson.loads(await ask(gzip.compress(LONG.encode())))["rows"] == 38
        with pytest.raises(RefusedTableError, match="it needs too much memory"):
            await ask(gzip.compress(b"1,2\n" * 2**20) * 200)
        with pytest.raises(RefusedTableError, match="is empty"):
            await ask(b"")
        held = reader._process
        reader._seconds = 0.001
        with pytest.raises(DeadlineError):
            await ask(LONG.encode() * 100)
        assert reader._process is None
        assert held is not None
        await held.wait()

    asyncio.run(read())
