"""A training job, the same for every task: load, fit, export, evaluate, publish."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import keras
import numpy as np
import numpy.typing as npt

from seqserve.core.drift_reference import REFERENCE
from seqserve.object_storage.address import Address
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact, Source
from training.core import fitting, model_card, publish
from training.core.callbacks import watching
from training.core.callbacks.watching import Watch
from training.core.config import JobConfig
from training.core.model_card import Card
from training.core.publish import as_json
from training.core.task import Task

DataT = TypeVar("DataT")
ConfigT = TypeVar("ConfigT", bound=JobConfig)
FittedT = TypeVar("FittedT", bound="Fitted")
ExportedT = TypeVar("ExportedT", bound="Exported")


@dataclass(frozen=True)
class Loaded(Generic[DataT]):
    """Data, split before anything is fitted.

    Args:
        data: the parts, as the task has them.
        source: where they are from.
        split: the parts in words.
        report: what was changed in the data, a line each.
    """

    data: DataT
    source: Source
    split: str
    report: Sequence[str] = ()


@dataclass(frozen=True)
class Fitted:
    """A fitted network.

    Args:
        network: with the weights that are served, a `keras.Model` unless the job says otherwise.
        epochs: that the fit took.
    """

    network: Any
    epochs: int


@dataclass(frozen=True)
class Exported:
    """What is served.

    Args:
        predictor: as the service would load it.
        files: that it is made of, by name, without its `config.json`.
        difference: between the answers of Keras and of ONNX Runtime, the largest that was seen.
    """

    predictor: Any
    files: Mapping[str, bytes]
    difference: float


@dataclass(frozen=True)
class Description:
    """What a version says of itself.

    Args:
        card: what the task says on the model card.
        queries: golden examples; a version must answer them alike wherever it serves.
        inputs: numbers (N,) that the training part has of each feature, to see drift against.
        reference: what else drift is seen against.
        files: pictures and the like, by name.
        licence: of the version, if it is not the usual one.
    """

    card: Card
    queries: Sequence[dict[str, Any]]
    inputs: Mapping[str, npt.NDArray[Any]]
    reference: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    licence: str | None = None


class Job(ABC, Generic[ConfigT, DataT, FittedT, ExportedT]):
    """A job of one task. A task implements `load`, `fit`, `export`, `evaluate` and `describe`.

    Args:
        config: what to train, on what.
    """

    task: ClassVar[Task]
    unfitted: ClassVar[frozenset[str]] = frozenset()
    """Settings that change nothing about the fit, so that a checkpoint stays good."""

    def __init__(self, config: ConfigT) -> None:
        self.config = config

    @abstractmethod
    def load(self) -> Loaded[DataT]:
        """Load the data and split it.

        Raises:
            DataError, ValueError: the data cannot be had, or is too little.
        """

    @abstractmethod
    def fit(self, loaded: Loaded[DataT], checkpoint: Path) -> FittedT:
        """Fit the network on the training part; the validation part chooses the epoch.

        Args:
            checkpoint: the folder in which an interrupted fit resumes. More such folders may stand beside it: those
                whose names begin with its name are removed once the version is published.
        """

    @abstractmethod
    def export(self, loaded: Loaded[DataT], fitted: FittedT) -> ExportedT:
        """Build the ONNX graphs, prove that they compute what Keras does, and calibrate on the validation part.

        Raises:
            ExportError: they compute something else.
        """

    @abstractmethod
    def evaluate(self, loaded: Loaded[DataT], exported: ExportedT) -> dict[str, Any]:
        """Measure the predictor that will be served.

        Returns:
            `test`, its scores, and `baselines`, those of each baseline by name, both on the test part and both as the
            task's `Scoring` has them; and whatever else the card or the service shows.
        """

    @abstractmethod
    def describe(self, loaded: Loaded[DataT], exported: ExportedT, metrics: dict[str, Any]) -> Description:
        """State what the task adds to a version: its card, golden examples and drift reference."""

    def place(self, models: Path | Address, checkpoints: Path) -> None:
        """Take note, before any stage, of where the models tree and the checkpoints are; most tasks need neither."""

    def tried(self, loaded: Loaded[DataT], checkpoint: Path, watch: Watch) -> float:
        """Fit, and measure what was fitted on the validation part: how settings are compared before one is published.

        A task whose validation loss has other units with other settings measures something that has not.

        Args:
            checkpoint: as `fit` has it.
            watch: on the fit.

        Returns:
            An error, less is better: the best validation loss of the fit, unless the task says otherwise.

        Raises:
            ValueError: no epoch had a finite validation loss.
        """
        self.fit(loaded, checkpoint)
        return watch.best

    def checkpoint(self, loaded: Loaded[DataT], checkpoints: Path) -> Path:
        """The folder in which a fit with these settings to these data resumes."""
        settings = self.config.model_dump_json(exclude=set(self.unfitted))
        return checkpoints / fitting.checkpoint_name(settings, loaded.source.sha256)

    def run(self, models: Path | Address, checkpoints: Path) -> Artifact:
        """Train a model and publish it as its next version.

        Args:
            models: the models tree, a folder or in an object storage.
            checkpoints: the folder in which interrupted fits resume.

        Raises:
            DataError, ValueError: the data cannot be had or is too little, or no fit succeeded.
        """
        began = time.monotonic()
        self.place(models, checkpoints)
        keras.utils.set_random_seed(self.config.fit.seed)
        loaded = self.load()
        print("\n".join([*(f"data: {line}" for line in loaded.report), loaded.split]))
        checkpoint = self.checkpoint(loaded, checkpoints)
        with fitting.held(checkpoint):
            with watching.watched(lambda epoch, loss: False, checkpoint) as watch:
                fitted = self.fit(loaded, checkpoint)
            exported = self.export(loaded, fitted)
            metrics = self.evaluate(loaded, exported)
            metrics |= {
                "worse_than": self.task.scoring.worse_than(metrics["test"], metrics["baselines"]),
                "split": loaded.split,
                "seed": self.config.fit.seed,
                "epochs": fitted.epochs,
                "export_difference": exported.difference,
                "seconds": round(time.monotonic() - began, 1),
            }
            if fitted.epochs and watch.losses:
                metrics["validation_losses"] = [loss if math.isfinite(loss) else None for loss in watch.losses]
            published = self.publish(models, loaded, exported, metrics)
            fitting.forget(checkpoints, checkpoint.name)
        return published

    def publish(
        self, models: Path | Address, loaded: Loaded[DataT], exported: ExportedT, metrics: dict[str, Any]
    ) -> Artifact:
        """Write the next version of the model, whole or not at all."""
        described = self.describe(loaded, exported, metrics)
        card = model_card.render(
            self.config.name, described.card, loaded.source, loaded.report, metrics, self.task.scoring
        )
        replay = exported.predictor.replay
        files = {
            artifact.CONFIG: exported.predictor.config.model_dump_json(indent=1).encode(),
            artifact.METRICS: as_json(metrics),
            artifact.EXAMPLES: as_json([{"input": query, "output": replay(query)} for query in described.queries]),
            artifact.CARD: card.encode(),
            REFERENCE: as_json({"deciles": deciles(described.inputs), **described.reference}),
            **exported.files,
            **described.files,
        }
        licence = {"licence": described.licence} if described.licence else {}
        return publish.publish(models, self.task.serves, self.config, loaded.source, files, **licence)


def deciles(inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, list[float]]:
    """The eleven deciles, from the minimum to the maximum, of the numbers (N,) of each feature."""
    return {name: np.quantile(values, np.linspace(0, 1, 11)).tolist() for name, values in inputs.items()}
