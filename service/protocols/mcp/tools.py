"""The tools: what assistants may pass to each task, and how it is asked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictStr
from pydantic.json_schema import WithJsonSchema
from starlette.requests import Request

from seqserve.classify.predictor import SequenceClassifier
from seqserve.complete.query import MOST_TOKENS
from seqserve.core.predictor import AnyPredictor
from seqserve.forecast.predictor import Forecaster
from service.classify.schemas import ClassifyAnswer, ClassifyRequest
from service.complete.schemas import CompletionAnswer, CompletionRequest
from service.forecast.schemas import ForecastAnswer, ForecastRequest
from service.http.schemas import NAME_LENGTH, Integer, Number, Shape
from service.model_registry.loaded_models import Registry
from service.model_registry.models_route import listed
from service.model_registry.schemas import ModelList
from service.protocols.mcp.tool import Prediction, Tool
from service.protocols.protocol import Served, asked
from service.sentiment.schemas import SentimentAnswer, SentimentRequest
from service.tag.schemas import TagAnswer, TagRequest
from service.translation.schemas import TranslationAnswer, TranslationRequest

_Values = Annotated[list[Any], WithJsonSchema({"type": "array", "items": {"type": ["number", "null"]}})]
_TOLD = 12
_NUMBER = {"type": ["number", "null"]}
_Steps = Annotated[
    list[Any],
    WithJsonSchema({"type": "array", "items": {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER}]}}),
]
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


class ClassifyArguments(Shape):
    """One sequence to label."""

    values: _Steps = Field(description="The first step first: a number, or a list with one for each feature.")
    top: Integer | None = Field(None, ge=1, description="Probabilities of so many labels; none means all.")
    explain: StrictBool = Field(False, description="Whether the result says which steps its label rests on.")
    model: _Model = None


class TagArguments(Shape):
    """Texts to find entities in."""

    texts: _Texts
    mask: list[StrictStr] = Field(
        default_factory=list,
        description="What is replaced in the text: labels of the model, and email, url, iban, card, phone, handle.",
    )
    model: _Model = None


class CompleteArguments(Shape):
    """Texts to complete."""

    texts: _Texts
    mode: Literal["suggest", "continue"] = Field(
        "suggest", description="Words to go on with as one types, or a whole continuation."
    )
    count: Integer | None = Field(None, ge=1, description="Suggestions (3), or continuations (1).")
    most_tokens: Integer = Field(24, ge=1, le=MOST_TOKENS, description="Subwords of a continuation.")
    temperature: Number = Field(0, ge=0, le=2, description="Of a continuation; 0 takes the likeliest subword.")
    model: _Model = None


class ListModelsArguments(Shape):
    """Nothing."""


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


class ClassifyTool(Prediction):
    """Labels one sequence."""

    name = "classify"
    arguments = ClassifyArguments
    answer = ClassifyAnswer

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self.route = served.classify

    def description(self, registry: Registry) -> str:
        return f"Label a sequence of numbers, or each of its steps, with calibrated scores. {self.models(registry)}"

    def told(self, predictor: AnyPredictor) -> str:
        assert isinstance(predictor, SequenceClassifier)
        features, labels = (", ".join(names[:_TOLD]) for names in (predictor.config.features, predictor.config.labels))
        each = "each step as" if predictor.config.per_step else "as"
        return f"takes steps of {features}; labels {each} {labels}"

    def request(self, arguments: ClassifyArguments) -> ClassifyRequest:
        options = arguments.model_dump(exclude={"values"})
        return asked(ClassifyRequest, {**options, "sequences": [{"values": arguments.values}]})


class TagTool(Prediction):
    """Finds entities."""

    name = "tag"
    arguments = TagArguments
    answer = TagAnswer

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self.route = served.tag

    def description(self, registry: Registry) -> str:
        return f"Find persons, places and the like in texts, and mask what is personal. {self.models(registry)}"

    def told(self, predictor: AnyPredictor) -> str:
        return ", ".join(predictor.signature()["labels"])

    def request(self, arguments: TagArguments) -> TagRequest:
        return asked(TagRequest, arguments.model_dump())


class CompleteTool(Prediction):
    """Completes texts."""

    name = "complete"
    arguments = CompleteArguments
    answer = CompletionAnswer

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self.route = served.complete

    def description(self, registry: Registry) -> str:
        return f"Suggest the next word of texts, or write them on. {self.models(registry)}"

    def told(self, predictor: AnyPredictor) -> str:
        return f"reads the last {predictor.signature()['max_tokens']} subwords"

    def request(self, arguments: CompleteArguments) -> CompletionRequest:
        return asked(CompletionRequest, arguments.model_dump())


class ListModelsTool(Tool):
    """Lists the models."""

    name = "list_models"
    arguments = ListModelsArguments
    answer = ModelList

    def description(self, registry: Registry) -> str:
        return "List every model with its task, versions, labels and where its data comes from."

    async def call(self, request: Request, arguments: Any, size: int) -> tuple[dict[str, Any], bool]:
        return listed(self.served.live.current), False


TOOLS: tuple[type[Tool], ...] = (
    ForecastTool,
    SentimentTool,
    TranslateTool,
    ClassifyTool,
    TagTool,
    CompleteTool,
    ListModelsTool,
)
