"""What a version says of itself, in `manifest.json`."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seqserve.errors import ArtifactError
from seqserve.registry import bounds

MANIFEST = "manifest.json"


class Source(BaseModel):
    """What a model was trained on, or imported from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    url: str | None = None
    licence: str = "unknown"
    sha256: str = Field(description="Fingerprint of the cleaned training data, or of the imported file.")


class Manifest(BaseModel):
    """What a version says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    task: str
    name: str
    version: str
    created: datetime
    commit: str | None = Field(description="Git commit of the training code; ends in '-dirty' if it was changed.")
    packages: dict[str, str]
    seed: int
    licence: str
    data: Source
    files: dict[str, str] = Field(max_length=bounds.FILES, description="SHA-256 of every other file of the version.")
    digest: str = Field(default="", description="SHA-256 of all the rest of this manifest.")

    def sealed(self) -> Manifest:
        """The same with the digest that it must have."""
        return self.model_copy(update={"digest": _seal(self.model_dump_json().encode())})


def parse(content: bytes, label: str) -> Manifest:
    """The manifest in a file, if its own digest holds.

    Args:
        label: what errors call the version.

    Raises:
        ArtifactError: it is damaged.
    """
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or MANIFEST
        raise ArtifactError(
            f"{label}: {MANIFEST} is damaged, or not of format 1 that this seqserve reads "
            f"({where}: {first['msg']}); publish it again or upgrade seqserve"
        ) from None
    if manifest.digest != _seal(content):
        raise ArtifactError(f"{label} is damaged: {MANIFEST} does not have the digest it states; publish it again")
    return manifest


def _seal(manifest: bytes) -> str:
    """The digest a manifest must state, of what stands in the file rather than of what it is understood as."""
    rest = json.loads(manifest)
    rest.pop("digest", None)
    return sha256(json.dumps(rest, separators=(",", ":"), ensure_ascii=False).encode())


def sha256(content: bytes) -> str:
    """The digest of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
