"""What a forecasting job can be told, in a recipe or by flags."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, PositiveInt, field_validator, model_validator

from seqserve.forecast.scalers import ScalerKind
from training.core.config import Cell, FitSection, JobConfig, Section
from training.forecast import datasets

_ONLY_WINDOW = {"units", "dropout", "scaler", "residual", "sequence"}
_PANEL_FIT = {"batch_size": 128, "learning_rate": 2e-3, "epochs": 40}
"""How a network is fitted where nothing is said, unless it is of the kind window."""


class DataSection(Section):
    """What to learn from: one of a named data set, a file of one's own, or a ticker symbol."""

    dataset: str | None = Field(default=None, description=f"one of {', '.join(datasets.DATASETS)}")
    csv: Path | None = Field(default=None, description="a table with a header, of one or many series")
    ticker: str | None = Field(default=None, description="a share of Yahoo Finance (needs yfinance)")
    target: list[str] = Field(default=[], description="columns to forecast; none: the first of numbers")
    time: list[str] = Field(default=[], description="columns that hold the time; none: found by themselves")
    id: list[str] = Field(default=[], description="columns that tell series apart; none: found by themselves")
    known: list[str] = Field(default=[], description="columns known ahead, numbers or categories")
    past: list[str] = Field(default=[], description="columns of numbers known up to now")
    static: list[str] = Field(default=[], description="columns with one value a series")
    holidays: list[str] = Field(default=[], description="countries whose public holidays are known ahead: DE")
    features: list[str] = Field(default=[], description="columns that a network of the kind window sees")
    decimal: Literal[".", ","] | None = Field(default=None, description="decimal sign; none: by evidence")
    day_first: bool | None = Field(default=None, description="how to read 01/02/2020; none: by evidence")
    skip_rows: int | None = Field(default=None, description="lines above the header")
    header: bool | None = Field(default=None, description="the first row is names; none: names are looked for")
    sheet: str | None = Field(default=None, description="of an Excel file with several tables")
    frequency: str | None = Field(default=None, description="pandas offset alias; none: by the dates")
    timezone: str | None = Field(default=None, description="of times that are written without one")
    wide: bool = Field(default=False, description="each column of numbers is a series of its own")
    allow_dropped: float = Field(default=0.01, ge=0, le=1, description="share of rows that may be left out")
    test: float | None = Field(default=None, gt=0, description="last rows, a share or a number; none: 0.15")
    validation: float | None = Field(default=None, gt=0, description="rows before the test part; none: by the data")
    season: PositiveInt | None = Field(default=None, description="steps in a season; none: by the frequency")
    compared: PositiveInt = Field(default=60, description="windows that AutoETS and AutoTheta are fitted to, at most")

    @field_validator("target", mode="before")
    @classmethod
    def _one_target(cls, target: Any) -> Any:
        return [target] if isinstance(target, str) else target or []


class NetworkSection(Section):
    """What is fitted; the defaults are what serves most series well."""

    kind: Literal["auto", "classical", "linear", "network", "ensemble", "window"] = Field(
        default="auto", description="auto: what wins on the validation part"
    )
    universal: bool = Field(default=True, description="try the forecast/universal of the models tree too")
    start: str | None = Field(default=None, description="pretrained model to learn on from: forecast/universal")
    layers: Literal["last", "all"] = Field(default="last", description="of a pretrained model, those that learn on")
    window: PositiveInt | None = Field(default=None, description="steps that it sees; none: by the frequency")
    horizon: PositiveInt | None = Field(default=None, description="steps that it forecasts; none: by the frequency")
    cell: Cell = Field(default="gru", description="of the recurrent layers")
    units: list[PositiveInt] = Field(default=[32], min_length=1, description="of the kind window, one number a layer")
    dropout: float = Field(default=0.0, ge=0, lt=1, description="of the kind window, after each layer")
    scaler: ScalerKind = Field(default="window", description="of the kind window: minmax, standard, or window")
    residual: bool = Field(default=True, description="of the kind window: forecast the difference from the last value")
    sequence: bool = Field(default=False, description="of the kind window: learn the window shifted by one step")
    state: PositiveInt = Field(default=48, description="of other kinds: units of the network's recurrent layer")
    hidden: PositiveInt = Field(default=64, description="of other kinds: units of the network's first dense layer")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.sequence and (self.horizon or 1) > 1:
            raise ValueError("a sequence is shifted by one step: it goes with a horizon of 1, and recursively beyond")
        return self

    @property
    def outputs(self) -> int:
        return 1 if self.sequence else self.lengths[1]

    @property
    def lengths(self) -> tuple[int, int]:
        """The window and the horizon of the kind window, in which they have defaults."""
        assert self.window is not None
        assert self.horizon is not None
        return self.window, self.horizon


class ForecastFit(FitSection):
    """How a network is fitted, and to what."""

    loss: Literal["mse", "mae", "huber"] = Field(default="mse", description="that the fit minimises")


class ForecastJob(JobConfig):
    """A forecasting experiment; a recipe is one of these in YAML."""

    untuned: ClassVar[frozenset[str]] = frozenset({"network.horizon", "network.start"})
    loss_units: ClassVar[frozenset[str]] = frozenset(
        {"network.kind", "network.window", "network.scaler", "network.residual", "network.sequence", "fit.loss"}
    )

    data: DataSection = DataSection()
    network: NetworkSection = NetworkSection()
    fit: ForecastFit = ForecastFit()

    @model_validator(mode="before")
    @classmethod
    def _kind_of_old_recipes(cls, job: Any) -> Any:
        """Recipes from before there were kinds, and flags that only the kind `window` has, mean that kind."""
        network = job.get("network") if isinstance(job, dict) else None
        if not isinstance(network, dict):
            return job
        data = job.get("data")
        only_window = bool(_ONLY_WINDOW & network.keys()) or (isinstance(data, dict) and bool(data.get("features")))
        kind = network.get("kind") or ("window" if only_window else "auto")
        usual = {"window": 60, "horizon": 1} if kind == "window" else {}
        given = {name: value for name, value in network.items() if value is not None}
        fit = job.get("fit") or {}
        if kind != "window" and isinstance(fit, dict):
            fit = {**_PANEL_FIT, **fit}
        return {**job, "network": {**usual, **given, "kind": kind}, "fit": fit}


CONFIG = ForecastJob
