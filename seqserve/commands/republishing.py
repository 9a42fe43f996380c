"""Publishes a version again with the answers of this seqserve, after an upgrade that answers its examples otherwise.

A version is loaded only if it answers its golden examples as when it was published. What is done with a text around
the network gets better from one seqserve to the next, and then the answers are others, though no file was damaged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from seqserve import tasks
from seqserve.core import predictor
from seqserve.core.predictor import Replayed
from seqserve.object_storage import publishing
from seqserve.object_storage.address import Address
from seqserve.registry.artifact import CARD, EXAMPLES, Artifact, Release
from seqserve.registry.signatures import Signer


def replayed(version: Artifact) -> list[Replayed]:
    """The golden examples of a version, answered again.

    Raises:
        ArtifactError: it cannot be built, or cannot answer one of them.
    """
    return list(predictor.replay(predictor.build(tasks.kind(version), version), version))


def changes(examples: list[Replayed]) -> Iterator[str]:
    """What the answers say otherwise than when the version was published, a field a line."""
    for example in examples:
        if not example.alike:
            yield f"example {example.number}: {json.dumps(example.input, ensure_ascii=False)}"
            for field in sorted(example.golden.keys() | example.answer.keys()):
                was, now = example.golden.get(field), example.answer.get(field)
                if not predictor.alike({field: now}, {field: was}):
                    said = (json.dumps(value, ensure_ascii=False) for value in (was, now))
                    yield from (f"  {field} {verb} {value}" for verb, value in zip(("was", "is "), said, strict=True))


def publish(models: Path | Address, version: Artifact, examples: list[Replayed], signer: Signer | None) -> Artifact:
    """The next version of the model: the same files, with these answers as its golden examples.

    Its card says so; its scores are still those that were measured when the version was trained.
    """
    manifest = version.manifest
    golden = [{"input": example.input, "output": example.answer} for example in examples]
    note = (
        f"\nPublished again from version {manifest.version}, as a newer seqserve answers otherwise around the same "
        f"network: the golden examples are its answers; the scores above are those of version {manifest.version}.\n"
    )
    files = {
        **version.files,
        EXAMPLES: (json.dumps(golden, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode(),
        CARD: version.file(CARD).rstrip(b"\n") + b"\n" + note.encode(),
    }
    release = Release(
        task=manifest.task,
        name=manifest.name,
        seed=manifest.seed,
        data=manifest.data,
        files=files,
        licence=manifest.licence,
        commit=manifest.commit,
        packages=manifest.packages,
    )
    return publishing.publish(models, release, signer)
