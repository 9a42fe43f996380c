"""What the settings of all jobs share. Free of Keras, so that the command line starts fast."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt

from seqserve.registry import names

Cell = Literal["rnn", "lstm", "gru"]
"""A kind of recurrent layer."""
Pool = Literal["last", "max", "mean"]
"""A way to turn the steps of a row into one vector."""


class Section(BaseModel):
    """A group of settings; each field is a flag of the command line and a key of a recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FitSection(Section):
    """How a network is fitted."""

    epochs: PositiveInt = Field(default=100, description="passes over the training part, at most")
    batch_size: PositiveInt = Field(default=32, description="examples a step of the optimizer")
    learning_rate: float = Field(default=1e-3, gt=0, description="of Adam")
    decay: bool = Field(default=False, description="lower the learning rate to 0 over all epochs along a cosine")
    average: float = Field(default=0, ge=0, lt=1, description="momentum of the averaged weights that are kept; 0: none")
    patience: PositiveInt = Field(default=10, description="epochs without a better validation loss before it stops")
    seed: int = Field(default=0, description="of everything random")


class JobConfig(Section):
    """An experiment; a recipe is one of these in YAML. Each task adds its sections, `data` among them."""

    untuned: ClassVar[frozenset[str]] = frozenset()
    """Sections, and settings as `section.field`, with whose values the validation error would measure something
    else, so that trials could not be compared; beside `data` and the seed, which no task tunes."""
    loss_units: ClassVar[frozenset[str]] = frozenset()
    """Settings with whose values the validation loss of an epoch has other units; the error of a trial has not."""

    name: Annotated[str, AfterValidator(names.checked)]
    fit: FitSection = FitSection()
