"""A tool that assistants may call: a route of ours, with what it takes and answers as JSON Schema."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from starlette.requests import Request

from seqserve.core.predictor import AnyPredictor
from seqserve.registry.store import STABLE, Key
from service.http.schemas import Shape
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Registry
from service.protocols.protocol import Served

_MOST_NAMED = 20
"""Models in a description: an assistant reads all of it each time."""


class Tool(ABC):
    """A tool: its name, the shapes of its arguments and its answer, and what it does."""

    name: str
    arguments: type[Shape]
    answer: type[Shape]

    def __init__(self, served: Served) -> None:
        self.served = served

    def listed(self) -> dict[str, Any]:
        """The tool as `tools/list` has it."""
        return {
            "name": self.name,
            "description": self.description(self.served.live.current),
            "inputSchema": self.arguments.model_json_schema(),
            "outputSchema": self.answer.model_json_schema(),
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }

    @abstractmethod
    def description(self, registry: Registry) -> str:
        """What the tool does, with what is loaded."""

    @abstractmethod
    async def call(self, request: Request, arguments: Any, size: int) -> tuple[dict[str, Any], bool]:
        """The answer, and whether all of it failed.

        Args:
            size: of the body, in bytes.

        Raises:
            Problem, ServiceError, NotFoundError: the request as a whole is refused.
        """


class Prediction(Tool):
    """A tool that asks a route for predictions."""

    route: PredictionRoute[Any]

    @abstractmethod
    def request(self, arguments: Any) -> Any:
        """The same request as our route has it."""

    async def call(self, request: Request, arguments: Any, size: int) -> tuple[dict[str, Any], bool]:
        route = self.route
        request.state.task = route.task
        wanted = self.request(arguments)
        items = getattr(wanted, route.items)
        route.admit(request, len(items))
        loaded, results = await route.predict(request, wanted, items, long=size > route.long_body)
        answer = {"model": loaded.key.name, "version": loaded.key.version, route.results: results}
        return answer, all("error" in result for result in results)

    def models(self, registry: Registry) -> str:
        """The loaded models of the task, each with what a caller must know."""
        task = self.route.task
        default = registry.catalog.default(task)
        found = []
        for name in registry.catalog.names(task):
            version = registry.catalog.labels(task, name).get(STABLE, "")
            if held := registry.loaded.get(Key(task, name, version)):
                found.append(f"{name}{' (the default)' if name == default else ''}: {self.told(held.predictor)}")
        more = f"; {len(found) - _MOST_NAMED} more are listed by list_models" if len(found) > _MOST_NAMED else ""
        return f"Models: {'; '.join(found[:_MOST_NAMED])}{more}." if found else "No model is loaded."

    def told(self, predictor: AnyPredictor) -> str:
        """What a caller must know of a model."""
        return ", ".join(predictor.classes)
