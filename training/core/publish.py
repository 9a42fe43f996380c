"""Publishes a version, with its commit, packages and recipe."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from seqserve.object_storage import publishing
from seqserve.object_storage.address import Address
from seqserve.registry.artifact import Artifact, Release, Source
from seqserve.registry.signatures import Signer

_OURS = "Apache-2.0"
"""Licence of what is learned from public data; what is learned from one's own data is one's own."""
_PACKAGES = ("keras", "tensorflow-cpu", "tensorflow", "torch", "jax", "onnx", "onnxruntime", "numpy", "pandas")


@cache
def commit() -> str | None:
    """The git commit of this code at the first call, with `-dirty` if the code was changed; none outside git."""
    root = Path(__file__).parents[2]
    try:
        head = _git(root, "rev-parse", "HEAD")
        return f"{head}-dirty" if _git(root, "status", "--porcelain", "--", "training", "seqserve") else head
    except (OSError, subprocess.CalledProcessError):
        return None


@cache
def signer() -> Signer | None:
    """The key in the file that SEQSERVE_SIGNING_KEY names, which signs what is published; none without one.

    Raises:
        ValueError: it cannot be read, or is none.
    """
    path = os.environ.get("SEQSERVE_SIGNING_KEY")
    return Signer.read(Path(path)) if path else None


def packages() -> dict[str, str]:
    """Versions of the packages that a result depends on."""
    versions = {}
    for name in _PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return versions


def publish(
    models: Path | Address,
    task: str,
    job: Any,
    source: Source,
    files: Mapping[str, bytes],
    licence: str | None = None,
) -> Artifact:
    """Publish what a job made as the next version of its model, with the recipe that makes it again.

    Args:
        licence: of the version; none means the usual one.
    """
    release = Release(
        task=task,
        name=job.name,
        seed=job.fit.seed,
        data=source,
        licence=licence or (_OURS if source.url else source.licence),
        files={**files, "recipe.yaml": recipe(job)},
        commit=commit(),
        packages=packages(),
    )
    return publishing.publish(models, release, signer())


def as_json(content: Any) -> bytes:
    """Content as a file of a version; every number in it is finite."""
    return (json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()


def recipe(job: BaseModel) -> bytes:
    """A job as YAML that trains it again; of files the name only, as a path tells of its owner's machine."""
    content = job.model_dump(mode="json")
    for section in job.model_fields_set:
        for name, value in getattr(job, section) if isinstance(getattr(job, section), BaseModel) else ():
            if isinstance(value, Path):
                content[section][name] = value.name
            elif isinstance(value, list) and any(isinstance(item, Path) for item in value):
                content[section][name] = [item.name for item in value]
    return yaml.safe_dump(content, sort_keys=False).encode()


def _git(directory: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
