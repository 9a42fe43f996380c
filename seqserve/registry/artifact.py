"""One released model version on disk: a directory of data files, none of them code.

    manifest.json    what it is, where it comes from, and the SHA-256 of every other file
    config.json      what its predictor needs to know
    examples.json    golden inputs and outputs, replayed before the version serves
    metrics.json     how well it does, and the baselines on the same split
    MODEL_CARD.md    the same for people
    ...              the files of the task: model.onnx, scaler.json, weights.keras, ...
    manifest.sig     signatures of the manifest, if it has any

A version is written beside its place, synced and renamed, so that it is there whole or not at all;
after that it is never changed. Reading one checks every digest and keeps the bytes it checked.
"""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seqserve.errors import ArtifactError
from seqserve.registry import bounds, files, names
from seqserve.registry import manifest as manifests
from seqserve.registry.manifest import MANIFEST, Manifest
from seqserve.registry.manifest import Source as Source
from seqserve.registry.signatures import MOST_BYTES, SIGNATURE, Signer, TrustedKeys

CONFIG = "config.json"
EXAMPLES = "examples.json"
METRICS = "metrics.json"
CARD = "MODEL_CARD.md"
REQUIRED = (CONFIG, EXAMPLES, METRICS, CARD)

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


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
            return bounds.parsed(self.file(name))
        except ValueError as error:
            raise ArtifactError(f"{self}: {name} is not JSON ({error}); publish it again") from None


def read(directory: Path, trusted: TrustedKeys | None = None) -> Artifact:
    """Read a version and check it against its manifest.

    Args:
        trusted: keys of which one must have signed it; none means that it needs no signature.

    Raises:
        ArtifactError: it is damaged, incomplete, too large, not signed, or no version of seqserve; the message names
            the file.
    """
    task, name, version = directory.parent.parent.name, directory.parent.name, directory.name
    label = f"{task}/{name} version {version}"
    content = _content(label, directory / MANIFEST, bounds.MANIFEST_BYTES)
    if trusted is not None:
        try:
            trusted.check(content, _signatures(label, directory))
        except ValueError as error:
            raise ArtifactError(f"{label} {error}") from None
    manifest = manifests.parse(content, label)
    if (manifest.task, manifest.name, manifest.version) != (task, name, version):
        raise ArtifactError(
            f"{label} is foreign: its manifest says {manifest.task}/{manifest.name} version {manifest.version}; "
            "a version is published, never copied or renamed"
        )
    found: dict[str, bytes] = {}
    for file, digest in manifest.files.items():
        if not is_file(file):
            raise ArtifactError(f"{label} is foreign: {file!r} is no file name of a version")
        content = _content(label, directory / file, bounds.most_bytes(file, sum(map(len, found.values()))))
        actual = manifests.sha256(content)
        if actual != digest:
            raise ArtifactError(
                f"{label} is damaged: {file} has SHA-256 {actual[:12]}..., its manifest says {digest[:12]}...; "
                "publish it again"
            )
        try:
            bounds.check_archive(content)
        except ValueError as error:
            raise ArtifactError(f"{label}: {file} cannot be unpacked: {error}; publish it again") from None
        found[file] = content
    for file in REQUIRED:
        if file not in found:
            raise ArtifactError(f"{label} is incomplete: its manifest lists no {file}; publish it again")
    return Artifact(manifest, found)


def publish(root: Path, release: Release, signer: Signer | None = None) -> Artifact:
    """Write a release as the next version of its model, whole or not at all.

    Args:
        root: the `models/` tree.
        signer: signs it.

    Raises:
        ValueError: a name that cannot be one, a required file missing, or a file that is too large.
    """
    check(release)
    model = root / release.task / release.name
    files.make_directories(model)
    staging = Path(tempfile.mkdtemp(prefix=".publishing-", dir=model))
    try:
        staging.chmod(files.DIRECTORY_MODE)
        for file, content in release.files.items():
            files.write(staging / file, content)
        while True:
            manifest = manifest_of(release, version=str(_latest(model) + 1))
            content = manifest.model_dump_json(indent=1).encode()
            files.write(staging / MANIFEST, content)
            if signer is not None:
                files.write(staging / SIGNATURE, signer.line(content))
            files.sync(staging)
            try:
                staging.rename(model / manifest.version)
            except OSError:
                if (model / manifest.version).exists():  # another job took this version: try the next
                    continue
                raise
            files.sync(model)
            return Artifact(manifest, dict(release.files))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def check(release: Release) -> None:
    """Check that a release can be published, and would be loaded.

    Raises:
        ValueError: a name that cannot be one, a required file missing, or a file that is too large.
    """
    names.checked(release.task), names.checked(release.name)
    missing = [file for file in REQUIRED if file not in release.files]
    if missing or not all(is_file(file) and file not in (MANIFEST, SIGNATURE) for file in release.files):
        raise ValueError(f"a release needs {', '.join(REQUIRED)} and plain file names, it has {sorted(release.files)}")
    bounds.check(release.files)


def is_file(name: str) -> bool:
    """Whether a file of a version can have this name."""
    return _FILE.fullmatch(name) is not None


def sign(directory: Path, signer: Signer) -> None:
    """Sign a version that was published already, beside the signatures that it has.

    Raises:
        ArtifactError: it is damaged.
    """
    files.replace(directory / SIGNATURE, signatures(directory, signer))
    files.sync(directory)


def signatures(directory: Path, signer: Signer) -> bytes:
    """The signatures of a version, with one more unless it is among them: the content of its `manifest.sig`.

    Raises:
        ArtifactError: it is damaged.
    """
    manifest = read(directory).manifest
    label = f"{manifest.task}/{manifest.name} version {manifest.version}"
    found = _signatures(label, directory) or b""
    line = signer.line(_content(label, directory / MANIFEST, bounds.MANIFEST_BYTES))
    return found if line in found.splitlines(keepends=True) else found + line


def manifest_of(release: Release, version: str) -> Manifest:
    """The manifest of a release under a version."""
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
        files={file: manifests.sha256(content) for file, content in sorted(release.files.items())},
    ).sealed()


def _latest(model: Path) -> int:
    return max((int(entry.name) for entry in model.iterdir() if names.is_version(entry.name)), default=0)


def _content(label: str, path: Path, most: int) -> bytes:
    try:
        return files.read(path, most)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise ArtifactError(f"{label} is too large: {path.name}: {error.strerror}; publish less") from None
        raise ArtifactError(
            f"{label} is incomplete: it has no {path.name} that can be read ({error.strerror}); publish it again"
        ) from None


def _signatures(label: str, directory: Path) -> bytes | None:
    return _content(label, directory / SIGNATURE, MOST_BYTES) if (directory / SIGNATURE).is_file() else None
