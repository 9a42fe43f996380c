"""What a job that learns to classify sequences can be told, in a recipe or by flags."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PositiveInt, model_validator

from training.classify.data.names import DATASETS
from training.core.config import Cell, FitSection, JobConfig, Pool, Section


class DataSection(Section):
    """What to learn from: a named data set, or files of one's own."""

    dataset: str | None = Field(default=None, description=f"one of {', '.join(DATASETS)}")
    csv: Path | None = Field(default=None, description="a table: CSV, Excel, Parquet or JSON Lines")
    npz: Path | None = Field(default=None, description="NumPy's arrays x, (N, T, D) or (N, T), and y, (N,) or (N, T)")
    images: Path | None = Field(default=None, description="a folder with a folder of images for each label")
    layout: Literal["auto", "wide", "long"] = Field(
        default="auto", description="of --csv: wide, a sequence a row; long, a step a row"
    )
    label: str = Field(default="label", description="the column of labels")
    id: list[str] = Field(default=[], description="long: columns that tell the sequences apart")
    time: list[str] = Field(default=[], description="long: columns that put the steps in order; none: as rows stand")
    features: list[str] = Field(default=[], description="columns of numbers; none: all that are left")
    ignore: list[str] = Field(default=[], description="columns that are not read")
    group: str | None = Field(
        default=None, description="a column; sequences of one group stay in one part of the split"
    )
    width: PositiveInt | None = Field(default=None, description="wide: numbers of a step, such as pixels of a row")
    decimal: Literal[".", ","] | None = Field(default=None, description="decimal mark, where the file leaves it open")
    labels: Literal["auto", "sequence", "step"] = Field(default="auto", description="long: what a label belongs to")
    window: PositiveInt | None = Field(default=None, description="long: cut streams into windows of so many steps")
    stride: PositiveInt | None = Field(default=None, description="steps from one window to the next (--window)")
    image_size: PositiveInt | None = Field(default=None, description="images are scaled to so many pixels each way")
    validation: float = Field(default=0.15, gt=0, lt=1, description="share that chooses the epoch and calibrates")
    test: float = Field(default=0.2, gt=0, lt=1, description="share that is measured on; a published split has its own")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.validation + self.test >= 1:
            raise ValueError("the shares of validation and test leave nothing to learn from")
        if self.stride is not None and self.window is None:
            raise ValueError("stride is that of windows; give window too, or leave it out")
        if self.window is not None and self.layout == "wide":
            raise ValueError("windows are cut from streams, layout long; leave out one of the two")
        return self


class NetworkSection(Section):
    """What is fitted."""

    cell: Cell = Field(default="gru", description="of the recurrent layers")
    units: list[PositiveInt] = Field(default=[64], min_length=1, description="one number a layer, each direction")
    directions: Literal["one", "two", "four"] = Field(
        default="two", description="forwards; both ways; rows and columns both ways, where all are of one length"
    )
    pooling: list[Pool] = Field(default=["max", "mean"], min_length=1, description="last, max, mean, concatenated")
    dropout: float = Field(default=0.2, ge=0, lt=1, description="of the pooled steps")
    scaling: Literal["auto", "feature", "common"] = Field(
        default="auto", description="a mean and a scale for each feature, or one for all; auto: common for images"
    )
    class_weights: Literal["auto", "none", "balanced"] = Field(
        default="auto", description="balanced: each label counts the same; auto: if one is three times another"
    )
    augment: Literal["none", "image", "series"] = Field(
        default="none", description="training sequences are changed a little in every epoch, anew"
    )
    max_steps: PositiveInt | None = Field(default=None, description="of a request; none: four times the longest")
    bits: Literal["auto", "8", "32"] = Field(
        default="auto", description="of a weight that is stored; auto: 8, unless the validation part does worse"
    )


class ClassifyJob(JobConfig):
    """An experiment with sequences; a recipe is one of these in YAML."""

    data: DataSection = DataSection()
    network: NetworkSection = NetworkSection()
    fit: FitSection = FitSection(epochs=60, batch_size=32, patience=15)


CONFIG = ClassifyJob
