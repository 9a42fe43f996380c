"""The classifier: a raw text in, calibrated probabilities of its labels out, and on request why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from seqserve.core import text_checks
from seqserve.core.length_batching import packed
from seqserve.core.onnx_session import Network
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.registry.artifact import CONFIG, Artifact
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.word_spans import Word
from seqserve.sentiment.word_tokenizer import Encoded, Encoder

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"

Rows = npt.NDArray[np.float64]

_BATCH_STEPS = 2_048
"""Steps, padding counted, that one run of the network takes: past it memory is slower than arithmetic.
Measured on LSTMs and GRUs of 64 to 256 units and texts of 20 to 1,000 tokens."""
_EXPLAINED_STEPS = 16_384
"""Steps to explain one text, at most: up to 128 tokens each word is hidden alone, in a longer text several."""


@dataclass(frozen=True)
class TextQuery:
    """A raw text, and whether its answer is to be explained."""

    text: str
    explain: bool = False


@dataclass(frozen=True)
class PreparedText:
    """A text that is ready for the network.

    Args:
        parts: with an explanation, the words or runs of words that are hidden in turn.
    """

    query: TextQuery
    encoded: Encoded
    parts: list[Word]
    warnings: list[str]


class RawClassification(NamedTuple):
    """Log-probabilities of the text (C,) and of the text with each part hidden (P, C)."""

    whole: Rows
    hidden: Rows


@dataclass(frozen=True)
class Classification:
    """The answer; `explanation` is none where none was asked for."""

    label: str
    score: float
    scores: dict[str, float]
    explanation: list[dict[str, Any]] | None
    warnings: list[str]


class Classifier(Predictor[TextQuery, PreparedText, RawClassification, Classification]):
    """A recurrent network over the tokens of a text, with temperature scaling.

    Reference:
        Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (temperature); Zeiler and Fergus,
        Visualizing and Understanding Convolutional Networks, ECCV 2014 (occlusion).
    """

    query = TextQuery

    def __init__(self, config: ClassifierConfig, encoder: Encoder, network: Network) -> None:
        super().__init__()
        self.config = config
        self.classes = config.labels
        self._encoder = encoder
        self._network = network

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = ClassifierConfig.model_validate_json(artifact.file(CONFIG))
        try:
            encoder = Encoder.from_json(artifact.file(TOKENIZER), config.max_tokens)
        except ValueError as error:
            raise ArtifactError(f"{artifact}: {TOKENIZER} is damaged ({error}); publish it again") from None
        return cls(config, encoder, cls.load_network(artifact, threads))

    @classmethod
    def load_network(cls, artifact: Artifact, threads: int) -> Network:
        """The network of a version; a subclass may return one of another runtime."""
        return Network(artifact.file(MODEL), threads)

    def signature(self) -> dict[str, Any]:
        names = ("labels", "max_tokens", "max_characters")
        return {name: getattr(self.config, name) for name in names}

    def prepare(self, query: TextQuery, max_characters: int | None = None) -> PreparedText:
        """Validate and preprocess one query.

        Args:
            max_characters: a longer text is refused; none means the version's own limit.

        Raises:
            InputError: it cannot be labelled.
        """
        text_checks.check(query.text, max_characters or self.config.max_characters)
        (encoded,) = self._encoder.encode([query.text])
        if not len(encoded.ids):
            raise InputError("empty", "nothing is left of the text without markup and control characters", "text")
        warnings = []
        if encoded.tokens > len(encoded.ids):
            kept = f"the first {encoded.head} and the last {len(encoded.ids) - encoded.head}"
            warnings.append(f"text of {encoded.tokens} tokens cut to {kept}")
        if not encoded.known:
            warnings.append("the model knows none of the words; its scores say nothing of this text")
        elif encoded.unknown > encoded.known:
            warnings.append(f"the model does not know {encoded.unknown} of {encoded.tokens} words and signs")
        words = self._encoder.words(query.text) if query.explain else []
        parts = _parts(words, encoded)
        if len(parts) < len(words):
            warnings.append(f"{len(words)} words explained in {len(parts)} runs, as there are so many")
        return PreparedText(query, encoded, parts, warnings)

    def infer(self, batch: Sequence[PreparedText]) -> list[RawClassification]:
        rows = [row for item in batch for row in self._rows(item)]
        found = self._log_probabilities(rows)
        raws, start = [], 0
        for item in batch:
            end = start + 1 + len(item.parts)
            raws.append(RawClassification(found[start], found[start + 1 : end]))
            start = end
        return raws

    def finish(self, prepared: PreparedText, raw: RawClassification) -> Classification:
        scores = np.exp(raw.whole)
        best = int(np.argmax(scores))
        explanation = self._explanation(prepared, raw, best) if prepared.query.explain else None
        named = dict(zip(self.config.labels, scores.tolist(), strict=True))
        return Classification(self.config.labels[best], float(scores[best]), named, explanation, prepared.warnings)

    def cost(self, prepared: PreparedText) -> int:
        return len(prepared.encoded.ids) * (1 + len(prepared.parts))

    def _rows(self, item: PreparedText) -> list[npt.NDArray[np.int32]]:
        """The text, and the text with each part in turn made unknown."""
        rows = [item.encoded.ids]
        for part in item.parts:
            hidden = item.encoded.ids.copy()
            hidden[part.first : part.last] = self._encoder.unknown
            rows.append(hidden)
        return rows

    def _log_probabilities(self, rows: Sequence[npt.NDArray[np.int32]]) -> Rows:
        lengths = [len(row) for row in rows]
        outputs = np.empty((len(rows), len(self.config.labels)))
        for run in packed(lengths, _BATCH_STEPS):
            chosen = [lengths[index] for index in run]
            padded = np.zeros((len(run), chosen[0]), dtype=np.int32)
            for row, index in zip(padded, run, strict=True):
                row[: lengths[index]] = rows[index]
            outputs[run] = self._network(padded, np.array(chosen, dtype=np.int32))
            self.tally.add(chosen)
        outputs /= self.config.temperature
        outputs -= outputs.max(axis=1, keepdims=True)
        log_probabilities: Rows = outputs - np.log(np.exp(outputs).sum(axis=1, keepdims=True))
        return log_probabilities

    def _explanation(self, prepared: PreparedText, raw: RawClassification, best: int) -> list[dict[str, Any]]:
        """What each part adds to the log-odds of a label: what is lost where it is hidden.

        Of two labels that is always the second, so that a word that speaks for it is above zero in any text.
        """
        label = 1 if len(self.config.labels) == 2 else best
        lost = _log_odds(raw.whole[np.newaxis], label) - _log_odds(raw.hidden, label)
        return [
            {
                "text": prepared.query.text[part.start : part.end],
                "start": part.start,
                "end": part.end,
                "contribution": contribution,
            }
            for part, contribution in zip(prepared.parts, lost.tolist(), strict=True)
        ]


def _log_odds(log_probabilities: Rows, label: int) -> Rows:
    rest = np.delete(log_probabilities, label, axis=1)
    odds: Rows = log_probabilities[:, label] - np.logaddexp.reduce(rest, axis=1)
    return odds


def _parts(words: Sequence[Word], encoded: Encoded) -> list[Word]:
    """Runs of as few words as the bound on the cost allows, none of them across the cut."""
    most = max(1, _EXPLAINED_STEPS // len(encoded.ids))
    size = max(1, -(-len(words) // most))
    parts = []
    for side in (
        [word for word in words if word.last <= encoded.head],
        [word for word in words if word.last > encoded.head],
    ):
        for begin in range(0, len(side), size):
            run = side[begin : begin + size]
            parts.append(Word(run[0].first, run[-1].last, run[0].start, run[-1].end))
    return parts
