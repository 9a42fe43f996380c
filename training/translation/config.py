"""What a translation job can be told, in a recipe or by flags."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from training.core.config import FitSection, JobConfig, Section
from training.translation.corpus.cleaning import RULES
from training.translation.data import datasets


class DataSection(Section):
    """What to learn from: a named data set, a table, or two files of one's own."""

    dataset: str | None = Field(default=None, description=f"one of {', '.join(datasets.DATASETS)}")
    csv: Path | None = Field(default=None, description="a CSV, TSV or JSONL file")
    source_file: Path | None = Field(default=None, description="a sentence a line")
    target_file: Path | None = Field(default=None, description="their translations, line for line")
    source: str | None = Field(default=None, description="language that is read, a code; in a table also its column")
    target: str | None = Field(default=None, description="language that is written; in a table also its column")
    also: list[Path] = Field(default=[], description="more data sets or tables, each split and scored on its own")
    texts: list[Path] = Field(default=[], description="texts, one a line, that the teacher translates")
    teacher: str | None = Field(default=None, description="a translator, TASK/NAME[/VERSION] or a folder")
    back: bool = Field(default=False, description="the texts are in the target's language, and translated back")
    through: list[str] = Field(
        default=[], description="programs between the teacher and the texts' or students' language, as apertium es-fr"
    )
    surest: float = Field(default=1.0, gt=0, le=1, description="share of the teacher's sentences that is learned from")
    joined: float = Field(default=0.0, ge=0, le=1, description="share of pairs that are also learned joined to others")
    licence: str = Field(default=datasets.OWN, description="of one's own tables and texts, as the model card states it")
    lowercase: bool = Field(default=False, description="both sides in lower case")
    longest: PositiveInt = Field(
        default=RULES.longest, description="characters on a side of a pair of one's own, at most"
    )
    calendar: bool = Field(
        default=True,
        description="days and months that few pairs name are learned from copies of pairs with others",
    )
    validation: float = Field(default=0.02, gt=0, lt=1, description="share of the sources that chooses the epoch")
    test: float = Field(default=0.02, gt=0, lt=1, description="share of the sources that the scores are measured on")


class SubwordSection(Section):
    """How sentences become tokens."""

    vocabulary: int = Field(default=6_000, ge=300, description="subwords of both languages, at most")
    merge_dropout: float = Field(
        default=0, ge=0, lt=1, description="share of merges left out in training, other ones every epoch; with no seed"
    )


class NetworkSection(Section):
    """What is fitted."""

    start: Path | None = Field(
        default=None,
        description="a version to learn on from, its folder: its weights, layers and subwords, not those named here; "
        "of a version of other languages all but the subwords",
    )
    cell: Literal["lstm", "gru"] = Field(default="lstm", description="of the recurrent layers")
    dimension: PositiveInt = Field(default=256, description="of the embedding, which is the last layer too")
    encoder: list[PositiveInt] = Field(default=[256], min_length=1, description="units a layer, each direction")
    decoder: PositiveInt = Field(default=384, description="units of each of its two layers")
    attention: bool = Field(default=True, description="else the encoder's last state is all the decoder knows")
    reverse: bool = Field(default=False, description="the source is read backwards")
    precision: Literal["float32", "mixed_bfloat16"] = Field(
        default="float32", description="of products in training; which is faster depends on the processor"
    )
    dropout: float = Field(default=0.2, ge=0, lt=1, description="of the embedding and of each layer")
    word_dropout: float = Field(default=0.05, ge=0, lt=1, description="share of tokens made unknown in training")
    smoothing: float = Field(default=0.1, ge=0, lt=1, description="share of each target that all tokens have")
    unusual: float = Field(
        default=0.15, ge=0, le=1, description="share of pairs read with a name hidden, or without case or full stop"
    )
    max_tokens: PositiveInt = Field(default=128, description="of a sentence; a longer one is read in parts")


class SearchSection(Section):
    """How the likeliest translation is looked for."""

    beam: PositiveInt = Field(default=5, description="hypotheses that are followed")
    length_penalty: float = Field(default=1.0, ge=0, description="how much longer hypotheses are favoured")


class TranslationFit(FitSection):
    """How a translator is fitted."""

    sample: PositiveInt | None = Field(default=None, description="pairs an epoch, at most, other ones every epoch")
    minutes: PositiveFloat | None = Field(
        default=None,
        description="of training: the learning rate falls to 0 as they run out, however fast the machine is",
    )


class TranslationJob(JobConfig):
    """A translation experiment; a recipe is one of these in YAML."""

    untuned: ClassVar[frozenset[str]] = frozenset(
        {"subwords", "search", "network.start", "network.smoothing", "network.max_tokens"}
    )

    data: DataSection = DataSection()
    subwords: SubwordSection = SubwordSection()
    network: NetworkSection = NetworkSection()
    search: SearchSection = SearchSection()
    fit: TranslationFit = TranslationFit(epochs=10, batch_size=128, patience=3, decay=True, average=0.999)


CONFIG = TranslationJob
