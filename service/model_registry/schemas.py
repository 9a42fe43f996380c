"""The shapes of what is said of models, and of how labels are moved."""

from __future__ import annotations

from typing import Any

from pydantic import Field, StrictBool, StrictStr
from pydantic.json_schema import SkipJsonSchema

from service.http.schemas import NAME_LENGTH, Shape


class VersionSummary(Shape):
    """A version of a model."""

    version: str
    labels: list[str]
    loaded: bool = Field(
        description="Whether it is in memory and has passed its self-test; others are loaded when asked for."
    )
    refused: str | SkipJsonSchema[None] = Field(None, description="Why it is not served, if it is bad.")


class _Model(Shape):
    task: str
    name: str
    default: bool = Field(description="Whether requests that name no model get it.")
    labels: dict[str, str] = Field(description="Label to version.")
    shares: dict[str, float] = Field(description="Label to its share of the requests that name no version.")
    refused_labels: dict[str, str] | SkipJsonSchema[None] = Field(
        None, description="Labels that were moved to a version which is refused: they stay where they were."
    )


class DataSource(Shape):
    """What a version was trained on, or imported from."""

    name: str
    url: str | None
    licence: str


class ModelSummary(_Model):
    """A model, where its stable version comes from, and its versions."""

    data: DataSource | SkipJsonSchema[None] = None
    versions: list[VersionSummary]


class ModelList(Shape):
    """Every model."""

    models: list[ModelSummary]


class VersionDetail(VersionSummary):
    """A version with what is known of it; only one in memory has more than its labels."""

    created: str | SkipJsonSchema[None] = None
    licence: str | SkipJsonSchema[None] = None
    data: DataSource | SkipJsonSchema[None] = None
    signature: dict[str, Any] | SkipJsonSchema[None] = Field(
        None, description="Window, features, labels, limits and so on: what a request must keep to."
    )
    metrics: dict[str, Any] | SkipJsonSchema[None] = Field(None, description="On the test split, baselines beside it.")


class ModelDetail(_Model):
    """A model; signature, metrics, licence and data source are those of its stable version."""

    version: str | None = Field(description="The stable version; null if there is none.")
    licence: str | SkipJsonSchema[None] = None
    data: DataSource | SkipJsonSchema[None] = None
    signature: dict[str, Any] | SkipJsonSchema[None] = None
    metrics: dict[str, Any] | SkipJsonSchema[None] = None
    versions: list[VersionDetail]


class ExampleInputs(Shape):
    """What a version is proven with before it serves: inputs to try it on."""

    model: str
    version: str
    inputs: list[dict[str, Any]] = Field(
        description="Golden queries, each with the fields that the task's predictor takes."
    )


class LabelRequest(Shape):
    """Where a label is moved to."""

    version: StrictStr = Field(max_length=NAME_LENGTH, description="A version, or a label whose version is meant.")
    share: float = Field(
        0, ge=0, le=1, strict=True, description="Of the requests that name no version; `stable` serves the rest."
    )
    even_if_worse: StrictBool = Field(False, description="Whether `stable` may be a version that a baseline beats.")


class DefaultRequest(Shape):
    """Which model answers requests that name none."""

    model: StrictStr = Field(max_length=NAME_LENGTH, description="A model of the task with a `stable` version.")
