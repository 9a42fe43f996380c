"""GET /models and GET /models/{task}/{name}."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import NotFoundError
from seqserve.store import Key
from service.problems import Problem
from service.registry import Loaded, Registry
from service.responses import json_response


class ModelRoutes:
    """Says which models there are, and what is known of each."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def index(self, request: Request) -> Response:
        catalog = self._registry.catalog
        names = [(task, name) for task in catalog.tasks() for name in catalog.names(task)]
        return json_response({"models": [{**self._model(*key), "versions": self._versions(*key)} for key in names]})

    async def show(self, request: Request) -> Response:
        task, name = request.path_params["task"], request.path_params["name"]
        if name not in self._registry.catalog.names(task):
            raise Problem(404, "no-such-model", "there is no such model; GET /models lists those there are")
        versions = self._versions(task, name)
        for version in versions:
            version.update(self._known(Key(task, name, version["version"])))
        return json_response({**self._model(task, name), **self._served(task, name), "versions": versions})

    def _model(self, task: str, name: str) -> dict[str, Any]:
        catalog = self._registry.catalog
        return {
            "task": task,
            "name": name,
            "default": name == catalog.default(task),
            "labels": catalog.labels(task, name),
        }

    def _versions(self, task: str, name: str) -> list[dict[str, Any]]:
        catalog = self._registry.catalog
        labels = catalog.labels(task, name)
        return [
            {
                "version": version,
                "labels": sorted(label for label, labelled in labels.items() if labelled == version),
                "loaded": Key(task, name, version) in self._registry.loaded,
            }
            for version in catalog.versions(task, name)
        ]

    def _served(self, task: str, name: str) -> dict[str, Any]:
        """What is known of the version that a request gets which names none."""
        try:
            key = self._registry.catalog.resolve(task, name)
        except NotFoundError:
            return {"version": None}
        known = self._known(key)
        known.pop("created", None)
        return {"version": key.version, **known}

    def _known(self, key: Key) -> dict[str, Any]:
        loaded = self._registry.loaded.get(key)
        return {} if loaded is None else _details(loaded)


def _details(loaded: Loaded) -> dict[str, Any]:
    manifest = loaded.manifest
    return {
        "created": manifest.created.isoformat(),
        "licence": manifest.licence,
        "data": manifest.data.model_dump(include={"name", "url", "licence"}),
        "signature": loaded.predictor.signature(),
        "metrics": loaded.metrics,
    }
