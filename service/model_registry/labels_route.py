"""Routes that change what is served: labels, default models, and a look at the tree at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import ArtifactError, LabelError
from seqserve.registry.audit import Author, Change
from seqserve.registry.store import Key
from service.http import json_body
from service.http.auth import AdminTokens
from service.http.endpoints import BY_ADMIN, PROBLEMS, PROBLEMS_OF_ADMIN, Endpoint, Operation
from service.http.json_response import json_response
from service.http.problems import Problem, from_validation
from service.http.schemas import validated
from service.model_registry.loaded_models import Registry
from service.model_registry.models_route import listed, shown
from service.model_registry.reloader import LiveRegistry
from service.model_registry.schemas import DefaultRequest, LabelRequest, ModelDetail, ModelList
from service.monitoring import logs
from service.server import sighup
from service.settings import Settings

Asked = TypeVar("Asked", bound=BaseModel)

_LABEL = "/models/{task}/{name}/labels/{label}"
_PROBLEMS = {**PROBLEMS_OF_ADMIN, 404: PROBLEMS[404], 500: PROBLEMS[500]}
_PROBLEMS_OF_BODY = {
    **_PROBLEMS,
    **{status: PROBLEMS[status] for status in (400, 408, 413, 415)},
    422: "The body has the wrong shape.",
}


def _change(
    name: str, summary: str, conflict: str, body: type[BaseModel] | None = None, example: dict[str, str] | None = None
) -> Operation:
    """A change to a model, which is answered.

    Args:
        conflict: when it is refused with 409.
    """
    problems = {
        **(_PROBLEMS if body is None else _PROBLEMS_OF_BODY),
        409: f"{conflict}, or the tree cannot be written.",
    }
    return Operation(
        name, summary, answer=ModelDetail, request=body, example=example, problems=problems, security=BY_ADMIN
    )


class LabelRoutes:
    """Moves and removes labels, sets default models and refreshes the registry; each leaves a line in the log.

    Args:
        admins: whose token a request must carry.
    """

    def __init__(self, settings: Settings, live: LiveRegistry, admins: AdminTokens) -> None:
        self._settings = settings
        self._live = live
        self._admins = admins

    def endpoints(self) -> list[Endpoint]:
        """How the routes are reached and described."""
        move = _change(
            "moveLabel",
            "Release, try or roll back: point a label at a version",
            "The version is bad, the label may not be moved there",
            LabelRequest,
            {"version": "2"},
        )
        remove = _change(
            "removeLabel",
            "Remove a label, and its share of the requests that name no version",
            "It is `stable` of the task's default model",
        )
        default = _change(
            "setDefault",
            "Choose the model that answers requests that name none",
            "The model's `stable` version is bad",
            DefaultRequest,
            {"model": "universal"},
        )
        refresh = Operation(
            "refreshModels",
            "Look for new versions and moved labels at once",
            answer=ModelList,
            problems=PROBLEMS_OF_ADMIN,
            security=BY_ADMIN,
        )
        return [
            Endpoint("PUT", _LABEL, self.label, move),
            Endpoint("DELETE", _LABEL, self.unlabel, remove),
            Endpoint("PUT", "/models/{task}/default", self.default, default),
            Endpoint("POST", "/models/refresh", self.refresh, refresh),
        ]

    async def refresh(self, request: Request) -> Response:
        author = self._author(request)
        await run_in_threadpool(self._live.store.fetch)
        registry = await run_in_threadpool(self._live.refresh, retry=True)
        logs.audit("models refreshed", **author.fields())
        sighup.tell_others()
        return json_response(listed(registry))

    async def label(self, request: Request) -> Response:
        author = self._author(request)
        asked = await self._read(request, LabelRequest)
        task, name, label = (request.path_params[part] for part in ("task", "name", "label"))
        return await self._changed(name, author, partial(self._move, task, name, label, asked, author))

    async def unlabel(self, request: Request) -> Response:
        author = self._author(request)
        task, name, label = (request.path_params[part] for part in ("task", "name", "label"))
        return await self._changed(name, author, partial(self._live.store.unlabel, task, name, label, author))

    async def default(self, request: Request) -> Response:
        author = self._author(request)
        asked = await self._read(request, DefaultRequest)
        task = request.path_params["task"]
        return await self._changed(asked.model, author, partial(self._set_default, task, asked.model, author))

    def _author(self, request: Request) -> Author:
        return Author(self._admins.owner(request), "http", request.state.request_id)

    async def _read(self, request: Request, shape: type[Asked]) -> Asked:
        body = await json_body.read(request, self._settings.max_body_bytes, self._settings.deadline_seconds)
        try:
            return validated(shape, body.content)
        except ValidationError as error:
            raise from_validation(error) from None

    async def _changed(self, name: str, author: Author, change: Callable[[], Change]) -> Response:
        """Make a change, and show the model that it is about."""
        made, registry = await run_in_threadpool(self._make, change)
        logs.audit(made.event, **made.fields(), **author.fields())
        sighup.tell_others()
        return json_response(shown(registry, made.task, name))

    def _make(self, change: Callable[[], Change]) -> tuple[Change, Registry]:
        try:
            made = change()
        except (ArtifactError, LabelError) as error:
            raise Problem(409, "label-not-moved", str(error)) from None
        except OSError as error:
            detail = f"the models tree cannot be written ({error.strerror}); change it where it can be"
            raise Problem(409, "tree-not-writable", detail) from None
        return made, self._live.refresh(wait=False)

    def _move(self, task: str, name: str, label: str, asked: LabelRequest, author: Author) -> Change:
        """Load a version, which tests it, and only then move the label to it.

        Raises:
            NotFoundError: there is no such version.
            Problem: 409 it is bad.
            ArtifactError, LabelError: the label cannot be moved there.
        """
        self._live.store.fetch()
        key = self._live.refresh(wait=False).tree.resolve(task, name, asked.version)
        self._prove(key)
        return self._live.store.label(key, label, share=asked.share, even_if_worse=asked.even_if_worse, author=author)

    def _set_default(self, task: str, name: str, author: Author) -> Change:
        """Load the stable version of a model, and only then make it the default."""
        self._live.store.fetch()
        self._prove(self._live.refresh(wait=False).tree.resolve(task, name))
        return self._live.store.set_default(task, name, author)

    def _prove(self, key: Key) -> None:
        registry = self._live.refresh(also=key, wait=False)
        if refused := registry.refused.get(key):
            raise Problem(409, "model-refused", refused.reason)
        if key not in registry.loaded:
            raise Problem(409, "not-proven", f"{key} could not be read; the log says why")
