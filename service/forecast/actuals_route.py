"""POST /forecast/actuals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from seqserve.forecast.predictor import Forecaster
from seqserve.registry.store import Key
from service.errors import NotLoadedError, RefusedError
from service.forecast import accuracy, logged_actuals
from service.forecast.accuracy import Comparison
from service.forecast.route import ForecastRoute
from service.forecast.schemas import Actuals, ActualsAnswer, ActualsRequest, Interval
from service.http.json_items import Unparsed
from service.http.json_response import json_response
from service.http.problems import Problem
from service.inference.items_route import ItemsRoute, identified, rejected, shaped
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.monitoring import metrics
from service.prediction_log.feedback_route import checked, lookup
from service.prediction_log.log import PredictionLog
from service.prediction_log.records import ID, written
from service.prediction_log.scores import Feedback, Found
from service.turns import in_turns

_ID = re.compile("[0-9a-f]{32}")


class ActualsRoute(ItemsRoute[ActualsRequest]):
    """Takes past forecasts with the actual values and measures their accuracy.

    Only of forecasts that are in the log of predictions is anything stored.
    """

    path = "/forecast/actuals"
    long_body = 1_024
    task = "actuals"
    request = ActualsRequest
    response = ActualsAnswer
    items = "items"
    item_shapes = (Actuals,)
    summary = "Say what came true of forecasts, for live accuracy"
    example = {  # noqa: RUF012
        "model": "google",
        "version": "2",
        "items": [
            {
                "id": "GOOG",
                "mean": [796.4, 796.16],
                "intervals": {"80": {"lower": [785.66, 782.39], "upper": [807.13, 809.93]}},
                "actual": [799.68, None],
            }
        ],
    }

    async def post(self, request: Request) -> Response:
        asked, items, is_long = await self.read(request)
        logged, items = await self._logged(request, items, is_long=is_long)
        loaded = None
        if logged.needs_model or asked.model is not None or asked.version is not None:
            loaded = await chosen(self.live, partial(_forecaster, asked), self.settings.deadline_seconds)
            request.state.answered_by = loaded.key
        compare = partial(_compared, loaded, logged, self.live.current)
        if is_long:
            compared = await in_turns(self.backend.executor, compare, items)
            await self._store(compared)
            taken = await in_turns(self.backend.executor, _counted, compared)
        else:
            compared = list(map(compare, items))
            await self._store(compared)
            taken = list(map(_counted, compared))
        accepted = sum("error" not in item for item in taken)
        if accepted == len(items):
            return json_response({"accepted": accepted})
        return json_response({"accepted": accepted, "items": taken}, 200 if accepted else 422)

    async def _logged(self, request: Request, items: Sequence[Any], *, is_long: bool) -> tuple[_Logged, Sequence[Any]]:
        """The forecasts that the items name by their ids; and the items, of which most are parsed by then."""
        log, caller = self.backend.log, getattr(request.state, "caller", None)
        if log is None:
            return _Logged(None, caller, {}, needs_model=True), items
        told = await in_turns(self.backend.executor, _told_of, items) if is_long else list(map(_told_of, items))
        found = await lookup(log, [each.id for each in told if each.id is not None], caller)
        needs_model = any(each.id not in found and each.has_mean for each in told)
        return _Logged(log, caller, found, needs_model), [each.item for each in told]

    async def _store(self, compared: Sequence[_Compared]) -> None:
        if self.backend.log is not None:
            stored = {each.id: each.feedback for each in compared if each.id is not None and each.feedback is not None}
            await self.backend.log.add_feedback(stored)


class _Told(NamedTuple):
    """What an item is about: a logged forecast, or a whole one; a wrong item is taken for a whole one.

    Args:
        item: parsed, unless it is large.
    """

    id: str | None
    has_mean: bool
    item: Any


@dataclass(frozen=True)
class _Logged:
    """The logged forecasts of a request.

    Args:
        caller: who says something of them.
        found: by id.
        needs_model: whether there are items that are not in the log, and so are compared by their model.
    """

    log: PredictionLog | None
    caller: str | None
    found: dict[str, Found]
    needs_model: bool


@dataclass
class _Compared:
    """An item of a request.

    Args:
        echo: its id, as it comes back.
        key: the version that it is about, if that is known.
        outcome: how it compares, or what is wrong with it; none if its version is not loaded.
        id, feedback: what is stored of a logged one.
    """

    echo: dict[str, Any]
    key: Key | None
    outcome: Comparison | InputError | None = None
    id: str | None = None
    feedback: Feedback | None = None


def _told_of(item: Any) -> _Told:
    if type(item) is Unparsed and not item.may_have(ID):
        return _Told(None, True, item)
    try:
        content = item.parse() if type(item) is Unparsed else item
    except InputError:
        return _Told(None, True, item)
    id = content.get(ID) if isinstance(content, dict) else None
    if not isinstance(id, str) or not _ID.fullmatch(id):
        return _Told(None, True, item)
    has_mean = "mean" in content
    return _Told(id, has_mean, item if has_mean else content)  # whole forecasts, parsed, would take much memory


def _forecaster(asked: ActualsRequest, registry: Registry) -> Loaded:
    """The version that is named, or else the stable one; canary shares do not apply.

    Raises:
        NotFoundError: there is none such.
        ColdError: it is not in memory; it is loaded, and this called again.
        Problem: 404 it is not loaded, so that nothing is known of its scale.
    """
    key = registry.find(ForecastRoute.task, asked.model, asked.version)
    try:
        return registry.held(key)
    except (NotLoadedError, RefusedError):
        detail = f"{key} is not loaded, or no longer, so that its accuracy is not measured; label it to have it loaded"
        raise Problem(404, "version-not-loaded", detail) from None


def _compared(loaded: Loaded | None, logged: _Logged, registry: Registry, item: Any) -> _Compared:
    """An item, compared; nothing is counted, as the body may prove no JSON."""
    compared = _Compared({"id": None}, None if loaded is None else loaded.key)
    try:
        content = item.parse() if type(item) is Unparsed else item
        compared.echo = identified(content)
        said = shaped(Actuals, content, "item")
        if said.prediction_id is not None and (said.mean is None or said.prediction_id in logged.found):
            _compare_logged(compared, said, said.prediction_id, logged, registry)
        else:
            assert loaded is not None
            assert isinstance(loaded.predictor, Forecaster)
            compared.outcome = accuracy.compare(said, loaded.predictor)
    except InputError as error:
        compared.outcome, compared.feedback = error.kept(), None
    return compared


def _compare_logged(compared: _Compared, said: Actuals, id: str, logged: _Logged, registry: Registry) -> None:
    """Compare what came true with the forecast in the log, whatever else the item says of it."""
    found = checked(logged.found.get(id), ForecastRoute.task, logged.log)
    key = Key(found.task, found.model, found.version)
    if compared.key not in (None, key):
        raise InputError("other_model", f"the forecast is of {key}, the request names {compared.key}", ID)
    compared.key, compared.id = key, id
    held = registry.loaded.get(key)
    forecaster = held.predictor if held is not None and isinstance(held.predictor, Forecaster) else None
    scores = logged_actuals.scores(found.answer, said.actual, forecaster.naive_scale if forecaster else None)
    if forecaster is not None:
        whole = said.model_copy(update={"mean": found.answer["mean"], "intervals": _intervals(found.answer)})
        compared.outcome = accuracy.compare(whole, forecaster)
    compared.feedback = Feedback(logged.caller, written({"actual": said.actual}), scores)


def _intervals(answer: Mapping[str, Any]) -> dict[str, Interval]:
    return {level: Interval.model_validate(bounds) for level, bounds in answer["intervals"].items()}


def _counted(compared: _Compared) -> dict[str, Any]:
    """Count an item; returns its id and, if it is wrong, its error."""
    outcome, key = compared.outcome, compared.key
    if key is not None:
        name = "rejected" if isinstance(outcome, InputError) else "ok"
        metrics.of(metrics.ITEMS, ActualsRoute.task, key.name, key.version, name).inc()
    if isinstance(outcome, InputError):
        return compared.echo | rejected(outcome)
    if outcome is not None and key is not None:
        accuracy.count(key, outcome)
    return compared.echo
