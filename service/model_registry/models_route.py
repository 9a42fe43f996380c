"""GET /models, GET /models/{task}/{name} and GET /models/{task}/{name}/examples/{version}."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import NotFoundError
from seqserve.registry.store import Key
from seqserve.tasks import NAMES
from service.errors import ServiceError
from service.http.auth import ApiKeys
from service.http.endpoints import BY_KEY, PROBLEMS, Endpoint, Operation
from service.http.json_response import json_response
from service.http.problems import Problem
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.model_registry.reloader import LiveRegistry
from service.model_registry.schemas import ExampleInputs, ModelDetail, ModelList


class ModelRoutes:
    """Lists the models, and shows one with all that is known of it.

    Args:
        keys: needed to see examples, which are taken from training data.
        seconds: how long a version may take to be loaded.
    """

    def __init__(self, live: LiveRegistry, keys: ApiKeys, seconds: float) -> None:
        self._live = live
        self._keys = keys
        self._seconds = seconds

    def endpoints(self) -> list[Endpoint]:
        """How the routes are reached and described."""
        return [
            Endpoint(
                "GET",
                "/models",
                self.index,
                Operation("listModels", "Every model, version, label and default", answer=ModelList),
            ),
            Endpoint(
                "GET",
                "/models/{task}/{name}",
                self.show,
                Operation(
                    "showModel",
                    "A model: metrics, signature, licence, data source, versions",
                    answer=ModelDetail,
                    problems={404: PROBLEMS[404]},
                ),
            ),
            Endpoint(
                "GET",
                "/models/{task}/{name}/examples/{version}",
                self.examples,
                Operation(
                    "showExamples",
                    "Inputs to try a version on, those of its golden examples",
                    answer=ExampleInputs,
                    problems={
                        401: PROBLEMS[401],
                        404: PROBLEMS[404],
                        503: "The version is damaged, failed its self-test, or is not loaded yet.",
                    },
                    security=BY_KEY,
                ),
            ),
        ]

    async def index(self, request: Request) -> Response:
        return json_response(listed(self._live.current))

    async def show(self, request: Request) -> Response:
        task, name = (request.path_params[part] for part in ("task", "name"))
        if self._may_load(request):
            with suppress(ServiceError, NotFoundError):  # then what is known without it is shown
                await self._loaded(task, name, None)
        return json_response(shown(self._live.current, task, name))

    async def examples(self, request: Request) -> Response:
        if self._keys:
            self._keys.owner(request)
        asked = request.path_params
        loaded = await self._loaded(asked["task"], asked["name"], asked["version"])
        return json_response({"model": loaded.key.name, "version": loaded.key.version, "inputs": loaded.examples})

    async def _loaded(self, task: str, name: str, version: str | None) -> Loaded:
        return await chosen(self._live, lambda found: found.held(found.find(task, name, version)), self._seconds)

    def _may_load(self, request: Request) -> bool:
        """Whether a version is loaded for this request: for those only that may ask it too."""
        try:
            return not self._keys or bool(self._keys.owner(request))
        except Problem:
            return False


def listed(registry: Registry) -> dict[str, Any]:
    """Every model and its versions."""
    return {
        "models": [
            {
                **_model(registry, *key),
                **_source(registry, *key),
                "versions": [_version(registry, version) for version in _versions(registry, *key)],
            }
            for key in sorted(registry.catalog.models, key=_place)
        ]
    }


def _place(key: tuple[str, str]) -> tuple[int, str, str]:
    """Where a model stands in the list: tasks in the order in which they are listed, and unknown ones behind."""
    task, name = key
    return NAMES.index(task) if task in NAMES else len(NAMES), task, name


def shown(registry: Registry, task: str, name: str) -> dict[str, Any]:
    """All that is known of a model.

    Raises:
        Problem: 404 there is none such.
    """
    if name not in registry.catalog.names(task):
        raise Problem(404, "no-such-model", "there is no such model; GET /models lists those there are")
    versions = [
        {**_version(registry, version), **_known(registry, version)} for version in _versions(registry, task, name)
    ]
    return {**_model(registry, task, name), **_served(registry, task, name), "versions": versions}


def _model(registry: Registry, task: str, name: str) -> dict[str, Any]:
    catalog = registry.catalog
    labels, wanted = catalog.labels(task, name), registry.tree.labels(task, name)
    refused = {label: version for label, version in wanted.items() if labels[label] != version}
    return {
        "task": task,
        "name": name,
        "default": name == catalog.default(task),
        "labels": labels,
        "shares": catalog.shares(task, name),
        **({"refused_labels": refused} if refused else {}),
    }


def _versions(registry: Registry, task: str, name: str) -> list[Key]:
    return [Key(task, name, version) for version in registry.catalog.versions(task, name)]


def _version(registry: Registry, key: Key) -> dict[str, Any]:
    refused = registry.refused.get(key)
    return {
        "version": key.version,
        "labels": registry.catalog.labels_of(key),
        "loaded": key in registry.loaded,
        **({} if refused is None else {"refused": refused.reason}),
    }


def _served(registry: Registry, task: str, name: str) -> dict[str, Any]:
    """What is known of the stable version."""
    try:
        key = registry.find(task, name)
    except NotFoundError:
        return {"version": None}
    known = _known(registry, key)
    known.pop("created", None)
    return {"version": key.version, **known}


def _source(registry: Registry, task: str, name: str) -> dict[str, Any]:
    """Where the stable version comes from, if it is loaded: no more, as there may be thousands of models."""
    with suppress(NotFoundError):
        if loaded := registry.loaded.get(registry.find(task, name)):
            return {"data": _data(loaded)}
    return {}


def _known(registry: Registry, key: Key) -> dict[str, Any]:
    loaded = registry.loaded.get(key)
    return {} if loaded is None else _details(loaded)


def _details(loaded: Loaded) -> dict[str, Any]:
    manifest = loaded.manifest
    return {
        "created": manifest.created.isoformat(),
        "licence": manifest.licence,
        "data": _data(loaded),
        "signature": loaded.predictor.signature(),
        "metrics": loaded.metrics,
    }


def _data(loaded: Loaded) -> dict[str, Any]:
    return loaded.manifest.data.model_dump(include={"name", "url", "licence"})
