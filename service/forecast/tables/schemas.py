"""The shapes of POST /forecast/tables."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StrictStr, model_validator
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from service.forecast.schemas import Series
from service.http.schemas import Integer, ItemError, Number, PredictionRequest, Shape

_MOST_COLUMNS = 100
_LONGEST = 200

_Word = Annotated[StrictStr, Field(max_length=_LONGEST)]
_Columns = Annotated[list[_Word], Field(max_length=_MOST_COLUMNS)]


class Reading(Shape):
    """What a table does not tell by itself; the flags of `python -m seqserve look` have the same names."""

    time: _Columns = Field(default_factory=list, description="Columns that hold the time; none: found by evidence.")
    id: _Columns = Field(default_factory=list, description="Columns that tell the series apart; none: by evidence.")
    target: _Columns = Field(default_factory=list, description="Columns to forecast; none: by evidence.")
    features: _Columns = Field(default_factory=list, description="The other features of a model, in its order.")
    decimal: Literal[".", ","] | None = Field(None, description="Decimal sign; none: by evidence.")
    day_first: StrictBool | None = Field(None, description="Whether 01/02/2020 is 1 February; none: by evidence.")
    skip_rows: Integer | None = Field(None, ge=0, description="Lines above the names of the columns.")
    header: StrictBool | None = Field(None, description="Whether the first row is names; none: by evidence.")
    sheet: _Word | None = Field(None, description="Of an Excel file with several tables.")
    frequency: _Word | None = Field(None, description="Pandas offset alias of the steps; none: by the times.")
    timezone: _Word | None = Field(None, description="IANA zone of times that are written without one.")
    wide: StrictBool = Field(False, description="Whether each column of numbers, or each row, is a series.")
    allow_dropped: Number = Field(0.01, ge=0, le=1, description="Share of rows that may be left out.")


class TableFile(Shape):
    """A file: CSV and its kin, JSON Lines, Excel or Parquet, in .gz or .zip or not; as text, or its bytes."""

    name: _Word = Field("table", description="Of the file, for messages.")
    text: StrictStr | None = Field(None, description="What is in it, of a file of text.")
    base64: StrictStr | None = Field(None, description="Its bytes, in place of `text`.")
    read: Reading = Field(default_factory=Reading)

    @model_validator(mode="after")
    def _has_content(self) -> Self:
        if (self.text is None) == (self.base64 is None):
            raise ValueError("send one of text and base64")
        return self


class TablesRequest(PredictionRequest):
    """Files to read, all for the same model, whose columns they are read for."""

    horizon: Integer | None = Field(
        None, ge=1, description="Steps ahead of which covariates and times are answered; none means the model's own."
    )
    tables: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/TableFile"})]] = Field(min_length=1)


class TableRead(Shape):
    """What a file was understood as, or why it is refused: then only `name` and `error`."""

    name: str | None
    rows: int | SkipJsonSchema[None] = Field(None, description="Rows of data in it.")
    dropped: int | SkipJsonSchema[None] = Field(None, description="How many of them are not used.")
    columns: dict[str, str] | SkipJsonSchema[None] = Field(None, description="Column to what it was taken for.")
    target: str | SkipJsonSchema[None] = Field(None, description="The column that is forecast.")
    frequency: str | None = Field(None, description="Pandas offset alias of the steps, if there is one.")
    season: int | SkipJsonSchema[None] = Field(None, description="Steps in the season that goes with it; 1 is none.")
    notes: list[str] | SkipJsonSchema[None] = Field(None, description="What was understood and done.")
    series: list[Series] | SkipJsonSchema[None] = Field(None, description="As POST /forecast takes them.")
    times: list[list[str] | None] | SkipJsonSchema[None] = Field(
        None, description="Of each series, of its values and of the steps ahead; null without dates."
    )
    error: ItemError | SkipJsonSchema[None] = None


class TablesAnswer(Shape):
    """What each file was understood as, in the order of the request."""

    model: str
    version: str
    tables: list[TableRead]
