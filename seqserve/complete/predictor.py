"""The completer: the beginning of a text in, words to go on with out, or a whole continuation."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from seqserve.complete.config import CompleterConfig
from seqserve.complete.language_model import MODEL, LanguageModel
from seqserve.complete.lockstep import Search, Step, Stepped, together
from seqserve.complete.ngrams import FILE as NGRAMS
from seqserve.complete.ngrams import Ngrams
from seqserve.complete.prefix import Prefix, prefix_of
from seqserve.complete.query import MOST_COUNT, MOST_TOKENS, SEEDS, CompletionQuery, checked
from seqserve.complete.sampling import Continuation, Sampling, go_on
from seqserve.complete.state_cache import StateCache
from seqserve.complete.subwords import Subwords
from seqserve.complete.suggestions import WIDTH, Suggestion, suggest
from seqserve.complete.vocabulary import Vocabulary
from seqserve.core import text_checks
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError
from seqserve.registry.artifact import CONFIG, Artifact

TOKENIZER = "tokenizer.json"
CACHE_BYTES = 16 * 2**20
"""Of the states of prefixes that a version keeps."""
_SUGGESTION_STEPS = 4 * WIDTH
"""What a search for words costs, about."""


@dataclass
class PreparedPrefix:
    """A text that is ready for the network.

    Args:
        prefix: of a continuation, with the first subwords of a half-typed word that no single subword spells.
        cached: whether half of it at least had been read before; set as it is inferred.
    """

    query: CompletionQuery
    prefix: Prefix
    sampling: Sampling
    seed: int
    warnings: list[str]
    cached: bool = False


@dataclass(frozen=True)
class Completion:
    """The answer: suggestions or continuations, the likeliest or first drawn first; the other is none."""

    suggestions: list[Suggestion] | None = None
    continuations: list[Continuation] | None = None
    warnings: list[str] = field(default_factory=list)


Raw = list[Suggestion] | list[Continuation]


class Completer(Predictor[CompletionQuery, PreparedPrefix, Raw, Completion]):
    """A language model over subwords, and the states of prefixes that were read before."""

    query = CompletionQuery

    def __init__(self, config: CompleterConfig, subwords: Subwords, model: LanguageModel) -> None:
        super().__init__()
        self.config = config
        self.subwords = subwords
        self.model = model
        self.tally = model.tally
        self.vocabulary = Vocabulary(subwords)
        self.cache = StateCache(CACHE_BYTES)

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        config = CompleterConfig.model_validate_json(artifact.file(CONFIG))
        try:
            subwords = Subwords.from_json(artifact.file(TOKENIZER))
        except ValueError as error:
            raise ArtifactError(f"{artifact}: {TOKENIZER}: {error}; publish it again") from None
        try:
            ngrams = Ngrams.from_bytes(artifact.file(NGRAMS)) if NGRAMS in artifact.files else None
        except ValueError as error:
            raise ArtifactError(f"{artifact}: {NGRAMS}: {error}; publish it again") from None
        if ngrams is not None and len(ngrams.single) != len(subwords):
            raise ArtifactError(f"{artifact}: {NGRAMS} and {TOKENIZER} do not fit together; publish it again")
        model = LanguageModel(artifact.file(MODEL), threads, ngrams, config.share)
        if model.vocabulary != len(subwords):
            raise ArtifactError(
                f"{artifact}: {MODEL} has {model.vocabulary} tokens, and {TOKENIZER} {len(subwords)}; publish it again"
            )
        return cls(config, subwords, model)

    def signature(self) -> dict[str, Any]:
        return {
            "languages": self.config.languages,
            "vocabulary": len(self.subwords),
            "max_tokens": self.config.max_tokens,
            "max_characters": self.config.max_characters,
            "max_count": MOST_COUNT,
            "max_new_tokens": MOST_TOKENS,
        }

    def prepare(self, query: CompletionQuery, max_characters: int | None = None) -> PreparedPrefix:
        """See `Predictor.prepare`.

        Args:
            max_characters: of a text; by default the version's own limit.
        """
        text_checks.check(query.text, max_characters or self.config.max_characters)
        sampling = checked(query)
        prefix = prefix_of(query.text, self.subwords, self.config.max_tokens)
        if query.mode == "continue":
            prefix = self._spellable(query.text, prefix)
        warnings = []
        if prefix.dropped:
            read = len(prefix.tokens) - 1
            warnings.append(f"only the last {read} of {read + prefix.dropped} subwords are read")
        seed = secrets.randbelow(SEEDS) if query.seed is None else query.seed
        return PreparedPrefix(query, prefix, sampling, seed, warnings)

    def _spellable(self, text: str, prefix: Prefix) -> Prefix:
        """A prefix whose typed rest some token spells: of a word that none does, the first subwords are certain."""
        if not prefix.typed or len(self.vocabulary.spelling_from(prefix.typed)):
            return prefix
        whole = prefix_of(f"{text}.", self.subwords, self.config.max_tokens)  # a full stop makes the word certain
        tokens, last = whole.tokens[:-2], whole.tokens[-2]
        spelled = self.vocabulary.spellings[last]
        return Prefix(tokens if spelled else whole.tokens[:-1], spelled, whole.dropped)

    def infer(self, batch: Sequence[PreparedPrefix]) -> list[Raw]:
        found = iter(together(self.model, [search for prepared in batch for search in self._searches(prepared)]))
        raws: list[Raw] = []
        for prepared in batch:
            parts = [next(found) for _ in self._samples(prepared)]
            raws.append([item for part in parts for item in part] if len(parts) > 1 else parts[0])
        return raws

    def _samples(self, prepared: PreparedPrefix) -> range:
        return range(prepared.query.wanted if prepared.query.mode == "continue" else 1)

    def _searches(self, prepared: PreparedPrefix) -> list[Search[Any]]:
        return [self._search(prepared, number) for number in self._samples(prepared)]

    def _search(self, prepared: PreparedPrefix, number: int) -> Search[Any]:
        stepped = yield from self._read(prepared)
        typed, query = prepared.prefix.typed, prepared.query
        if query.mode == "suggest":
            return (yield from suggest(stepped, typed, self.vocabulary, query.wanted))
        random = np.random.default_rng([prepared.seed, number])
        before = prepared.prefix.tokens
        return [(yield from go_on(stepped, before, typed, self.vocabulary, prepared.sampling, random))]

    def _read(self, prepared: PreparedPrefix) -> Search[Stepped]:
        """What follows a prefix; of its tokens only those are read that were not before."""
        tokens = prepared.prefix.tokens
        count, kept = self.cache.longest(tokens[:-1])
        prepared.cached = 2 * count >= len(tokens) - 1 > 0
        states = self.model.start() if kept is None else kept[None]
        for token in tokens[count:-1]:
            _, states = yield Step([token], states)
        self.cache.keep(tokens[:-1], states[0])
        stepped = yield Step(tokens[-1:], states)
        self.cache.keep(tokens, stepped.states[0])
        return stepped

    def finish(self, prepared: PreparedPrefix, raw: Raw) -> Completion:
        if prepared.query.mode == "suggest":
            return Completion(suggestions=raw, warnings=prepared.warnings)  # type: ignore[arg-type]
        return Completion(continuations=raw, warnings=prepared.warnings)  # type: ignore[arg-type]

    def replay(self, example: dict[str, Any]) -> dict[str, Any]:
        """See `Predictor.replay`; without scores, which are of rounded numbers and differ between processors."""
        answer = super().replay(example)
        offered = answer["suggestions"] or answer["continuations"] or []
        return {"texts": [each["text"] for each in offered], "warnings": answer["warnings"]}

    def cost(self, prepared: PreparedPrefix) -> int:
        query = prepared.query
        rest = _SUGGESTION_STEPS if query.mode == "suggest" else query.wanted * query.most_tokens
        return len(prepared.prefix.tokens) + rest
