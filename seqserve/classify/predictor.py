"""The classifier: a sequence of numbers in, calibrated probabilities of its labels out, and on request why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from seqserve.classify import explanation
from seqserve.classify.config import ClassifyConfig
from seqserve.classify.inputs import Cleaned, cleaned
from seqserve.core.length_batching import packed
from seqserve.core.onnx_session import Network
from seqserve.core.predictor import Predictor
from seqserve.errors import InputError
from seqserve.registry.artifact import CONFIG, Artifact

MODEL = "model.onnx"

Rows = npt.NDArray[np.float64]
Steps = npt.NDArray[np.float32]

_MOST_SCALED = 1e30
"""Single precision holds it, and sums of its products with weights: the network never sees an infinite number."""
_BATCH_STEPS = 4_096
"""Steps, padding counted, that one run of the network takes."""


@dataclass(frozen=True)
class SequenceQuery:
    """A sequence in the units of the training data.

    Args:
        values: a list of D numbers a step, or a number a step if D is 1; None is a gap.
        top: how many labels have their probabilities told, the likeliest first; none means all.
        explain: whether it is told which steps the label rests on.
    """

    values: Sequence[Any]
    top: int | None = None
    explain: bool = False


@dataclass(frozen=True)
class PreparedSequence:
    """A sequence that is ready for the network.

    Args:
        steps: scaled, (T, D).
        runs: with an explanation, the runs of steps that are hidden in turn.
        top: of the query.
        cleaned: in the units of the training data, and what was done to it.
    """

    steps: Steps
    runs: list[tuple[int, int]]
    top: int | None
    explain: bool
    cleaned: Cleaned


class RawLabels(NamedTuple):
    """Calibrated outputs of the sequence, (C,) or of each step (T, C), and with each run hidden in turn (R, C)."""

    whole: Rows
    hidden: Rows


@dataclass(frozen=True)
class Labelled:
    """The answer.

    Args:
        label, probability, probabilities: of the sequence; none of a model that labels each step.
        steps: of such a model: `label`, `probability` and `probabilities` of each step.
        log_odds, explanation: none where no explanation was asked for. The log-odds of the label, and for each run of
            steps (`start` to before `end`) by how much they fall when it is hidden.
    """

    label: str | None
    probability: float | None
    probabilities: dict[str, float] | None
    steps: list[dict[str, Any]] | None
    log_odds: float | None
    explanation: list[dict[str, Any]] | None
    warnings: list[str] = field(default_factory=list)


class SequenceClassifier(Predictor[SequenceQuery, PreparedSequence, RawLabels, Labelled]):
    """A recurrent network over the scaled steps of a sequence, (T, D), with temperature scaling.

    Reference:
        Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (temperature).
    """

    query = SequenceQuery

    def __init__(self, config: ClassifyConfig, network: Network) -> None:
        super().__init__()
        self.config = config
        self.classes = config.labels
        self.inputs = config.features
        self._network = network
        self._mean, self._scale = np.array(config.mean), np.array(config.scale)
        self._usual = self._scaled(np.array([config.usual]))[0]
        self._bias = np.array(config.bias)

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = ClassifyConfig.model_validate_json(artifact.file(CONFIG))
        return cls(config, Network(artifact.file(MODEL), threads))

    def signature(self) -> dict[str, Any]:
        names = ("labels", "features", "per_step", "steps", "max_steps")
        return {name: getattr(self.config, name) for name in names}

    def prepare(self, query: SequenceQuery) -> PreparedSequence:
        if query.explain and self.config.per_step:
            message = "this model labels each step, which is not explained; leave explain out"
            raise InputError("not_explained", message, "explain")
        found = cleaned(query.values, self.config)
        runs = explanation.runs(len(found.values)) if query.explain else []
        return PreparedSequence(self._scaled(found.values), runs, query.top, query.explain, found)

    def infer(self, batch: Sequence[PreparedSequence]) -> list[RawLabels]:
        variants = [[item.steps, *explanation.hidden(item.steps, item.runs, self._usual)] for item in batch]
        outputs = self.outputs([steps for rows in variants for steps in rows])
        raws, start = [], 0
        for rows in variants:
            whole, *hidden = outputs[start : start + len(rows)]
            raws.append(RawLabels(whole, np.array(hidden)))
            start += len(rows)
        return raws

    def outputs(self, rows: Sequence[Steps]) -> list[Rows]:
        """Calibrated outputs, (C,) or (T, C), of scaled sequences (T, D) of any lengths; softmax makes them shares."""
        lengths = [len(row) for row in rows]
        found: list[Rows] = [np.empty(0)] * len(rows)
        for run in packed(lengths, _BATCH_STEPS):
            chosen = [lengths[index] for index in run]
            padded = np.zeros((len(run), chosen[0], len(self.config.features)), dtype=np.float32)
            for row, index in zip(padded, run, strict=True):
                row[: lengths[index]] = rows[index]
            raw = self._network(padded, np.array(chosen, dtype=np.int32)).astype(np.float64)
            calibrated = (raw + self._bias) / self.config.temperature
            for row, index in zip(calibrated, run, strict=True):
                found[index] = row[: lengths[index]] if self.config.per_step else row
            self.tally.add(chosen)
        return found

    def finish(self, prepared: PreparedSequence, raw: RawLabels) -> Labelled:
        warnings = prepared.cleaned.warnings
        if self.config.per_step:
            steps = [self._told(outputs, prepared.top) for outputs in raw.whole]
            return Labelled(None, None, None, steps, None, None, warnings)
        odds, parts = self._explanation(prepared, raw) if prepared.explain else (None, None)
        told = self._told(raw.whole, prepared.top)
        return Labelled(**told, steps=None, log_odds=odds, explanation=parts, warnings=warnings)

    def cost(self, prepared: PreparedSequence) -> int:
        return len(prepared.steps) * (1 + len(prepared.runs))

    def _scaled(self, values: Rows) -> Steps:
        scaled: Rows = np.clip((values - self._mean) / self._scale, -_MOST_SCALED, _MOST_SCALED)
        return scaled.astype(np.float32)

    def _told(self, outputs: Rows, top: int | None) -> dict[str, Any]:
        """The likeliest label and the probabilities of those that are wanted, the likeliest first if not all are."""
        shares = softmax(outputs)
        best = int(np.argmax(outputs))
        chosen = range(len(shares)) if top is None else np.argsort(-outputs, kind="stable")[:top].tolist()
        labels = self.config.labels
        probabilities = {labels[index]: float(shares[index]) for index in chosen}
        return {"label": labels[best], "probability": float(shares[best]), "probabilities": probabilities}

    def _explanation(self, prepared: PreparedSequence, raw: RawLabels) -> tuple[float, list[dict[str, Any]]]:
        best = int(np.argmax(raw.whole))
        (whole,) = explanation.log_odds(raw.whole[np.newaxis], best)
        without = explanation.log_odds(raw.hidden, best)
        return float(whole), [
            {"start": begin, "end": end, "importance": float(whole - odds)}
            for (begin, end), odds in zip(prepared.runs, without.tolist(), strict=True)
        ]


def softmax(outputs: Rows) -> Rows:
    """Probabilities (..., C) of outputs (..., C) that add up to 1."""
    odds = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
    shares: Rows = odds / odds.sum(axis=-1, keepdims=True)
    return shares
