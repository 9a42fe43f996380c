"""Publishes a version into an object storage."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from uuid import uuid4

from seqserve.object_storage.address import Address
from seqserve.object_storage.errors import StorageError
from seqserve.object_storage.listing import latest
from seqserve.object_storage.objects import Objects
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact, Release
from seqserve.registry.manifest import MANIFEST
from seqserve.registry.signatures import SIGNATURE, Signer

_CLAIM = ".publishing"


def check(models: Path | Address) -> None:
    """Check that a version could be published, before hours are spent on one.

    Raises:
        StorageError: the object storage cannot be read, or is one that is never written.
    """
    if isinstance(models, Address):
        objects = Objects(models)
        objects.refuse_web()
        objects.listed()


def publish(models: Path | Address, release: Release, signer: Signer | None = None) -> Artifact:
    """Publish a release as the next version of its model, in a folder or an object storage.

    In an object storage, the number is claimed first, by an object that only one job can create, and the manifest is
    written last: until then nobody sees the version. On a storage that cannot create exclusively, of which there are
    few, jobs of a model that publish at once are told so.

    Raises:
        ValueError: a name that cannot be one, or a required file missing.
        StorageError: the object storage cannot be written, or let another job have the same number.
    """
    if isinstance(models, Path):
        return artifact.publish(models, release, signer)
    artifact.check(release)
    objects = Objects(models)
    model, token = f"{release.task}/{release.name}", uuid4().hex.encode()
    first = latest(objects.listed(), release.task, release.name) + 1
    version = next(str(number) for number in count(first) if objects.create(f"{model}/{number}/{_CLAIM}", token))
    manifest = artifact.manifest_of(release, version)
    for file, content in release.files.items():
        objects.write(f"{model}/{version}/{file}", content)
    if objects.read(f"{model}/{version}/{_CLAIM}") != token:
        raise StorageError(
            "another job publishes under the same number, which this object storage let both claim",
            "run the jobs of a model one after the other; this one resumes with the same command",
        )
    content = manifest.model_dump_json(indent=1).encode()
    if signer is not None:
        objects.write(f"{model}/{version}/{SIGNATURE}", signer.line(content))
    objects.write(f"{model}/{version}/{MANIFEST}", content)
    return Artifact(manifest, dict(release.files))
