"""The tools that assistants may call: our routes, with what they take and answer as JSON Schema."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictStr
from pydantic.json_schema import WithJsonSchema
from starlette.requests import Request

from seqserve.core.predictor import AnyPredictor
from seqserve.forecast.predictor import Forecaster
from seqserve.registry.store import STABLE, Key
from service.forecast.schemas import ForecastAnswer, ForecastRequest
from service.http.schemas import NAME_LENGTH, Integer, Shape
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Registry
from service.model_registry.models_route import listed
from service.model_registry.schemas import ModelList
from service.protocols.protocol import Served, asked
from service.sentiment.schemas import SentimentAnswer, SentimentRequest
from service.translation.schemas import TranslationAnswer, TranslationRequest

_MOST_NAMED = 20
"""Models in a description: an assistant reads all of it each time."""

_Values = Annotated[list[Any], WithJsonSchema({"type": "array", "items": {"type": ["number", "null"]}})]
_Texts = Annotated[list[Any], WithJsonSchema({"type": "array", "items": {"type": "string"}}), Field(min_length=1)]
_Model = Annotated[StrictStr | None, Field(max_length=NAME_LENGTH, description="None means the default model.")]


class ForecastArguments(Shape):
    """One series to forecast."""

    values: _Values = Field(description="Oldest first; null is a gap.")
    horizon: Integer | None = Field(None, ge=1, description="Steps to forecast; none means the model's own.")
    levels: list[Integer] = Field(default_factory=list, description="Of the intervals wanted, in percent: [80, 95].")
    start: StrictStr | None = Field(None, description="When the first value was observed, ISO 8601.")
    frequency: StrictStr | None = Field(None, description="Pandas offset alias, such as D, h, W, MS.")
    model: _Model = None


class SentimentArguments(Shape):
    """Texts to label."""

    texts: _Texts
    explain: StrictBool = Field(False, description="Whether each result says what its words contributed.")
    model: _Model = None


class TranslateArguments(Shape):
    """Texts to translate."""

    texts: _Texts
    source: StrictStr | None = Field(None, description="Language of the texts, such as en, or auto to find it.")
    target: StrictStr | None = Field(None, description="Language to translate to.")
    model: _Model = None


class ListModelsArguments(Shape):
    """Nothing."""


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


class ForecastTool(Prediction):
    """Forecasts one series."""

    name = "forecast"
    arguments = ForecastArguments
    answer = ForecastAnswer

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self.route = served.forecast

    def description(self, registry: Registry) -> str:
        return f"Forecast the next steps of a series of numbers, with intervals. {self.models(registry)}"

    def told(self, predictor: AnyPredictor) -> str:
        assert isinstance(predictor, Forecaster)
        dated = f", trained on frequency {predictor.frequency}" if predictor.frequency else ""
        steps = f"{predictor.horizon} steps, at most {predictor.max_horizon}"
        return f"needs at least {predictor.min_values} values, forecasts {steps}{dated}"

    def request(self, arguments: ForecastArguments) -> ForecastRequest:
        series = {name: getattr(arguments, name) for name in ("values", "start", "frequency")}
        options = {name: getattr(arguments, name) for name in ("horizon", "levels", "model")}
        return asked(ForecastRequest, {**options, "series": [series]})


class SentimentTool(Prediction):
    """Labels texts."""

    name = "sentiment"
    arguments = SentimentArguments
    answer = SentimentAnswer

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self.route = served.sentiment

    def description(self, registry: Registry) -> str:
        return f"Label texts, such as positive or negative, with calibrated scores. {self.models(registry)}"

    def request(self, arguments: SentimentArguments) -> SentimentRequest:
        return asked(SentimentRequest, arguments.model_dump())


class TranslateTool(Prediction):
    """Translates texts."""

    name = "translate"
    arguments = TranslateArguments
    answer = TranslationAnswer

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self.route = served.translation

    def description(self, registry: Registry) -> str:
        return f"Translate texts of any length. {self.models(registry)}"

    def told(self, predictor: AnyPredictor) -> str:
        signature = predictor.signature()
        return f"{signature['source']} to {signature['target']}"

    def request(self, arguments: TranslateArguments) -> TranslationRequest:
        return asked(TranslationRequest, arguments.model_dump())


class ListModelsTool(Tool):
    """Lists the models."""

    name = "list_models"
    arguments = ListModelsArguments
    answer = ModelList

    def description(self, registry: Registry) -> str:
        return "List every model with its task, versions, labels and where its data comes from."

    async def call(self, request: Request, arguments: Any, size: int) -> tuple[dict[str, Any], bool]:
        return listed(self.served.live.current), False


TOOLS: tuple[type[Tool], ...] = (ForecastTool, SentimentTool, TranslateTool, ListModelsTool)
