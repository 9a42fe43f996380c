"""What a forecasting job can be told, in a recipe or by flags."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PositiveInt, model_validator

from seqserve.forecast.scalers import ScalerKind
from training.core.config import Cell, FitSection, JobConfig, Section
from training.forecast import datasets


class DataSection(Section):
    """What to learn from: one of a named data set, a file of one's own, or a ticker symbol."""

    dataset: str | None = Field(default=None, description=f"one of {', '.join(datasets.DATASETS)}")
    csv: Path | None = Field(default=None, description="a CSV or TSV file with a header")
    ticker: str | None = Field(default=None, description="a share of Yahoo Finance (needs yfinance)")
    features: list[str] = Field(default=[], description="columns that the network sees; none: the target alone")
    target: str | None = Field(default=None, description="column to forecast; none: the first of numbers")
    test: float | None = Field(default=None, gt=0, description="last rows, a share or a number; none: 0.15")
    validation: float = Field(default=0.15, gt=0, description="rows before the test part, a share or a number")
    season: PositiveInt | None = Field(default=None, description="steps in a season; none: by the frequency")


class NetworkSection(Section):
    """What is fitted; the defaults are what serves most series well."""

    cell: Cell = Field(default="gru", description="of the recurrent layers")
    units: list[PositiveInt] = Field(default=[32], min_length=1, description="one number a layer")
    dropout: float = Field(default=0.0, ge=0, lt=1, description="after each layer")
    window: PositiveInt = Field(default=60, description="steps that the network sees")
    horizon: PositiveInt = Field(default=1, description="steps that it forecasts at once")
    scaler: ScalerKind = Field(default="window", description="minmax, standard, or window: each by itself")
    residual: bool = Field(default=True, description="forecast the difference from the last value")
    sequence: bool = Field(default=False, description="learn the whole window shifted by one step")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.sequence and self.horizon > 1:
            raise ValueError("a sequence is shifted by one step: it goes with a horizon of 1, and recursively beyond")
        return self

    @property
    def outputs(self) -> int:
        return 1 if self.sequence else self.horizon


class ForecastFit(FitSection):
    """How a network is fitted, and to what."""

    loss: Literal["mse", "mae", "huber"] = Field(default="mse", description="that the fit minimises")


class ForecastJob(JobConfig):
    """A forecasting experiment; a recipe is one of these in YAML."""

    data: DataSection = DataSection()
    network: NetworkSection = NetworkSection()
    fit: ForecastFit = ForecastFit()


CONFIG = ForecastJob
