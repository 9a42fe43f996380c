"""What the pretraining of the universal forecaster can be told."""

from __future__ import annotations

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from training.core.config import JobConfig, Section


class DataSection(Section):
    """What windows are drawn from."""

    real: bool = Field(default=True, description="learn from real series too")
    synthetic: float = Field(default=0.75, ge=0, le=1, description="share of synthetic chunks")


class ScheduleSection(Section):
    """How long it learns; a training that has ended goes on with more steps."""

    steps: PositiveInt = Field(default=28_500, description="batches to learn from in all")
    decay: float = Field(default=0.3, gt=0, le=1, description="last part of the steps, in which the rate falls to 0")
    checkpoint_seconds: PositiveInt = Field(default=120, description="between two checkpoints")


class UniversalFit(Section):
    """How the network is fitted."""

    batch: PositiveInt = Field(default=128, multiple_of=16, description="windows in a batch")
    learning_rate: PositiveFloat = Field(default=2e-3, description="of AdamW")
    steps_a_chunk: PositiveInt = Field(default=16, description="batches for each new chunk of 512 windows")
    pool: PositiveInt = Field(default=48, description="chunks that batches are drawn from")
    seed: NonNegativeInt = Field(default=0, description="of all that is drawn")
    start: str | None = Field(default=None, description="weights.npz of a version to go on from, not from nothing")


class UniversalJob(JobConfig):
    """A pretraining; the defaults are those of one from nothing."""

    name: str = "universal"
    data: DataSection = DataSection()
    schedule: ScheduleSection = ScheduleSection()
    fit: UniversalFit = UniversalFit()  # type: ignore[assignment]


CONFIG = UniversalJob
