"""The base of routes that take what is said of logged predictions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from service.http.json_items import Unparsed
from service.http.json_response import json_response
from service.inference.items_route import Asked, ItemsRoute, rejected, shaped
from service.monitoring import metrics
from service.prediction_log.log import PredictionLog
from service.prediction_log.records import ID, written
from service.prediction_log.schemas import FeedbackAnswer
from service.prediction_log.scores import Counts, Feedback, Found
from service.turns import in_turns


class FeedbackRoute(ItemsRoute[Asked]):
    """Takes a list of items with a `prediction_id` each; a route states the shape of an item and judges it."""

    response = FeedbackAnswer
    predicted: str
    """The task whose predictions they are about."""
    item: type[BaseModel]

    @abstractmethod
    def judge(self, said: Any, answer: Mapping[str, Any]) -> dict[str, Counts]:
        """How right an answer was.

        Args:
            said: an item of the shape `item`.

        Raises:
            InputError: it cannot be said of this answer.
        """

    async def post(self, request: Request) -> Response:
        _, items, is_long = await self.read(request)
        log, caller = self.backend.log, getattr(request.state, "caller", None)
        every = await in_turns(self.backend.executor, self._read, items) if is_long else list(map(self._read, items))
        found = await lookup(log, [each.id for each in every if each.id and each.error is None], caller)
        # A long translation takes long to compare.
        await in_turns(self.backend.executor, partial(self._judged, found), every)
        if log is not None:
            feedback = {
                each.id: Feedback(caller, content_of(each.item), each.scores)
                for each in every
                if each.id is not None and each.error is None
            }
            await log.add_feedback(feedback)
        taken = [self._counted(found, each) for each in every]
        accepted = sum("error" not in item for item in taken)
        if accepted == len(taken):
            return json_response({"accepted": accepted})
        return json_response({"accepted": accepted, "items": taken}, 200 if accepted else 422)

    def _read(self, item: Any) -> _Said:
        said = _Said()
        try:
            content = item.parse() if type(item) is Unparsed else item
            said.id = _id(content)
            said.item = shaped(self.item, content, "item")
        except InputError as error:
            said.error = error.kept()
        return said

    def _judged(self, found: Mapping[str, Found], said: _Said) -> None:
        if said.error is None:
            try:
                logged = checked(found.get(said.id or ""), self.predicted, self.backend.log)
                said.scores = self.judge(said.item, logged.answer)
            except InputError as error:
                said.error = error.kept()

    def _counted(self, found: Mapping[str, Found], said: _Said) -> dict[str, Any]:
        """Count an item; returns its id and, if it is wrong, its error."""
        if (logged := found.get(said.id or "")) is not None:
            outcome = "ok" if said.error is None else "rejected"
            metrics.of(metrics.ITEMS, self.task, logged.model, logged.version, outcome).inc()
        return {ID: said.id} | ({} if said.error is None else rejected(said.error))


@dataclass
class _Said:
    """An item of a request.

    Args:
        id: of the prediction that it is about, if it names one.
        item: of the route's shape; none if it is not of it.
        scores: how right the prediction was.
        error: what is wrong with it.
    """

    id: str | None = None
    item: Any = None
    scores: Mapping[str, Counts] = field(default_factory=dict)
    error: InputError | None = None


async def lookup(log: PredictionLog | None, ids: Sequence[str], caller: str | None) -> dict[str, Found]:
    """The predictions of these ids, none without a log.

    Args:
        caller: the owner of the key; with keys, others' predictions are as unknown as those that never were.

    Raises:
        Problem: 503 the database does not answer.
    """
    if log is None or not ids:
        return {}
    found = await log.find(list(dict.fromkeys(ids)))
    return {id: each for id, each in found.items() if caller is None or each.caller == caller}


def checked(found: Found | None, task: str, log: PredictionLog | None) -> Found:
    """A prediction, if it is one of the task.

    Raises:
        InputError: there is no log, no such prediction in it, or it is of another task.
    """
    if log is None:
        message = "the service keeps no log of predictions; its operator sets SEQSERVE_PREDICTION_LOG"
        raise InputError("no_prediction_log", message, ID)
    if found is None:
        message = "no prediction of yours has this id: it was deleted after its time, lost to the log, or never made"
        raise InputError("unknown_prediction", message, ID)
    if found.task != task:
        message = f"the prediction is one of the task {found.task}, here those of {task} are taken"
        raise InputError("other_task", message, ID)
    return found


def content_of(said: BaseModel) -> str:
    """What is stored of an item."""
    return written(said.model_dump(exclude={ID, "id"}, exclude_none=True))


def _id(content: Any) -> str | None:
    found = content.get(ID) if isinstance(content, dict) else None
    return found[:32] if isinstance(found, str) else None
