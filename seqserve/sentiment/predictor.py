"""The classifier: a raw text in, calibrated probabilities of its labels out, and on request why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from seqserve.core import text_checks
from seqserve.core.onnx_session import Network
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.language import identification
from seqserve.registry.artifact import CONFIG, Artifact
from seqserve.sentiment import explanation
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.linear_model import FILE as LINEAR
from seqserve.sentiment.linear_model import LinearModel
from seqserve.sentiment.scorers import LinearScorer, NetworkScorer, Scorer
from seqserve.sentiment.word_spans import Word
from seqserve.sentiment.word_tokenizer import Encoded, Encoder

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"

Rows = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TextQuery:
    """A raw text, and whether its answer is to be explained.

    Args:
        utf16: whether the explanation counts in UTF-16 units, as JavaScript and Java do, and not in code points.
    """

    text: str
    explain: bool = False
    utf16: bool = False


@dataclass(frozen=True)
class PreparedText:
    """A text that is ready for the network.

    Args:
        parts: with an explanation, the words or runs of words that contribute; `orders`, those that they are shown in.
    """

    query: TextQuery
    encoded: Encoded
    parts: list[Word]
    orders: list[list[int]]
    warnings: list[str]


_NEW = {"labels", "base_value", "explanation"}
"""Fields of an answer that older golden examples lack or have otherwise."""


class RawClassification(NamedTuple):
    """Outputs, scaled by the temperature, of the text (C,) and of the text with words hidden (H, C).

    Of the latter the first has all of them hidden.
    """

    whole: Rows
    hidden: Rows


@dataclass(frozen=True)
class Classification:
    """The answer.

    Args:
        labels: of a model with several labels a text, those that the text has; none of other models.
        base_value, explanation: none where no explanation was asked for.
    """

    label: str
    score: float
    scores: dict[str, float]
    labels: list[str] | None
    base_value: float | None
    explanation: list[dict[str, Any]] | None
    warnings: list[str]


class Classifier(Predictor[TextQuery, PreparedText, RawClassification, Classification]):
    """A recurrent network over the tokens of a text, or a linear model over its n-grams, with temperature scaling.

    Reference:
        Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (temperature).
    """

    query = TextQuery

    def __init__(self, config: ClassifierConfig, encoder: Encoder, model: Network | LinearModel) -> None:
        super().__init__()
        self.config = config
        self.classes = config.labels
        self._encoder = encoder
        self._scorer: Scorer = (
            LinearScorer(model) if isinstance(model, LinearModel) else NetworkScorer(model, encoder.unknown)
        )

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = ClassifierConfig.model_validate_json(artifact.file(CONFIG))
        try:
            encoder = Encoder.from_json(artifact.file(TOKENIZER), config.max_tokens)
        except ValueError as error:
            raise ArtifactError(f"{artifact}: {TOKENIZER} is damaged ({error}); publish it again") from None
        if LINEAR not in artifact.files:
            return cls(config, encoder, cls.load_network(artifact, threads))
        try:
            return cls(config, encoder, LinearModel.from_bytes(artifact.file(LINEAR)))
        except ValueError as error:
            raise ArtifactError(f"{artifact}: {LINEAR} is damaged ({error}); publish it again") from None

    @classmethod
    def load_network(cls, artifact: Artifact, threads: int) -> Network:
        """The network of a version; a subclass may return one of another runtime."""
        return Network(artifact.file(MODEL), threads)

    def signature(self) -> dict[str, Any]:
        names = ("labels", "max_tokens", "max_characters")
        signature = {name: getattr(self.config, name) for name in names}
        return signature | ({"thresholds": self.config.thresholds} if self.config.thresholds else {})

    def provable(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Explanations of versions from before there was a base value were made another way."""
        return {key: value for key, value in answer.items() if key not in _NEW}

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
        warnings += self._foreign(query.text)
        if not encoded.known:
            warnings.append("the model knows none of the words; its scores say nothing of this text")
        elif encoded.unknown > encoded.known:
            warnings.append(f"the model does not know {encoded.unknown} of {encoded.tokens} words and signs")
        words = self._encoder.words(query.text) if query.explain else []
        parts = explanation.parts(words, encoded)
        if len(parts) < len(words):
            warnings.append(f"{len(words)} words explained in {len(parts)} runs, as there are so many")
        orders = explanation.orders(len(parts), len(encoded.ids)) if parts else []
        return PreparedText(query, encoded, parts, orders, warnings)

    def infer(self, batch: Sequence[PreparedText]) -> list[RawClassification]:
        variants = [self._variants(item) for item in batch]
        rows = [
            self._scorer.row(item.query.text, item.encoded, words)
            for item, hidden in zip(batch, variants, strict=True)
            for words in ([], *hidden)
        ]
        found = self._scorer.outputs(rows, self.tally) / self.config.temperature
        raws, start = [], 0
        for hidden in variants:
            end = start + 1 + len(hidden)
            raws.append(RawClassification(found[start], found[start + 1 : end]))
            start = end
        return raws

    def finish(self, prepared: PreparedText, raw: RawClassification) -> Classification:
        thresholds = self.config.thresholds
        scores = expit(raw.whole) if thresholds else softmax(raw.whole)
        named = dict(zip(self.config.labels, scores.tolist(), strict=True))
        best = int(np.argmax(raw.whole))
        base, parts = self._explanation(prepared, raw, best) if prepared.query.explain else (None, None)
        labels = [label for label, threshold in thresholds.items() if named[label] >= threshold] if thresholds else None
        label = self.config.labels[best]
        return Classification(label, named[label], named, labels, base, parts, prepared.warnings)

    def cost(self, prepared: PreparedText) -> int:
        return len(prepared.encoded.ids) * (1 + len(self._variants(prepared)))

    def _foreign(self, text: str) -> list[str]:
        """A warning if the text is surely in a language that the version does not know."""
        known = self.config.languages
        found = identification.identify(text) if known else None
        if found is None or found.language in known:
            return []
        return [f"the text seems to be in another language ({found.language}); the model knows {', '.join(known)}"]

    def _variants(self, item: PreparedText) -> list[list[Word]]:
        """The parts that are hidden in turn to explain a text: all of them, then as its orders have them."""
        if not item.parts:
            return []
        shown = [hidden for order in item.orders for hidden in explanation.hidden(order)]
        return [item.parts, *([item.parts[number] for number in numbers] for numbers in shown)]

    def _explanation(
        self, prepared: PreparedText, raw: RawClassification, best: int
    ) -> tuple[float, list[dict[str, Any]]]:
        """The log-odds of a label without any word, and what each part adds to them.

        Of two labels that is always the second, so that a word that speaks for it is above zero in any text.
        """
        label = 1 if len(self.config.labels) == 2 and not self.config.thresholds else best
        (whole,) = self._log_odds(raw.whole[np.newaxis], label)
        base, *_ = between = self._log_odds(raw.hidden, label)
        added = explanation.contributions(prepared.orders, whole, base, between[1:])
        text = prepared.query.text
        place = _utf16 if prepared.query.utf16 else _code_points
        return float(base), [
            {
                "text": text[part.start : part.end],
                "start": place(text, part.start),
                "end": place(text, part.end),
                "contribution": contribution,
            }
            for part, contribution in zip(prepared.parts, added.tolist(), strict=True)
        ]

    def _log_odds(self, outputs: Rows, label: int) -> Rows:
        """Of a label, (N,)."""
        if self.config.thresholds:
            return outputs[:, label]
        rest = np.delete(outputs, label, axis=1)
        odds: Rows = outputs[:, label] - np.logaddexp.reduce(rest, axis=1)
        return odds


def softmax(outputs: Rows) -> Rows:
    """Probabilities (C,) that add up to 1."""
    odds = np.exp(outputs - outputs.max())
    shares: Rows = odds / odds.sum()
    return shares


def expit(outputs: Rows) -> Rows:
    """A probability for each output (C,), by itself."""
    shares: Rows = np.exp(-np.logaddexp(0, -outputs))
    return shares


def _code_points(text: str, index: int) -> int:
    return index


def _utf16(text: str, index: int) -> int:
    return len(text[:index].encode("utf-16-le")) // 2
