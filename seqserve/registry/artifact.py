"""One released model version on disk: a directory of data files, none of them code.

    manifest.json    what it is, where it comes from, and the SHA-256 of every other file
    config.json      what its predictor needs to know
    examples.json    golden inputs and outputs, replayed before the version serves
    metrics.json     how well it does, and the baselines on the same split
    MODEL_CARD.md    the same for people
    ...              the files of the task: model.onnx, scaler.json, weights.keras, ...

A version is written beside its place, synced and renamed, so that it is there whole or not at all;
after that it is never changed. Reading one checks every digest and keeps the bytes it checked.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seqserve.errors import ArtifactError
from seqserve.registry import names

MANIFEST = "manifest.json"
CONFIG = "config.json"
EXAMPLES = "examples.json"
METRICS = "metrics.json"
CARD = "MODEL_CARD.md"
REQUIRED = (CONFIG, EXAMPLES, METRICS, CARD)

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class Source(BaseModel):
    """What a model was trained on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    url: str | None = None
    licence: str = "unknown"
    sha256: str = Field(description="Fingerprint of the cleaned training data.")


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
    files: dict[str, str] = Field(description="SHA-256 of every other file of the version.")
    digest: str = Field(default="", description="SHA-256 of all the rest of this manifest.")

    def sealed(self) -> Manifest:
        """The same with the digest that it must have."""
        return self.model_copy(update={"digest": _seal(self.model_dump_json().encode())})


@dataclass(frozen=True)
class Release:
    """What a training job publishes: a manifest yet without version, date and digests."""

    task: str
    name: str
    seed: int
    data: Source
    files: Mapping[str, bytes]
    licence: str = "Apache-2.0"
    commit: str | None = None
    packages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Artifact:
    """A version that was read whole and whose digests hold."""

    manifest: Manifest
    files: Mapping[str, bytes]

    def __str__(self) -> str:
        return f"{self.manifest.task}/{self.manifest.name} version {self.manifest.version}"

    def file(self, name: str) -> bytes:
        """The bytes of a file.

        Raises:
            ArtifactError: the version has no such file.
        """
        if name not in self.files:
            raise ArtifactError(f"{self} is incomplete: it has no {name}; publish it again")
        return self.files[name]

    def json(self, name: str) -> Any:
        """The content of a JSON file.

        Raises:
            ArtifactError: the version has no such file, or it is no JSON.
        """
        try:
            return json.loads(self.file(name))
        except (ValueError, RecursionError) as error:
            raise ArtifactError(f"{self}: {name} is not JSON ({error}); publish it again") from None


def read(directory: Path) -> Artifact:
    """Read a version and check it against its manifest.

    Raises:
        ArtifactError: it is damaged, incomplete or no version of seqserve; the message names the file.
    """
    task, name, version = directory.parent.parent.name, directory.parent.name, directory.name
    label = f"{task}/{name} version {version}"
    content = _content(directory / MANIFEST)
    if content is None:
        raise ArtifactError(f"{label} is incomplete: it has no {MANIFEST} that can be read; publish it again")
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
    if (manifest.task, manifest.name, manifest.version) != (task, name, version):
        raise ArtifactError(
            f"{label} is foreign: its manifest says {manifest.task}/{manifest.name} version {manifest.version}; "
            "a version is published, never copied or renamed"
        )
    files: dict[str, bytes] = {}
    for file, digest in manifest.files.items():
        if not _FILE.fullmatch(file):
            raise ArtifactError(f"{label} is foreign: {file!r} is no file name of a version")
        content = _content(directory / file)
        if content is None:
            raise ArtifactError(f"{label} is incomplete: it has no {file} that can be read; publish it again")
        found = _sha256(content)
        if found != digest:
            raise ArtifactError(
                f"{label} is damaged: {file} has SHA-256 {found[:12]}..., its manifest says {digest[:12]}...; "
                "publish it again"
            )
        files[file] = content
    for file in REQUIRED:
        if file not in files:
            raise ArtifactError(f"{label} is incomplete: its manifest lists no {file}; publish it again")
    return Artifact(manifest, files)


def publish(root: Path, release: Release) -> Artifact:
    """Write a release as the next version of its model, whole or not at all.

    Args:
        root: the `models/` tree.

    Raises:
        ValueError: a name that cannot be one, or a required file missing.
    """
    names.checked(release.task), names.checked(release.name)
    missing = [file for file in REQUIRED if file not in release.files]
    if missing or not all(_FILE.fullmatch(file) and file != MANIFEST for file in release.files):
        raise ValueError(f"a release needs {', '.join(REQUIRED)} and plain file names, it has {sorted(release.files)}")
    model = root / release.task / release.name
    model.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".publishing-", dir=model))
    try:
        staging.chmod(0o755)
        for file, content in release.files.items():
            _write(staging / file, content)
        while True:
            manifest = _manifest(release, version=str(_latest(model) + 1))
            _write(staging / MANIFEST, manifest.model_dump_json(indent=1).encode())
            _sync(staging)
            try:
                staging.rename(model / manifest.version)
            except OSError:
                if (model / manifest.version).exists():  # another job took this version: try the next
                    continue
                raise
            _sync(model)
            return Artifact(manifest, dict(release.files))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _manifest(release: Release, version: str) -> Manifest:
    return Manifest(
        task=release.task,
        name=release.name,
        version=version,
        created=datetime.now(UTC).replace(microsecond=0),
        commit=release.commit,
        packages=dict(release.packages),
        seed=release.seed,
        licence=release.licence,
        data=release.data,
        files={file: _sha256(content) for file, content in sorted(release.files.items())},
    ).sealed()


def _latest(model: Path) -> int:
    return max((int(entry.name) for entry in model.iterdir() if names.is_version(entry.name)), default=0)


def _seal(manifest: bytes) -> str:
    """The digest a manifest must state, of what stands in the file rather than of what it is understood as."""
    rest = json.loads(manifest)
    rest.pop("digest", None)
    return _sha256(json.dumps(rest, separators=(",", ":"), ensure_ascii=False).encode())


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
