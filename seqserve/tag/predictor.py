"""The tagger: a raw text in, its entities with their places out, and on request the text with them replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from seqserve.core import text_checks
from seqserve.core.length_batching import packed
from seqserve.core.messages import counted
from seqserve.core.onnx_session import session
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.language import identification
from seqserve.registry.artifact import CONFIG, Artifact
from seqserve.tag import decoding, regular
from seqserve.tag import words as word_forms
from seqserve.tag.config import TaggerConfig
from seqserve.tag.decoding import Rows, Span, Transitions
from seqserve.tag.masking import mask
from seqserve.tag.pieces import Piece, pieces
from seqserve.tag.regular import Match
from seqserve.tag.vocabulary import CHARACTERS, UNKNOWN, Features, Ids, Vocabulary

MODEL = "model.onnx"
VOCABULARY = "vocabulary.json"

_STEPS = 4_096
"""Words that the network reads at a time, padding counted."""


@dataclass(frozen=True)
class TagQuery:
    """A raw text.

    Args:
        mask: labels and kinds of `regular.KINDS` that are replaced in the text.
        utf16: whether places count UTF-16 units, as JavaScript and Java do, and not code points.
    """

    text: str
    mask: Sequence[str] = ()
    utf16: bool = False


@dataclass(frozen=True)
class PreparedTags:
    """A text that is ready for the network.

    Args:
        bounds: where each word begins, and where it ends (W, 2).
        pieces: of its words, each with its features.
        found: what a rule found of what is to be replaced.
    """

    query: TagQuery
    bounds: npt.NDArray[np.int32]
    pieces: list[tuple[Piece, Features]]
    found: list[Match]
    warnings: list[str] = field(default_factory=list)

    @property
    def unknown(self) -> int:
        """How many of its words the vocabulary does not have."""
        return sum(int(np.count_nonzero(features.words == UNKNOWN)) for _, features in self.pieces)


@dataclass(frozen=True)
class Tagging:
    """The answer.

    Args:
        entities: `start`, `end`, `text`, `label` and `score` of each, in reading order; none overlap.
        masked, replaced: the text with what was asked for replaced, and what that was; none where nothing was asked.
    """

    entities: list[dict[str, Any]]
    masked: str | None
    replaced: list[dict[str, Any]] | None
    warnings: list[str]


class TagNetwork:
    """An ONNX graph with inputs `x`, `shapes` (N, T), `characters` (N, T, C), `lengths` (N,) and output `y` (N, T, K).

    Raises:
        ArtifactError: ONNX Runtime cannot load the graph.
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        self._session = session(model, MODEL, threads)

    def __call__(self, features: Sequence[Features]) -> Rows:
        """The scores of the tags of each word; what stands behind a row's length is noise."""
        lengths = np.array([len(one.words) for one in features], dtype=np.int32)
        x, shapes, characters = stacked(features, int(lengths.max()))
        inputs = {"x": x, "shapes": shapes, "characters": characters, "lengths": lengths}
        scores: Rows = self._session.run(["y"], inputs)[0].astype(np.float64)
        return scores


