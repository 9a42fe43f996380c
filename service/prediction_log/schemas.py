"""The shapes of what is said of predictions, and of how right they were."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictStr
from pydantic.json_schema import SkipJsonSchema

from service.http.schemas import ItemError, Shape

PredictionId = Annotated[StrictStr, Field(pattern="^[0-9a-f]{32}$", description="As the answer had it.")]

LoggedAs = Annotated[
    str | SkipJsonSchema[None],
    Field(description="The id of the answer in the log of predictions, if the service keeps one."),
]


class FeedbackItem(Shape):
    """An item of the request, and why it was not accepted if it has an `error`."""

    prediction_id: str | None
    error: ItemError | SkipJsonSchema[None] = None


class FeedbackAnswer(Shape):
    """How many items were accepted; if not all were, the items in the order of the request."""

    accepted: int
    items: list[FeedbackItem] | SkipJsonSchema[None] = None


class _Accuracy(Shape):
    predictions: int = Field(description="In the log.")
    feedback: int = Field(description="Of how many of them it is known what was right.")
    scores: dict[str, Any] = Field(description="What these come to; see docs/prediction-log.md.")


class VersionAccuracy(_Accuracy):
    """How right the logged predictions of a version were."""

    version: str


class AccuracyAnswer(_Accuracy):
    """How right the logged predictions of a model were, together and by version."""

    task: str
    model: str
    days: int | SkipJsonSchema[None] = Field(None, description="Only predictions of so many days count.")
    versions: list[VersionAccuracy]
