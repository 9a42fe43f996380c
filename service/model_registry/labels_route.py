"""Routes that change what is served: PUT /models/{task}/{name}/labels/{label} and POST /models/refresh."""

from __future__ import annotations

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import ArtifactError, LabelError
from seqserve.registry.store import Key
from service.http import json_body
from service.http.auth import AdminToken
from service.http.endpoints import BY_ADMIN, PROBLEMS, PROBLEMS_OF_ADMIN, Endpoint, Operation
from service.http.json_response import json_response
from service.http.problems import Problem, from_validation
from service.model_registry.loaded_models import Registry
from service.model_registry.models_route import listed, shown
from service.model_registry.reloader import LiveRegistry
from service.model_registry.schemas import LabelRequest, ModelDetail, ModelList
from service.server import sighup
from service.settings import Settings


class LabelRoutes:
    """Moves labels and refreshes the registry; requests must carry the admin token."""

    def __init__(self, settings: Settings, live: LiveRegistry) -> None:
        self._settings = settings
        self._live = live
        self._admin = AdminToken(settings.admin_token)

    def endpoints(self) -> list[Endpoint]:
        """How the routes are reached and described."""
        return [
            Endpoint(
                "PUT",
                "/models/{task}/{name}/labels/{label}",
                self.label,
                Operation(
                    "moveLabel",
                    "Release, try or roll back: point a label at a version",
                    answer=ModelDetail,
                    request=LabelRequest,
                    example={"version": "2"},
                    problems={
                        **PROBLEMS_OF_ADMIN,
                        **{status: PROBLEMS[status] for status in (400, 404, 408, 413, 415, 500)},
                        409: "The version is bad, the label may not be moved there, or the tree cannot be written.",
                        422: "The body has the wrong shape.",
                    },
                    security=BY_ADMIN,
                ),
            ),
            Endpoint(
                "POST",
                "/models/refresh",
                self.refresh,
                Operation(
                    "refreshModels",
                    "Look for new versions and moved labels at once",
                    answer=ModelList,
                    problems=PROBLEMS_OF_ADMIN,
                    security=BY_ADMIN,
                ),
            ),
        ]

    async def refresh(self, request: Request) -> Response:
        self._admin.check(request)
        registry = await run_in_threadpool(self._live.refresh, retry=True)
        sighup.tell_others()
        return json_response(listed(registry))

    async def label(self, request: Request) -> Response:
        self._admin.check(request)
        body = await json_body.read(request, self._settings.max_body_bytes, self._settings.deadline_seconds)
        try:
            asked = LabelRequest.model_validate(body.content)
        except ValidationError as error:
            raise from_validation(error) from None
        task, name, label = (request.path_params[part] for part in ("task", "name", "label"))
        registry = await run_in_threadpool(self._move, task, name, label, asked)
        sighup.tell_others()
        return json_response(shown(registry, task, name))

    def _move(self, task: str, name: str, label: str, asked: LabelRequest) -> Registry:
        """Load a version, which tests it, and only then move the label to it.

        Raises:
            NotFoundError: there is no such version.
            Problem: 409 it is bad, or the label cannot be moved there.
        """
        key = self._live.refresh().tree.resolve(task, name, asked.version)
        self._prove(key)
        try:
            self._live.store.label(key, label, share=asked.share, even_if_worse=asked.even_if_worse)
        except (ArtifactError, LabelError) as error:
            raise Problem(409, "label-not-moved", str(error)) from None
        except OSError as error:
            detail = f"the models tree cannot be written ({error.strerror}); move the label where it can be"
            raise Problem(409, "tree-not-writable", detail) from None
        return self._live.refresh()

    def _prove(self, key: Key) -> None:
        registry = self._live.refresh(also=key)
        if refused := registry.refused.get(key):
            raise Problem(409, "model-refused", refused.reason)
        if key not in registry.loaded:
            raise Problem(409, "not-proven", f"{key} could not be read; the log says why")
