"""Names of models in paths that have no task: `google`, or `forecast.google` where several tasks have the name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from starlette.requests import Request

from service.http.problems import Problem
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.protocols.protocol import Served

_MOST_NAMED = 50


class Named(NamedTuple):
    """A model that a path names, and a version or a label of it."""

    task: str
    name: str
    version: str | None


def task_of(served: Served, parameters: Mapping[str, str]) -> str | None:
    """The task of the model that a path names; none if that is not clear."""
    try:
        return named(served, parameters).task
    except Problem:
        return None


def named(served: Served, parameters: Mapping[str, str]) -> Named:
    """The model that a path names.

    Raises:
        Problem: 404 there is none such, 400 several tasks have it.
    """
    told = parameters["name"]
    task, _, name = told.rpartition(".")
    models = served.live.current.catalog.models
    found = [of for of in served.routes if (of, name) in models and of == (task or of)]
    if len(found) > 1:
        choices = " or ".join(f"{of}.{name}" for of in found)
        raise Problem(400, "ambiguous-model", f"several tasks have a model {name}: say {choices}")
    if not found:
        names = [f"{of}.{model}" for of, model in models if of in served.routes]
        known = ", ".join(names[:_MOST_NAMED]) or "none"
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        raise Problem(404, "no-such-model", f"there is no model {told[:64]!r}; models that there are: {known}{more}")
    return Named(found[0], name, parameters.get("version"))


def title(registry: Registry, task: str, name: str) -> str:
    """What a path calls a model: its name, with the task if another has a model of that name."""
    catalog = registry.catalog
    return name if sum((of, name) in catalog.models for of in catalog.tasks()) == 1 else f"{task}.{name}"


async def loaded(served: Served, request: Request, model: Named) -> Loaded:
    """The version that a path names; it is loaded, if it must be, for those who may ask it.

    Raises:
        NotFoundError, ServiceError: there is none such, or it is not served.
    """
    keys = served.access.keys
    if not keys or keys.knows(request):
        find = partial(_held, model)
        return await chosen(served.live, find, served.settings.deadline_seconds)
    return _held(model, served.live.current)


def _held(model: Named, registry: Registry) -> Loaded:
    return registry.held(registry.find(*model))