class Tagger(Predictor[TagQuery, PreparedTags, list[list[Span]], Tagging]):
    """A recurrent network over words and their letters, with a conditional random field over its scores.

    Reference:
        Ma and Hovy, End-to-end Sequence Labeling via Bi-directional LSTM-CNNs-CRF, ACL 2016.
    """

    query = TagQuery

    def __init__(self, config: TaggerConfig, vocabulary: Vocabulary, network: TagNetwork) -> None:
        super().__init__()
        self.config = config
        self.classes = config.labels
        self.vocabulary = vocabulary
        self._network = network
        scores = config.transition_scores()
        self._transitions = Transitions(*(part / config.temperature for part in scores))

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = TaggerConfig.model_validate_json(artifact.file(CONFIG))
        try:
            vocabulary = Vocabulary.from_json(artifact.file(VOCABULARY))
        except ValueError as error:
            raise ArtifactError(f"{artifact}: {VOCABULARY} is damaged ({error}); publish it again") from None
        return cls(config, vocabulary, TagNetwork(artifact.file(MODEL), threads))

    def signature(self) -> dict[str, Any]:
        names = ("labels", "max_words", "max_characters")
        return {name: getattr(self.config, name) for name in names} | {"masks": self.masks}

    @property
    def masks(self) -> list[str]:
        """What can be replaced in a text: labels, and what a rule finds."""
        return [*self.config.labels, *regular.KINDS]

    def check_mask(self, kinds: Sequence[str]) -> None:
        """See that all of this can be replaced.

        Raises:
            InputError: something cannot.
        """
        for kind in kinds:
            if kind not in self.masks:
                message = f"{kind!r} cannot be masked; there are: {', '.join(self.masks)}"
                raise InputError("unknown_mask", message, "mask")

    def prepare(self, query: TagQuery, max_characters: int | None = None) -> PreparedTags:
        """Validate and preprocess one query.

        Args:
            max_characters: a longer text is refused; none means the version's own limit.

        Raises:
            InputError: it cannot be tagged.
        """
        text_checks.check(query.text, max_characters or self.config.max_characters)
        self.check_mask(query.mask)
        words = word_forms.split(query.text)
        read = []
        for piece in pieces(query.text, words, self.config.max_words):
            forms = [word.text for word in words[piece.first : piece.last]]
            read.append((piece, self.vocabulary.encode(forms)))
        found = regular.find(query.text, [kind for kind in query.mask if kind in regular.KINDS])
        bounds = np.array([(word.start, word.end) for word in words], dtype=np.int32).reshape(len(words), 2)
        return PreparedTags(query, bounds, read, found, self._foreign(query.text))

    def infer(self, batch: Sequence[PreparedTags]) -> list[list[list[Span]]]:
        features = [features for item in batch for _, features in item.pieces]
        lengths = [len(one.words) for one in features]
        found: list[list[Span]] = [[]] * len(features)
        for run in packed(lengths, _STEPS):
            scores = self._network([features[row] for row in run]) / self.config.temperature
            self.tally.add([lengths[row] for row in run])
            spans = decoding.decode(scores, np.array([lengths[row] for row in run]), self._transitions)
            for row, one in zip(run, spans, strict=True):
                found[row] = one
        answers = iter(found)
        return [[next(answers) for _ in item.pieces] for item in batch]

    def finish(self, prepared: PreparedTags, raw: list[list[Span]]) -> Tagging:
        text, bounds = prepared.query.text, prepared.bounds
        entities = [
            (int(bounds[piece.first + span.first, 0]), int(bounds[piece.first + span.last - 1, 1]), span)
            for (piece, _), spans in zip(prepared.pieces, raw, strict=True)
            for span in spans
        ]
        place = _Places(text, prepared.query.utf16)
        told = [
            {
                "start": place(start),
                "end": place(end),
                "text": text[start:end],
                "label": self.config.labels[span.label],
                "score": span.score,
            }
            for start, end, span in entities
        ]
        if not prepared.query.mask:
            return Tagging(told, None, None, prepared.warnings)
        named = [Match(start, end, self.config.labels[span.label]) for start, end, span in entities]
        wanted = [match for match in named if match.kind in prepared.query.mask]
        masked = mask(text, [*wanted, *prepared.found])
        place = _Places(text, prepared.query.utf16)
        replaced = [
            {"start": place(match.start), "end": place(match.end), "label": match.kind} for match in masked.replaced
        ]
        warnings = list(prepared.warnings)
        if masked.merged:
            warnings.append(f"{counted(masked.merged, 'overlap')}: each replaced as one")
        return Tagging(told, masked.text, replaced, warnings)

    def cost(self, prepared: PreparedTags) -> int:
        return len(prepared.bounds)

    def _foreign(self, text: str) -> list[str]:
        """A warning if the text is surely in a language that the version does not know."""
        known = self.config.languages
        found = identification.identify(text) if known else None
        if found is None or found.language in known:
            return []
        return [f"the text seems to be in another language ({found.language}); the model knows {', '.join(known)}"]


class _Places:
    """Places of a text as they are told; asked for in ascending order, so that a long text is counted once."""

    def __init__(self, text: str, utf16: bool) -> None:
        self._text, self._utf16 = text, utf16
        self._done = self._units = 0

    def __call__(self, index: int) -> int:
        if not self._utf16:
            return index
        self._units += len(self._text[self._done : index].encode("utf-16-le")) // 2
        self._done = index
        return self._units


def stacked(features: Sequence[Features], width: int) -> tuple[Ids, Ids, Ids]:
    """Words (N, T), shapes (N, T) and characters (N, T, C), filled up with 0."""
    words, shapes = np.zeros((2, len(features), width), dtype=np.int32)
    characters = np.zeros((len(features), width, CHARACTERS), dtype=np.int32)
    for number, one in enumerate(features):
        length = len(one.words)
        words[number, :length], shapes[number, :length] = one.words, one.shapes
        characters[number, :length] = one.characters
    return words, shapes, characters
