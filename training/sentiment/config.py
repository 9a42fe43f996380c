"""What a sentiment job can be told, in a recipe or by flags."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt, SecretStr, model_validator

from seqserve.sentiment.word_tokenizer import TextOptions
from training.core.config import Cell, FitSection, JobConfig, Pool, Section
from training.sentiment.corpora.own import Rare
from training.sentiment.data import datasets

_LONGEST = 496
"""Tokens of a text: batches may be padded by some more, and the transformer has 512 positions."""


class PretrainSection(Section):
    """Language-model pretraining."""

    pretrain_epochs: NonNegativeInt = Field(default=0, description="passes over all texts as a language model first")
    pretrain_rate: float = Field(default=3e-3, gt=0, description="of Adam, at its highest; it rises first, then falls")
    pretrain_batch: PositiveInt = Field(default=128, description="rows of `--steps` tokens")
    steps: PositiveInt = Field(default=64, description="tokens that a state is carried over")
    samples: PositiveInt = Field(default=512, description="wrong words, drawn for each batch")


class TeacherSection(Section):
    """A pretrained transformer that labels the texts without a label."""

    teacher_epochs: NonNegativeInt = Field(default=0, description="passes over the labelled texts; 0: no teacher")
    teacher_texts: PositiveInt | None = Field(
        default=None, description="labelled texts of each data set that it learns from, at most; drawn at random"
    )
    teacher_rate: float = Field(default=6e-5, gt=0, description="of AdamW, at its highest; it rises first, then falls")
    teacher_tokens: PositiveInt = Field(default=384, le=_LONGEST, description="of a longer text: head and tail")
    teacher_train_tokens: PositiveInt = Field(default=256, le=_LONGEST, description="the same where it learns")
    teacher_precision: Literal["float32", "mixed_bfloat16"] = Field(
        default="float32", description="of products; which is faster depends on the processor"
    )


class DataSection(Section):
    """What to learn from: a named data set, or a file of one's own."""

    dataset: str | None = Field(default=None, description=f"one of {', '.join(datasets.DATASETS)}")
    csv: Path | None = Field(default=None, description="a CSV, TSV or JSONL file")
    from_log: SecretStr | None = Field(
        default=None, description="a log of predictions with feedback, sqlite:///FILE or postgresql://..."
    )
    log_model: str | None = Field(default=None, description="whose feedback, if the log has that of several models")
    text: str = Field(default="text", description="its column of texts")
    label: str = Field(default="label", description="its column of labels, any names")
    languages: list[str] = Field(default=[], description="codes of those of the texts; a text in others is warned of")
    multi_label: bool = Field(default=False, description="a text of --csv may have several labels, or none")
    separator: str = Field(default=";", min_length=1, description="what stands between them, with --multi-label")
    rare: Rare = Field(default="keep", description="labels of --csv with fewer than three texts")
    mixed: list[str] = Field(
        default=[],
        description="more data sets, split and measured on as the first; `name:1000` learns from 1,000 texts",
    )
    also: list[str] = Field(
        default=[], description="data sets with the same labels that are only learned from; `name:1000` too"
    )
    each: PositiveInt | None = Field(
        default=None, description="texts of each data set an epoch, at most; the next epoch reads others"
    )
    unlabelled: NonNegativeInt = Field(default=0, description="fits that follow, from texts without a label too")
    unlabelled_texts: PositiveInt | None = Field(
        default=None, description="texts without a label, of each data set, at most; drawn at random"
    )
    validation: float = Field(default=0.1, gt=0, lt=1, description="share that chooses the epoch and calibrates")
    test: float = Field(default=0.1, gt=0, lt=1, description="share that the scores are measured on")

    @model_validator(mode="after")
    def _leaves_some(self) -> Self:
        if self.validation + self.test >= 1:
            raise ValueError("the shares of validation and test leave nothing to learn from")
        return self


class NetworkSection(Section):
    """What is fitted."""

    class_weights: Literal["none", "balanced"] = Field(
        default="none", description="balanced: the texts of each label count as much as those of any other"
    )
    kind: Literal["auto", "recurrent", "linear"] = Field(
        default="auto",
        description="linear: a linear model on n-grams of words and characters, in seconds; auto: whichever is better",
    )
    cell: Cell = Field(default="lstm", description="of the recurrent layers")
    units: list[PositiveInt] = Field(default=[64], min_length=1, description="one number a layer, each direction")
    bidirectional: bool = Field(default=True, description="a second layer reads the text backwards")
    dimension: PositiveInt = Field(default=64, description="of the embedding")
    vectors: Path | None = Field(default=None, description="pretrained word vectors, a word and its numbers a line")
    pooling: list[Pool] = Field(default=["max", "mean"], min_length=1, description="last, max, mean, concatenated")
    dropout: float = Field(default=0.5, ge=0, lt=1, description="of the pooled steps; half of it on the embedding")
    word_dropout: float = Field(default=0.1, ge=0, lt=1, description="share of words made unknown in training")
    max_tokens: int = Field(default=400, ge=2, description="of a longer text head and tail are kept")
    train_tokens: int = Field(default=400, ge=2, description="the same in training, where long texts take long")
    wide: int | None = Field(
        default=None,
        ge=0,
        le=24,
        description="bits of a table of scores of n-grams beside it; 0: none; by default 17, if validation likes them",
    )
    wide_also: bool = Field(default=False, description="whether these scores learn from the data sets of --also too")
    start: str | None = Field(default=None, description="a version to learn on from, such as sentiment/general")


class SentimentJob(JobConfig):
    """A sentiment experiment; a recipe is one of these in YAML."""

    untuned: ClassVar[frozenset[str]] = frozenset({"network.start"})

    data: DataSection = DataSection()
    tokens: TextOptions = TextOptions()
    pretrain: PretrainSection = PretrainSection()
    teacher: TeacherSection = TeacherSection()
    network: NetworkSection = NetworkSection()
    fit: FitSection = FitSection(epochs=10, batch_size=64, patience=3)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.data.multi_label and self.asks_for_network:
            raise ValueError("--multi-label fits a linear model only; leave out the settings of networks")
        if self.data.multi_label and self.data.csv is None:
            raise ValueError("--multi-label needs a file of one's own, --csv")
        if self.network.kind == "linear" and self.asks_for_network:
            raise ValueError("--kind linear fits no network; leave out the settings of networks, or --kind")
        return self

    @property
    def asks_for_network(self) -> bool:
        """Whether something is told that only a network can do."""
        network = self.network
        told = network.kind == "recurrent" or network.start or network.vectors or network.wide is not None
        return bool(told or self.learns_from_unlabelled)

    @property
    def learns_from_unlabelled(self) -> bool:
        """Whether texts without a label are learned from, in any way."""
        return bool(self.data.unlabelled or self.pretrain.pretrain_epochs or self.teacher.teacher_epochs)


CONFIG = SentimentJob
