"""POST /forecast/tables: files in, the series of a request to POST /forecast out."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from functools import partial
from typing import Any, NamedTuple

import orjson
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from seqserve.forecast.bulk.queries import Taker
from seqserve.forecast.predictor import Forecaster
from seqserve.tabular.read_options import ReadOptions
from service.errors import DeadlineError
from service.forecast.route import ForecastRoute
from service.forecast.tables.reader import BrokenReaderError, Reader, RefusedTableError
from service.forecast.tables.schemas import TableFile, TablesAnswer, TablesRequest
from service.http.json_items import Unparsed
from service.http.json_response import json_response
from service.http.problems import wrong_shape
from service.inference.items_route import Backend, ItemsRoute, rejected, shaped
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.monitoring import metrics


class _File(NamedTuple):
    name: str
    content: bytes
    options: ReadOptions


class TablesRoute(ItemsRoute[TablesRequest]):
    """Reads tables of series by the rules of training and of the command line; nothing is forecast, nothing stored."""

    path = "/forecast/tables"
    task = "tables"
    request = TablesRequest
    response = TablesAnswer
    items = "tables"
    item_shapes = (TableFile,)
    summary = "Read files of series, and say how they were understood"
    example = {  # noqa: RUF012
        "tables": [{"name": "sales.csv", "text": "date,sales\n2024-01-01,3\n2024-01-02,5\n2024-01-03,4\n"}]
    }

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._reader = Reader(self.settings.deadline_seconds)

    async def post(self, request: Request) -> Response:
        asked, items, _ = await self.read(request)
        choose = partial(_resolved, asked)
        loaded = await chosen(self.live, choose, self.settings.deadline_seconds)
        request.state.answered_by = loaded.key
        key, forecaster = loaded.key, loaded.predictor
        assert isinstance(forecaster, Forecaster)
        horizon = _horizon(asked, forecaster)
        seconds = self.settings.deadline_seconds
        try:
            async with asyncio.timeout(seconds):  # of all files together: who has left does not hold up others for long
                found = [await self._read(item, forecaster, horizon) for item in items]
        except TimeoutError:
            raise DeadlineError(seconds) from None
        for one in found:
            outcome = "rejected" if isinstance(one, dict) else "ok"
            metrics.of(metrics.ITEMS, self.task, key.name, key.version, outcome).inc()
        failed = all(isinstance(one, dict) for one in found)
        return json_response({"model": key.name, "version": key.version, "tables": found}, 422 if failed else 200)

    async def _read(self, item: Any, forecaster: Forecaster, horizon: int) -> orjson.Fragment | dict[str, Any]:
        """What a file is understood as, or why it is refused."""
        name = item.get("name") if isinstance(item, dict) else None
        found: orjson.Fragment | dict[str, Any]
        try:
            file = await asyncio.get_running_loop().run_in_executor(self.backend.executor, _decoded, item)
            name = file.name
            found = orjson.Fragment(await self._reader.read(*file, _taker(forecaster), horizon))
        except InputError as error:
            found = {"name": name if isinstance(name, str) else None, **rejected(error)}
        except RefusedTableError as error:
            found = {"name": name, **rejected(InputError("refused", str(error), "read"))}
        except BrokenReaderError:
            message = "it is damaged, or needs too much memory; save it as CSV, or send a part of it"
            found = {"name": name, **rejected(InputError("unreadable", message, ""))}
        return found


def _resolved(asked: TablesRequest, registry: Registry) -> Loaded:
    return registry.resolve(ForecastRoute.task, asked.model, asked.version)


def _horizon(asked: TablesRequest, forecaster: Forecaster) -> int:
    """The horizon of a request.

    Raises:
        Problem: 422 the model cannot forecast that far.
    """
    try:
        return forecaster.check(asked.horizon, ())
    except InputError as error:
        raise wrong_shape([("/horizon", error.message)]) from None


def _decoded(item: Any) -> _File:
    """The name of a file, its bytes, and how to read it.

    Raises:
        InputError: it is not so.
    """
    found = shaped(TableFile, item.parse() if type(item) is Unparsed else item, "table")
    options = ReadOptions(**dict(found.read))
    if found.text is not None:
        return _File(found.name, found.text.encode(), options)
    try:
        return _File(found.name, b64decode(found.base64 or "", validate=True), options)
    except ValueError as error:  # also of what is not ASCII
        raise InputError("wrong_shape", f"base64: it is none: {error}", "base64") from None


def _taker(forecaster: Forecaster) -> Taker:
    return Taker(
        forecaster.features,
        forecaster.target,
        forecaster.covariates,
        forecaster.seasonal,
        forecaster.naive_scale,
    )
