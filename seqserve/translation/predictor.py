"""The translator: a raw text in, its translation out, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from seqserve.core import text_checks
from seqserve.core.messages import counted
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.registry import byte_delta
from seqserve.registry.artifact import CONFIG, Artifact
from seqserve.translation import sentence_splitter
from seqserve.translation.beam_search import Hypothesis, Model
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.copied_names import Names
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.placeholders import PLACEHOLDERS
from seqserve.translation.sentence_processor import Candidate, Sentence, SentenceCoder
from seqserve.translation.sentence_splitter import Split
from seqserve.translation.subword_tokenizer import Subwords, folded

ENCODER = "encoder.onnx"
ENCODER_PART = "encoder.part"
"""In its place the encoder without the largest weight that the decoder has too, see `seqserve.registry.byte_delta`."""
DECODER = "decoder.onnx"
TOKENIZER = "tokenizer.json"
NAMES = "names.json"


@dataclass(frozen=True)
class TranslationQuery:
    """A raw text.

    Args:
        alternatives: other translations that are wanted, at most.
        beam: hypotheses to follow, at least; none means the model's own number.
    """

    text: str
    alternatives: int = 0
    beam: int | None = None


@dataclass(frozen=True)
class PreparedTranslation:
    """A text that is ready for the network.

    Args:
        split: where its sentences stood.
        divided: how many of them were too long.
    """

    query: TranslationQuery
    split: Split
    sentences: list[Sentence]
    beam: int
    divided: int
    warnings: list[str]


RawTranslation = list[list[Hypothesis]]
"""Hypotheses of each sentence that has tokens, the likeliest first."""


@dataclass(frozen=True)
class Translation:
    """The answer; `score` is the mean log-probability of a token, the ends of sentences counted."""

    text: str
    score: float
    alternatives: list[str]
    warnings: list[str]


def graphs(artifact: Artifact) -> tuple[bytes, bytes]:
    """The encoder and the decoder of a version.

    Raises:
        ArtifactError: it has not both.
    """
    decoder = artifact.file(DECODER)
    if ENCODER_PART not in artifact.files:
        return artifact.file(ENCODER), decoder
    try:
        return byte_delta.whole(artifact.file(ENCODER_PART), decoder), decoder
    except ValueError as error:
        raise ArtifactError(f"{artifact}: {ENCODER_PART} is damaged ({error}); publish it again") from None


class Translator(Predictor[TranslationQuery, PreparedTranslation, RawTranslation, Translation]):
    """An encoder-decoder network over the subwords of a sentence, with beam search."""

    query = TranslationQuery

    def __init__(self, config: TranslatorConfig, coder: Subwords, network: Model, names: Names | None = None) -> None:
        super().__init__()
        self.config = config
        self._coder = SentenceCoder(
            coder, config.source, config.target, lowercase=config.lowercase, ending=config.ending, names=names
        )
        self._network = network
        self.tally = network.tally

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = TranslatorConfig.model_validate_json(artifact.file(CONFIG))
        file = TOKENIZER
        try:
            coder = Subwords.from_json(artifact.file(file))
            file = NAMES  # which earlier versions have not
            names = Names.from_json(artifact.file(file), coder) if file in artifact.files else None
        except ValueError as error:
            raise ArtifactError(f"{artifact}: {file} is damaged ({error}); publish it again") from None
        return cls(config, coder, cls.load_network(artifact, threads), names)

    @classmethod
    def load_network(cls, artifact: Artifact, threads: int) -> Model:
        """The network of a version; a subclass may return one of another runtime."""
        return Seq2Seq(*graphs(artifact), threads)

    def signature(self) -> dict[str, Any]:
        names = ("source", "target", "beam", "max_beam", "max_tokens", "max_characters")
        return {name: getattr(self.config, name) for name in names}

    def check(self, alternatives: int, beam: int | None) -> int:
        """The hypotheses to follow for so many alternatives, if the model takes that many.

        Raises:
            InputError: it does not.
        """
        limit = self.config.max_beam
        if beam is not None and not 1 <= beam <= limit:
            raise InputError("bad_beam", f"beam {beam} is outside what this model takes: 1 to {limit}", "beam")
        if not 0 <= alternatives < limit:
            message = f"{alternatives} alternatives are outside what this model finds: 0 to {limit - 1}"
            raise InputError("bad_alternatives", message, "alternatives")
        return max(beam or self.config.beam, alternatives + 1)

    def prepare(self, query: TranslationQuery) -> PreparedTranslation:
        return self.prepare_checked(query, self.check(query.alternatives, query.beam), self.config.max_characters)

    def prepare_checked(self, query: TranslationQuery, beam: int, max_characters: int) -> PreparedTranslation:
        """The same for a query whose alternatives and beam are checked, as those of a whole request are once.

        Args:
            beam: what `check` returned.
            max_characters: a longer text is refused.

        Raises:
            InputError: it cannot be translated.
        """
        text_checks.check(query.text, max_characters)
        read: dict[str, Sentence] = {}

        def fits(piece: str) -> bool:
            for sentence in sentence_splitter.split([piece]).sentences:
                if sentence not in read:
                    read[sentence] = self._coder.read(sentence)
                return self._fits(read[sentence])
            return True

        pieces = [
            sentence_splitter.divide(piece, fits) for piece in sentence_splitter.segment(query.text, self.config.source)
        ]
        split = sentence_splitter.split(part for parts in pieces for part in parts)
        if not any(map(folded, split.sentences + split.between)):
            raise InputError("empty", "nothing is left of the text without control characters", "text")
        sentences = [read[sentence] for sentence in split.sentences]
        long = [len(parts) for parts in pieces if len(parts) > 1]
        return PreparedTranslation(query, split, sentences, beam, len(long), self._warnings(sentences, long))

    def infer(self, batch: Sequence[PreparedTranslation]) -> list[RawTranslation]:
        raws: list[RawTranslation] = [[] for _ in batch]
        for beam in {item.beam for item in batch}:
            rows = [
                (raw, sentence.tokens)
                for item, raw in zip(batch, raws, strict=True)
                if item.beam == beam
                for sentence in item.sentences
                if sentence.tokens
            ]
            if rows:
                tokens = [tokens[::-1] if self.config.reversed else tokens for _, tokens in rows]
                limits = [_limit(len(sentence)) for sentence in tokens]
                found = self._network.search(tokens, limits, beam, self.config.length_penalty)
                for (raw, _), hypotheses in zip(rows, found, strict=True):
                    raw.append(hypotheses)
        return raws

    def finish(self, prepared: PreparedTranslation, raw: RawTranslation) -> Translation:
        translated = [sentence for sentence in prepared.sentences if sentence.tokens]
        candidates = list(map(self._coder.write, translated, raw))
        chosen = [found[0] for found in candidates]
        ranks = range(max(map(len, candidates), default=1))
        best, *others = dict.fromkeys(_joined(prepared, candidates, rank) for rank in ranks)
        warnings = list(prepared.warnings)
        if lost := sum(candidate.lost for candidate in chosen):
            warnings.append(f"{counted(lost, 'copied span')} set at the end of the sentence, for want of a place")
        if cut := sum(not candidate.hypothesis.ended for candidate in chosen):
            warnings.append(f"translation of {counted(cut, 'sentence')} cut, as it would not end")
        lengths = [1 + len(candidate.hypothesis.tokens) for candidate in chosen]
        score = sum(candidate.hypothesis.log_probability for candidate in chosen) / max(1, sum(lengths))
        return Translation(best, score, others[: prepared.query.alternatives], warnings)

    def cost(self, prepared: PreparedTranslation) -> int:
        # A translation has about as many tokens as its sentence, and an end.
        steps = sum(2 * len(sentence.tokens) + 1 for sentence in prepared.sentences)
        return max(1, steps * prepared.beam)

    def _fits(self, sentence: Sentence) -> bool:
        """Whether the network takes it whole, and everything to copy has a placeholder."""
        return not sentence.tokens or (len(sentence.tokens) <= self.config.max_tokens and not sentence.overflowing)

    def _warnings(self, read: Sequence[Sentence], long: Sequence[int]) -> list[str]:
        found = []
        if long:
            limits = f"{self.config.max_tokens} tokens or {len(PLACEHOLDERS)} copied spans"
            found.append(f"{counted(len(long), 'sentence')} of more than {limits} translated in {sum(long)} parts")
        if wrapped := sum(bool(sentence.before) for sentence in read):
            found.append(f"tags within {counted(wrapped, 'sentence')} set around the whole of it")
        if foreign := sum(sentence.foreign for sentence in read):
            found.append(f"{counted(foreign, 'word')} in letters that the model does not know copied")
        if unknown := sum(sentence.unknown for sentence in read):
            found.append(f"{counted(unknown, 'sign')} that the model does not know may be missing")
        return found


def _limit(tokens: int) -> int:
    """Tokens that the translation of a sentence of so many tokens may have, at most."""
    return 2 * tokens + 10


def _joined(prepared: PreparedTranslation, candidates: Sequence[Sequence[Candidate]], rank: int) -> str:
    """The whole text with the candidate of a rank for each sentence, or with its best where it has not so many."""
    chosen = (found[rank if rank < len(found) else 0].text for found in candidates)
    answers = [next(chosen) if sentence.tokens else sentence.text for sentence in prepared.sentences]
    return prepared.split.joined(answers)
