"""Where a version comes from: the commit and the packages it was trained with."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import yaml
from pydantic import BaseModel

_PACKAGES = ("keras", "tensorflow-cpu", "tensorflow", "torch", "jax", "onnx", "onnxruntime", "numpy", "pandas")


def commit() -> str | None:
    """The git commit of this code, with `-dirty` behind it if the code was changed; none outside git."""
    root = Path(__file__).parent
    try:
        head = _git(root, "rev-parse", "HEAD")
        return f"{head}-dirty" if _git(root, "status", "--porcelain", "--", ".", "../seqserve") else head
    except (OSError, subprocess.CalledProcessError):
        return None


def packages() -> dict[str, str]:
    """Versions of the packages that a result depends on."""
    found = {}
    for name in _PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def recipe(job: BaseModel) -> bytes:
    """A job as YAML that trains it again; of files the name only, as a path tells of its owner's machine."""
    content = job.model_dump(mode="json")
    for section in job.model_fields_set:
        for name, value in getattr(job, section) if isinstance(getattr(job, section), BaseModel) else ():
            if isinstance(value, Path):
                content[section][name] = value.name
    return yaml.safe_dump(content, sort_keys=False).encode()


def _git(directory: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
