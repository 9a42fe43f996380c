"""Forecasts from many points in the past of a series: for backtests, and to see which values were not expected.

Reference:
    Tashman, Out-of-sample tests of forecasting accuracy: an analysis and review, 2000 (rolling origins).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from starlette.requests import Request

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError
from seqserve.forecast import timestamps
from seqserve.forecast.inputs import as_steps
from seqserve.forecast.predictor import Forecaster, ForecastQuery, PreparedForecast
from service.forecast.route import ForecastCodec, ForecastRoute
from service.forecast.schemas import ForecastRequest
from service.http.json_items import Unparsed
from service.http.problems import Problem
from service.inference.items_route import Backend, identified
from service.inference.pipeline import FailedError
from service.model_registry.loaded_models import Loaded
from service.model_registry.on_demand import chosen
from service.turns import in_turns

MOST = 4
"""Forecasts of a request, at most, in multiples of the items that it may have."""
_TOGETHER = 512
_STEPS_TOGETHER = 100_000
"""Forecasts that are asked for at a time, and values that they look at, so that a request takes little memory and a
small part of the queue."""
_FEW = 32
"""More of them take long enough to leave the event loop for."""

Plan = Callable[[int, Forecaster, int], Sequence[int]]
"""From the number of values, the model and the horizon to the origins: how many values each forecast is made from.

Raises InputError if the series is too short.
"""


@dataclass(frozen=True)
class Rolled:
    """The forecasts of a series.

    Args:
        actual: the values (T,) that are forecast; a gap is NaN.
        origins: how many of them each forecast was made from.
        forecasts: as the route for forecasts answers them.
    """

    actual: Floats
    origins: Sequence[int]
    forecasts: list[dict[str, Any]]


class Origin(NamedTuple):
    """A forecast to make: from the values of a query up to a place."""

    query: ForecastQuery
    end: int
    has_gaps: bool


class _Series(NamedTuple):
    """A series as it was read: what comes back of it, the values that are forecast, and the forecasts to make."""

    echo: dict[str, Any]
    actual: Floats
    origins: list[Origin]
    error: InputError | None = None


class RollingCodec(ForecastCodec):
    """Decodes origins; they are not counted for drift, as what they see is old."""

    def decode(self, item: Origin) -> PreparedForecast:
        return self.prepare(_before(item, self.horizon, self.forecaster.longest or self.forecaster.window))

    def count(self, prepared: PreparedForecast) -> None:
        """Count nothing."""

    def echo(self, item: Origin) -> dict[str, Any]:
        return {}

    def is_long(self, item: Origin) -> bool:
        return False


class Rolling:
    """Makes the forecasts of series from many origins."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._route = ForecastRoute(backend)

    async def run(
        self, request: Request, asked: ForecastRequest, items: Sequence[Any], plan: Plan
    ) -> tuple[Loaded, list[dict[str, Any]], list[Rolled | InputError | FailedError]]:
        """The version that answered, what comes back of each series, and its forecasts or why there are none.

        Raises:
            Problem: 413 there are too many forecasts, 422 the version cannot do what is asked for, 429 the sender has
                sent too many.
        """
        begin = time.perf_counter()
        seconds = self._backend.settings.deadline_seconds
        loaded = await chosen(self._backend.live, partial(self._route.choose, asked), seconds)
        request.state.answered_by = loaded.key
        codec = RollingCodec(asked, loaded)
        read = partial(_read, codec, plan)
        is_long = len(items) > 1 or isinstance(items[0], Unparsed)
        found = await in_turns(self._backend.executor, read, items) if is_long else list(map(read, items))
        origins = [origin for series in found for origin in series.origins]
        self._admit(request, len(items), len(origins))
        forecasts = iter(await self._forecasts(request, codec, origins, begin))
        results = [series.error or _rolled(series, [next(forecasts) for _ in series.origins]) for series in found]
        return loaded, [series.echo for series in found], results

    async def _forecasts(
        self, request: Request, codec: RollingCodec, origins: Sequence[Origin], begin: float
    ) -> list[Any]:
        found: list[Any] = []
        long = len(origins) > _FEW
        for part in _parts(origins, codec.forecaster.longest or codec.forecaster.window):
            found += await self._backend.pipeline.run(request, codec, part, long=long, begin=begin)
        return found

    def _admit(self, request: Request, series: int, forecasts: int) -> None:
        most = MOST * self._backend.settings.max_items
        if forecasts > most:
            detail = f"{forecasts} forecasts, at most {most} are made at a time; send fewer or shorter series"
            raise Problem(413, "too-many-items", detail)
        if take_items := getattr(request.state, "take_items", None):
            take_items(max(0, forecasts - series))  # the series themselves were counted as they came


