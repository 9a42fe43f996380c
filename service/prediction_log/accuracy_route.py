"""GET /models/{task}/{name}/accuracy."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.registry.names import is_name
from service.http.auth import ApiKeys
from service.http.endpoints import BY_KEY, PROBLEMS, Endpoint, Operation
from service.http.json_response import json_response
from service.http.problems import Problem
from service.inference.task import Task
from service.model_registry.reloader import LiveRegistry
from service.prediction_log.log import PredictionLog
from service.prediction_log.schemas import AccuracyAnswer
from service.prediction_log.scores import VersionCounts, together

_DAYS = re.compile("[1-9][0-9]{0,3}")
_QUERY: dict[str, dict[str, Any]] = {
    "days": {"type": "integer", "minimum": 1, "maximum": 9999, "description": "Only predictions of so many days."},
    "version": {"type": "string", "description": "Only this version."},
}


class AccuracyRoute:
    """Computes how right the predictions of a model were from what was said of them.

    Args:
        log: without one the route answers 404.
        tasks: by name; they say what their scores come to.
        keys: needed, since it is about what callers have sent.
    """

    def __init__(self, log: PredictionLog | None, live: LiveRegistry, tasks: dict[str, Task], keys: ApiKeys) -> None:
        self._log = log
        self._live = live
        self._tasks = tasks
        self._keys = keys

    def endpoint(self) -> Endpoint:
        """How the route is reached and described."""
        operation = Operation(
            "showAccuracy",
            "How right the logged predictions of a model were",
            answer=AccuracyAnswer,
            problems={
                401: PROBLEMS[401],
                404: "No such model, or the service keeps no log of predictions.",
                422: "The parameters of the query are wrong.",
                503: "The log of predictions cannot be read now.",
            },
            security=BY_KEY,
            query=_QUERY,
        )
        return Endpoint("GET", "/models/{task}/{name}/accuracy", self.show, operation)

    async def show(self, request: Request) -> Response:
        if self._keys:
            self._keys.owner(request)
        task, name = (request.path_params[part] for part in ("task", "name"))
        days = _days(request.query_params.get("days"))
        if self._log is None:
            detail = "the service keeps no log of predictions; its operator sets SEQSERVE_PREDICTION_LOG"
            raise Problem(404, "no-prediction-log", detail)
        versions = {}
        if task in self._tasks and is_name(name):  # not every database takes any text
            versions = await self._log.scores(task, name, days)
        if not versions and name not in self._live.current.catalog.names(task):
            raise Problem(404, "no-such-model", "there is no such model; GET /models lists those there are")
        if (version := request.query_params.get("version")) is not None:
            versions = {found: counts for found, counts in versions.items() if found == version}
        told = [{"version": found, **self._told(task, versions[found])} for found in sorted(versions, key=_order)]
        content: dict[str, Any] = {"task": task, "model": name, **({} if days is None else {"days": days})}
        return json_response(content | self._told(task, together(versions)) | {"versions": told})

    def _told(self, task: str, counts: VersionCounts) -> dict[str, Any]:
        accuracy = self._tasks[task].accuracy
        scores = {} if accuracy is None or not counts.scores else accuracy(counts.scores)
        return {"predictions": counts.predictions, "feedback": counts.feedback, "scores": scores}


def _days(stated: str | None) -> int | None:
    if stated is None:
        return None
    if not _DAYS.fullmatch(stated):
        raise Problem(422, "wrong-shape", "days must be a whole number from 1 to 9999")
    return int(stated)


def _order(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdecimal() else (2**63, version)
