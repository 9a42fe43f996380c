from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seqserve import tasks
from seqserve.core import drift_reference
from seqserve.core.drift_reference import REFERENCE, Reference
from seqserve.errors import ArtifactError
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact
from testing.tiny import sentiment as tiny_sentiment


def published(root: Path, content: bytes | None) -> Artifact:
    release = tiny_sentiment.release()
    files = {name: file for name, file in release.files.items() if name != REFERENCE}
    return artifact.publish(root, replace(release, files=files if content is None else {**files, REFERENCE: content}))


def found(root: Path, content: bytes | None) -> Reference:
    version = published(root, content)
    return drift_reference.read(version, tasks.load(version))


def test_it_reads_what_training_wrote(tmp_path: Path) -> None:
    stated = {
        "deciles": {"tokens": [2, 3, 3, 3, 4, 5, 6, 7.5, 8, 9, 10]},
        "unknown_share": 0.0,
        "label_shares": {"negative": 0.25, "positive": 0.75},
    }
    assert found(tmp_path, json.dumps(stated).encode()).model_dump() == stated


def test_a_version_may_have_none(tmp_path: Path) -> None:
    assert found(tmp_path, None) == Reference()


DECILES = [*range(11)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "Invalid JSON"),
        ([], "should be an object"),
        ({"deciles": {"tokens": DECILES[1:]}}, "at least 11 items"),
        ({"deciles": {"tokens": [*DECILES, 11]}}, "at most 11 items"),
        ({"deciles": {"tokens": DECILES[::-1]}}, "the deciles of tokens do not ascend"),
        ({"deciles": {"tokens": ["0"] * 11}}, "valid number at deciles.tokens.0"),
        ({"deciles": {"tokens": [float("nan")] * 11}}, "finite number"),
        ({"deciles": {"Open": DECILES}}, "is about Open, the model about tokens"),
        ({"unknown_share": 1.5}, "less than or equal to 1 at unknown_share"),
        ({"label_shares": {"good": 1.0}}, "is about good, the model about negative, positive"),
    ],
)
def test_it_says_what_is_wrong(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(ArtifactError, match=message):
        found(tmp_path, content if isinstance(content, bytes) else json.dumps(content).encode())