def _read(codec: RollingCodec, plan: Plan, item: Any) -> _Series:
    """A series of the request, or why no forecast is made of it."""
    echo: dict[str, Any] = {"id": None}
    try:
        content = item.parse() if type(item) is Unparsed else item
        echo = identified(content)
        query = codec.query(content)
        steps = len(query.values)
        if query.end is not None:
            begin = None if query.frequency is None else timestamps.start(query.end, query.frequency, steps)
            query = replace(query, end=None, start=begin)
        for field in ("known", "past"):
            _check_lengths(getattr(query, field), field, steps)
        if query.timestamps is not None and len(query.timestamps) != steps:
            message = f"{counted(len(query.timestamps), 'timestamp')} for {counted(steps, 'value')}; send one for each"
            raise InputError("bad_timestamps", message, "timestamps")
        values = as_steps(query.values, codec.forecaster.features)
        has_gaps = bool(np.isnan(values).any())
        origins = [Origin(query, end, has_gaps) for end in plan(steps, codec.forecaster, codec.horizon)]
        return _Series(echo, values[:, codec.forecaster.features.index(codec.forecaster.target)], origins)
    except InputError as error:
        return _Series(echo, np.empty(0), [], error.kept())


def _parts(origins: Sequence[Origin], longest: int | None) -> Iterator[Sequence[Origin]]:
    """The origins in parts, each of limited work."""
    first = steps = 0
    for place, origin in enumerate(origins):
        cost = min(origin.end, longest or origin.end)
        if place > first and (place - first == _TOGETHER or steps + cost > _STEPS_TOGETHER):
            yield origins[first:place]
            first, steps = place, 0
        steps += cost
    if origins:
        yield origins[first:]


def _check_lengths(covariates: Mapping[str, Sequence[Any]], field: str, steps: int) -> None:
    for name, values in covariates.items():
        if len(values) < steps:
            message = f"{name} has {counted(len(values), 'value')}, at least {steps} are needed: one for each of values"
            raise InputError("wrong_length", message, field)


def _before(origin: Origin, horizon: int, longest: int | None) -> ForecastQuery:
    """What was known of a series at an origin; `known` has the steps ahead too."""
    query, end = origin.query, origin.end
    is_plain = query.start is None and query.timestamps is None and not query.known and not query.past
    first = max(0, end - longest) if is_plain and longest is not None and not origin.has_gaps else 0
    return replace(
        query,
        values=query.values[first:end],
        timestamps=None if query.timestamps is None else query.timestamps[:end],
        known={name: values[: end + horizon] for name, values in query.known.items()},
        past={name: values[:end] for name, values in query.past.items()},
    )


def _rolled(series: _Series, results: Sequence[Any]) -> Rolled | InputError | FailedError:
    for origin, result in zip(series.origins, results, strict=True):
        if isinstance(result, InputError):
            message = f"forecast from the first {counted(origin.end, 'value')}: {result.message}"
            return InputError(result.code, message, result.field)
        if isinstance(result, FailedError):
            return result
    return Rolled(series.actual, [origin.end for origin in series.origins], list(results))


def windows(count: int, step: int | None = None) -> Plan:
    """The origins of a backtest: the last forecast ends with the last value.

    Args:
        count: of the forecasts.
        step: values between two origins; none means the horizon.
    """

    def plan(steps: int, forecaster: Forecaster, horizon: int) -> Sequence[int]:
        origins = [steps - horizon - (step or horizon) * back for back in reversed(range(count))]
        if origins[0] < forecaster.min_values:
            message = (
                f"{counted(steps, 'value')}: {counted(count, 'window')} of {counted(horizon, 'step')} leave "
                f"{max(0, origins[0])} before the first, this model needs at least {forecaster.min_values}"
            )
            raise InputError("too_short", message, "values")
        return origins

    return plan


def one_by_one(last: int | None = None, step: int = 1) -> Plan:
    """The origins of forecasts that cover the last values, without overlap.

    Args:
        last: how many values; none means all that there is enough history before.
        step: values between two origins.
    """

    def plan(steps: int, forecaster: Forecaster, horizon: int) -> Sequence[int]:
        first = enough(steps, forecaster) if last is None else steps - last
        if not forecaster.min_values <= first < steps:
            least = (forecaster.window or forecaster.min_values) + (last or 1)
            message = f"{counted(steps, 'value')}, this model needs at least {least} to compare the last with"
            raise InputError("too_short", message, "values")
        return range(first, steps, step)

    return plan


def enough(steps: int, forecaster: Forecaster) -> int:
    """How many values come before the first that is compared: the model's window, or else a few."""
    return forecaster.window or max(forecaster.min_values, min(_FEW, steps // 2))
