"""The base of routes that take what is said of logged predictions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
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


class FeedbackRoute(ItemsRoute[Asked]):
    """Takes a list of items with a `prediction_id` each; a route states the shape of an item and judges it."""

    response = FeedbackAnswer
    long_body = 2**62  # items are small, and checked at once
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
        _, items, _ = await self.read(request)
        contents: list[dict[str, Any]] = []
        outcomes: list[Any] = []
        for item in items:
            content: Any = None
            try:
                content = item.parse() if type(item) is Unparsed else item
                outcomes.append(shaped(self.item, content, "item"))
            except InputError as error:
                outcomes.append(error)
            contents.append({ID: _id(content)})
        log, caller = self.backend.log, getattr(request.state, "caller", None)
        ids = [said.prediction_id for said in outcomes if not isinstance(said, InputError)]
        found = await lookup(log, ids, caller)
        feedback: dict[str, Feedback] = {}
        for place, said in enumerate(outcomes):
            if isinstance(said, InputError):
                continue
            try:
                logged = checked(found.get(said.prediction_id), self.predicted, log)
                scores = self.judge(said, logged.answer)
            except InputError as error:
                outcomes[place] = error
                continue
            feedback[said.prediction_id] = Feedback(caller, content_of(said), scores)
        if log is not None:
            await log.add_feedback(feedback)
        taken = []
        for content, outcome in zip(contents, outcomes, strict=True):
            is_wrong = isinstance(outcome, InputError)
            if (logged_as := found.get(content[ID] or "")) is not None:
                name = "rejected" if is_wrong else "ok"
                metrics.of(metrics.ITEMS, self.task, logged_as.model, logged_as.version, name).inc()
            taken.append(content | rejected(outcome) if is_wrong else content)
        accepted = sum("error" not in item for item in taken)
        if accepted == len(taken):
            return json_response({"accepted": accepted})
        return json_response({"accepted": accepted, "items": taken}, 200 if accepted else 422)


async def lookup(log: PredictionLog | None, ids: list[str], caller: str | None) -> dict[str, Found]:
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
