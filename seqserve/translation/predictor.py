"""The translator: a raw text in, its translation out, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from seqserve.core import text_checks
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.registry import byte_delta
from seqserve.registry.artifact import CONFIG, Artifact
from seqserve.translation import cautions
from seqserve.translation import formality as register
from seqserve.translation.beam_search import Hypothesis, Model
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.copied_names import Names
from seqserve.translation.formality import Register
from seqserve.translation.lexicon import Lexicon
from seqserve.translation.markup import mnemonics
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.sentences import assembly, splitter
from seqserve.translation.sentences.coder import SentenceCoder
from seqserve.translation.sentences.sentence import Candidate, Sentence
from seqserve.translation.sentences.splitter import Split
from seqserve.translation.subword_tokenizer import Subwords, folded
from seqserve.translation.wordings.phrases import Phrases

ENCODER = "encoder.onnx"
ENCODER_PART = "encoder.part"
"""In its place the encoder without the largest weight that the decoder has too, see `seqserve.registry.byte_delta`."""
DECODER = "decoder.onnx"
TOKENIZER = "tokenizer.json"
TARGET_TOKENIZER = "target-tokenizer.json"
"""Of translations, if they have a vocabulary of their own."""
NAMES = "names.json"
PHRASES = "phrases.json"
"""Short texts with a translation of their own; imported versions have none, nor have earlier ones."""
WORDS = "words.bin"
"""The words of the target language; imported versions have none, nor have those in languages without a list."""
_FEW = 4
"""Tokens, the end counted; a shorter translation is doubtful only if it would be with so many, as few tell little."""


@dataclass(frozen=True)
class TranslationQuery:
    """A raw text.

    Args:
        alternatives: other translations that are wanted, at most.
        beam: hypotheses to follow, at least; none means the model's own number.
        formality: how "you" is said; none leaves it to the network.
    """

    text: str
    alternatives: int = 0
    beam: int | None = None
    formality: Register | None = None


@dataclass(frozen=True)
class PreparedTranslation:
    """A text that is ready for the network.

    Args:
        split: where its sentences stood.
        divided: how many of them were too long.
        key: the mark of an access key, and its letter, see `mnemonics`.
    """

    query: TranslationQuery
    split: Split
    sentences: list[Sentence]
    beam: int
    divided: int
    warnings: list[str]
    key: str

    @property
    def rows(self) -> list[Sentence]:
        """What the network reads, sentence by sentence."""
        return [row for sentence in self.sentences for row in sentence.rows]


RawTranslation = list[list[Hypothesis]]
"""Hypotheses of each of the rows, the likeliest first."""


@dataclass(frozen=True)
class Translation:
    """The answer.

    Args:
        score: mean log-probability of a token, the ends of sentences counted.
        doubtful: sentences, counted from 1, whose own score is below the model's `least_score`, or that lack a word
            or a number, or have a word that is none; none if there are none.
    """

    text: str
    score: float
    alternatives: list[str]
    warnings: list[str]
    doubtful: list[int] | None = None


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

    def __init__(
        self,
        config: TranslatorConfig,
        coder: Subwords,
        network: Model,
        names: Names | None = None,
        written: Subwords | None = None,
        phrases: Phrases | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        super().__init__()
        self.config = config
        self._coder = SentenceCoder(
            coder,
            config.source,
            config.target,
            lowercase=config.lowercase,
            ending=config.ending,
            names=names,
            codes=config.codes,
            written=written,
            phrases=phrases,
            readings=config.readings,
            lexicon=lexicon,
        )
        self._network = network
        self.tally = network.tally

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = TranslatorConfig.model_validate_json(artifact.file(CONFIG))
        file = TOKENIZER
        try:
            coder = Subwords.from_json(artifact.file(file))
            file = TARGET_TOKENIZER
            written = Subwords.from_json(artifact.file(file)) if file in artifact.files else None
            file = NAMES  # which earlier versions have not
            names = Names.from_json(artifact.file(file), coder) if file in artifact.files else None
            file = PHRASES
            phrases = Phrases.from_json(artifact.file(file)) if file in artifact.files else None
            file = WORDS
            lexicon = Lexicon.from_bytes(artifact.file(file)) if file in artifact.files else None
        except ValueError as error:
            raise ArtifactError(f"{artifact}: {file} is damaged ({error}); publish it again") from None
        return cls(config, coder, cls.load_network(artifact, threads), names, written, phrases, lexicon)

    @classmethod
    def load_network(cls, artifact: Artifact, threads: int) -> Model:
        """The network of a version; a subclass may return one of another runtime."""
        return Seq2Seq(*graphs(artifact), threads)

    def signature(self) -> dict[str, Any]:
        names = ("source", "target", "beam", "max_beam", "max_tokens", "whole_tokens", "max_characters", "least_score")
        return {name: getattr(self.config, name) for name in names}

    def check(self, alternatives: int, beam: int | None, formality: str | None = None) -> int:
        """The hypotheses to follow for so many alternatives, if the model takes that many.

        A formality that is asked for is looked for among as many as can be followed.

        Raises:
            InputError: it does not.
        """
        limit = self.config.max_beam
        if beam is not None and not 1 <= beam <= limit:
            raise InputError("bad_beam", f"beam {beam} is outside what this model takes: 1 to {limit}", "beam")
        if not 0 <= alternatives < limit:
            message = f"{alternatives} alternatives are outside what this model finds: 0 to {limit - 1}"
            raise InputError("bad_alternatives", message, "alternatives")
        register.check(formality, self.config.target)
        return limit if formality else max(beam or self.config.beam, alternatives + 1)

    def prepare(self, query: TranslationQuery) -> PreparedTranslation:
        return self.prepare_checked(
            query, self.check(query.alternatives, query.beam, query.formality), self.config.max_characters
        )

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

        def within(limit: int, piece: str) -> bool:
            for sentence in splitter.split([piece]).sentences:
                if sentence not in read:
                    read[sentence] = self._coder.read(sentence)
                return len(read[sentence].tokens) <= limit and not (
                    read[sentence].tokens and read[sentence].overflowing
                )
            return True

        most = self.config.max_tokens
        whole = min(most, self.config.whole_tokens or most)
        fits, stays, is_short = (partial(within, limit) for limit in (whole, min(most, whole * 3 // 2), most))
        text, key = mnemonics.without(query.text)
        segments = splitter.segment(text, self.config.source)
        apart = [[piece] if self.config.codes else self._apart(piece) for piece in segments]
        pieces = [[part for said in parts for part in splitter.divide(said, fits, stays)] for parts in apart]
        split = splitter.split(part for parts in pieces for part in parts)
        if not any(map(folded, split.sentences + split.between)):
            raise InputError("empty", "nothing is left of the text without control characters", "text")
        # Of each piece there is one sentence, or none.
        is_part = [len(parts) > 1 for parts in pieces for part in parts if splitter.split([part]).sentences]
        sentences = [
            replace(read[sentence], is_part=read[sentence].is_part or part)
            for sentence, part in zip(split.sentences, is_part, strict=True)
        ]
        long = [len(parts) for piece, parts in zip(segments, pieces, strict=True) if not is_short(piece)]
        warnings = cautions.of_reading(sentences, long, self.config.max_tokens)
        return PreparedTranslation(query, split, sentences, beam, len(long), warnings, key)

    def _apart(self, piece: str) -> list[str]:
        """A piece divided where networks lose words: behind a label, and behind an ellipsis."""
        label, *behind = splitter.labelled(piece, self._coder.is_label)
        parts = [label, *(part for text in behind for part in splitter.segment(text, self.config.source))]
        return [said for part in parts for said in splitter.hesitations(part)]

    def infer(self, batch: Sequence[PreparedTranslation]) -> list[RawTranslation]:
        raws: list[RawTranslation] = [[] for _ in batch]
        for beam in {item.beam for item in batch}:
            rows = [
                (raw, sentence.tokens)
                for item, raw in zip(batch, raws, strict=True)
                if item.beam == beam
                for sentence in item.rows
            ]
            if rows:
                tokens = [tokens[::-1] if self.config.reversed else tokens for _, tokens in rows]
                limits = [_limit(len(sentence)) for sentence in tokens]
                found = self._network.search(tokens, limits, beam, self.config.length_penalty)
                for (raw, _), hypotheses in zip(rows, found, strict=True):
                    raw.append(hypotheses)
        return raws

    def finish(self, prepared: PreparedTranslation, raw: RawTranslation) -> Translation:
        wanted = prepared.query.formality
        candidates, unlike = register.agreed(
            assembly.candidates(self._coder, prepared.sentences, raw), wanted, self.config.target
        )
        chosen = [found[0] for found in candidates]
        ranks = range(max(map(len, candidates), default=1))
        best, *others = dict.fromkeys(_joined(prepared, candidates, rank) for rank in ranks)
        doubtful = self._doubtful(prepared.sentences, chosen)
        numbers = [number for number, sentence in enumerate(prepared.sentences, 1) if sentence.tokens]
        other_address = cautions.of_address([numbers[other - 1] for other in unlike], wanted)
        read = [sentence for sentence in prepared.sentences if sentence.tokens]
        lost = [cautions.lost(sentence, found.text) for sentence, found in zip(read, chosen, strict=True)]
        said = [
            *cautions.of_translation(chosen),
            *cautions.of_loss(lost),
            *cautions.of_length(read, chosen),
            *cautions.of_words(chosen),
            *other_address,
            *cautions.of_doubt(doubtful, len(prepared.sentences)),
        ]
        lengths = [1 + len(candidate.hypothesis.tokens) for candidate in chosen]
        score = sum(candidate.hypothesis.log_probability for candidate in chosen) / max(1, sum(lengths))
        others = others[: prepared.query.alternatives]
        rated = zip(numbers, chosen, lost, strict=True)
        wrong = {*doubtful, *(number for number, found, missing in rated if found.made_up or missing)}
        return Translation(best, score, others, [*prepared.warnings, *said], sorted(wrong) or None)

    def replay(self, example: dict[str, Any]) -> dict[str, Any]:
        # Versions of before have no `doubtful`; their warnings say as much.
        return {name: value for name, value in super().replay(example).items() if name != "doubtful"}

    def cost(self, prepared: PreparedTranslation) -> int:
        # A translation has about as many tokens as its sentence, and an end.
        steps = sum(2 * len(row.tokens) + 1 for row in prepared.rows)
        return max(1, steps * prepared.beam)

    def _doubtful(self, sentences: Sequence[Sentence], chosen: Sequence[Candidate]) -> list[int]:
        """Which sentences, counted from 1, are translated with less than the least score."""
        least = self.config.least_score
        if least is None:
            return []
        numbers = [number for number, sentence in enumerate(sentences, 1) if sentence.tokens]
        rated = zip(numbers, chosen, strict=True)
        return [
            number
            for number, candidate in rated
            if candidate.hypothesis.log_probability < least * max(_FEW, 1 + len(candidate.hypothesis.tokens))
        ]


def _limit(tokens: int) -> int:
    """Tokens that the translation of a sentence of so many tokens may have, at most."""
    return 2 * tokens + 10


def _joined(prepared: PreparedTranslation, candidates: Sequence[Sequence[Candidate]], rank: int) -> str:
    """The whole text with the candidate of a rank for each sentence, or with its best where it has not so many."""
    chosen = (found[rank if rank < len(found) else 0].text for found in candidates)
    answers = [next(chosen) if sentence.tokens else sentence.unread for sentence in prepared.sentences]
    return mnemonics.marked(prepared.split.joined(answers), prepared.key)
