"""What a job that learns to complete texts can be told, in a recipe or by flags."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from training.complete import datasets
from training.complete.documents import Kind
from training.core.config import FitSection, JobConfig, Section


class DataSection(Section):
    """What to learn from: named data sets, files of texts, or a column of a table."""

    dataset: list[str] = Field(default=[], description=f"some of {', '.join(datasets.DATASETS)}")
    files: list[Path] = Field(default=[], description="files of plain text in UTF-8")
    documents: Kind = Field(
        default="auto",
        description="what a document of --files is; auto: a paragraph where a file has blank lines, otherwise a line",
    )
    csv: Path | None = Field(default=None, description="a CSV, TSV or JSONL file, each row a document")
    text: str = Field(default="text", description="its column of texts")
    languages: list[str] = Field(default=[], description="codes of those of the texts, which the card says")
    validation: float = Field(default=0.03, gt=0, lt=1, description="share of documents that chooses the epoch")
    test: float = Field(default=0.03, gt=0, lt=1, description="share of documents that the scores are measured on")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.validation + self.test >= 1:
            raise ValueError("the shares of validation and test leave nothing to learn from")
        if sum(bool(source) for source in (self.dataset, self.files, self.csv)) > 1:
            raise ValueError("name one source: --dataset, --files or --csv")
        return self


class TokensSection(Section):
    """How texts become subwords."""

    vocabulary: int = Field(default=6000, ge=300, le=32_000, description="subwords, with the 256 bytes among them")


class NetworkSection(Section):
    """What is fitted."""

    units: int = Field(default=384, ge=16, multiple_of=16, description="of the LSTM")
    dimension: int = Field(
        default=256, ge=16, multiple_of=16, description="of the table of subwords, which is read from and predicted by"
    )
    dropout: float = Field(default=0.1, ge=0, lt=1, description="of what the LSTM reads and writes")
    samples: NonNegativeInt = Field(
        default=0, description="wrong subwords that a batch learns to tell from the right ones; 0: all, which is slower"
    )
    steps: PositiveInt = Field(default=32, description="subwords that gradients go back over; the state goes on")
    max_tokens: PositiveInt = Field(default=512, description="subwords of a text that are read when it serves")
    precision: Literal["float32", "mixed_bfloat16"] = Field(
        default="float32", description="of products; which is faster depends on the processor"
    )


class MixSection(Section):
    """An n-gram model beside the network."""

    mix_order: int = Field(default=4, ge=0, le=5, description="subwords of its n-grams, at most; 0: none")
    mix_fewest: PositiveInt = Field(default=4, description="times that an n-gram must have come to be kept")


class PolishSection(Section):
    """One more pass over some documents, at a lower rate."""

    polish_documents: NonNegativeInt = Field(default=0, description="drawn from the training part; 0: no such pass")
    polish_rate: float = Field(default=1e-3, gt=0, description="of Adam, falling to 0 along a cosine")


class MeasureSection(Section):
    """What the version is measured by."""

    keystroke_texts: NonNegativeInt = Field(
        default=300, description="texts of the test part that are typed with suggestions, at most; 0: none"
    )


class CompleteJob(JobConfig):
    """An experiment with a language model; a recipe is one of these in YAML."""

    untuned: ClassVar[frozenset[str]] = frozenset({"tokens", "network.samples", "polish", "mix", "measure"})

    data: DataSection = DataSection()
    tokens: TokensSection = TokensSection()
    network: NetworkSection = NetworkSection()
    polish: PolishSection = PolishSection()
    mix: MixSection = MixSection()
    measure: MeasureSection = MeasureSection()
    fit: FitSection = FitSection(epochs=10, batch_size=64, learning_rate=2e-3, decay=True, patience=2)


CONFIG = CompleteJob
