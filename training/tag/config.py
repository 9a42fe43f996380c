"""What a tagging job can be told, in a recipe or by flags. Free of Keras."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field, PositiveInt, model_validator

from training.core.config import Cell, FitSection, JobConfig, Section
from training.tag import datasets
from training.tag.files.conll import Scheme
from training.tag.files.spans import Misaligned, Overlaps


class DataSection(Section):
    """What to learn from: a named data set, or files of one's own."""

    dataset: str | None = Field(default=None, description=f"one of {', '.join(datasets.DATASETS)}")
    conll: Path | None = Field(default=None, description="a CoNLL file: a word first and its tag last on each line")
    scheme: Scheme | None = Field(default=None, description="of their tags; by default what the tags speak for")
    jsonl: Path | None = Field(default=None, description="JSON Lines: text, entities [{start, end, label}], document")
    label_studio: Path | None = Field(default=None, description="an export of Label Studio, JSON or JSON-MIN")
    overlaps: Overlaps = Field(default="refuse", description="of spans; longest: the longest stays")
    misaligned: Misaligned = Field(default="refuse", description="spans that cut a word; widen, or drop them")
    texts: Path | None = Field(default=None, description="more texts, untagged, a text a line, for --vectors")
    languages: list[str] = Field(default=[], description="codes of those of the texts; a text in others is warned of")
    validation: float = Field(default=0.1, gt=0, lt=1, description="share that chooses the epoch and calibrates")
    test: float = Field(default=0.1, gt=0, lt=1, description="share that the scores are measured on")

    @model_validator(mode="after")
    def _leaves_some(self) -> Self:
        if self.validation + self.test >= 1:
            raise ValueError("the shares of validation and test leave nothing to learn from")
        if sum(map(bool, (self.dataset, self.conll, self.jsonl, self.label_studio))) > 1:
            raise ValueError("give one source: --dataset, --conll, --jsonl or --label-studio")
        return self


class NetworkSection(Section):
    """What is fitted."""

    cell: Cell = Field(default="lstm", description="of the recurrent layers")
    units: list[PositiveInt] = Field(default=[96], min_length=1, description="one number a layer, each direction")
    dimension: PositiveInt = Field(default=64, description="of the embedding of words")
    vocabulary: int = Field(default=20_000, ge=16, description="words that are kept, at most")
    fewest: PositiveInt = Field(default=2, description="times that a word must be there")
    vectors: bool = Field(default=True, description="begin with word vectors, learned from all texts")
    character_dimension: PositiveInt = Field(default=24, description="of the embedding of characters")
    filters: PositiveInt = Field(default=48, description="of three characters each")
    dropout: float = Field(default=0.4, ge=0, lt=1, description="before and behind the recurrent layers")
    word_dropout: float = Field(default=0.1, ge=0, lt=1, description="share of words made unknown in training")
    max_words: int = Field(default=100, ge=2, description="words that are read together; a longer text is cut")


class AugmentSection(Section):
    """What is changed in the texts, other ones every epoch."""

    swapped: float = Field(default=0.2, ge=0, le=1, description="entities that are swapped for others of their label")
    person: str = Field(default="person", description="the label of persons")
    named: float = Field(default=0.0, ge=0, le=1, description="of them, those that become a name of a drawn origin")
    census: float = Field(default=0.3, ge=0, lt=1, description="of these names, those from the US census")
    lower: float = Field(default=0.1, ge=0, le=0.5, description="texts without capitals")
    upper: float = Field(default=0.05, ge=0, le=0.5, description="texts in capitals")


class TagJob(JobConfig):
    """A tagging experiment; a recipe is one of these in YAML."""

    untuned: ClassVar[frozenset[str]] = frozenset({"network.max_words"})

    data: DataSection = DataSection()
    network: NetworkSection = NetworkSection()
    augment: AugmentSection = AugmentSection()
    fit: FitSection = FitSection(epochs=12, batch_size=32, learning_rate=2e-3, patience=4)


CONFIG = TagJob
