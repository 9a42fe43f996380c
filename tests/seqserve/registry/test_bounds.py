from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seqserve.errors import ArtifactError
from seqserve.registry import artifact, bounds
from seqserve.registry.manifest import MANIFEST, Manifest
from testing import tiny


def archive(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        for name, held in files.items():
            written.writestr(name, held)
    return content.getvalue()


def test_json_that_is_too_deep_is_refused() -> None:
    assert bounds.parsed(b"[" * 64 + b"]" * 64)
    for content in (b"[" * 65 + b"]" * 65, b'{"a":' * 65 + b"1" + b"}" * 65, b"[" * 10**6):
        with pytest.raises(ValueError, match=r"deeper|recursion"):
            bounds.parsed(content)


@pytest.mark.parametrize("content", [b"1" + b"0" * 30, b'"\\ud800"', b"", b"{", b"\xff"])
def test_what_cannot_be_written_as_json_again_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011, the words are those of the parser
        bounds.parsed(content)


def test_an_archive_is_bounded_by_what_it_unpacks_to(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(a=bytes(10**6), b=bytes(10**6))
    assert len(bomb) < 10**4
    bounds.check_archive(bomb)
    monkeypatch.setattr(bounds, "VERSION_BYTES", 10**6)
    with pytest.raises(ValueError, match="unpacks to 2000000 bytes, at most 1000000"):
        bounds.check_archive(bomb)
    monkeypatch.setattr(bounds, "_ENTRIES", 1)
    with pytest.raises(ValueError, match="more than 1 entries"):
        bounds.check_archive(bomb)


def test_what_is_no_whole_archive_is_refused_and_other_files_pass() -> None:
    weights = io.BytesIO()
    np.savez_compressed(weights, np.zeros(1000))
    bounds.check_archive(weights.getvalue())
    bounds.check_archive(b"no archive")
    with pytest.raises(ValueError, match="no archive"):
        bounds.check_archive(weights.getvalue()[:-30])


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("tokenizer.json", b" " * 2000, "is too large: tokenizer.json: it is larger than 1000 bytes"),
        ("weights.npz", archive(a=bytes(10**6)), "weights.npz cannot be unpacked: it unpacks to 1000000 bytes"),
    ],
)
def test_a_version_beyond_a_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, content: bytes, message: str
) -> None:
    key = tiny.publish(tmp_path)
    version = tmp_path / key.task / key.name / key.version
    (version / file).write_bytes(content)
    manifest = Manifest.model_validate_json((version / MANIFEST).read_bytes())
    digests = {file: hashlib.sha256(content).hexdigest()} | manifest.files
    (version / MANIFEST).write_text(manifest.model_copy(update={"files": digests}).sealed().model_dump_json())
    assert artifact.read(version).files[file] == content
    monkeypatch.setattr(bounds, "JSON_BYTES", 1000)
    monkeypatch.setattr(bounds, "VERSION_BYTES", 10**5)
    with pytest.raises(ArtifactError, match=message):
        artifact.read(version)


def test_metrics_that_could_not_be_answered_are_refused(tmp_path: Path) -> None:
    deep = json.dumps({"worse_than": [], "test": json.loads("[" * 300 + "]" * 300)}).encode()
    release = tiny.release()
    key = tiny.publish(tmp_path, replace(release, files={**release.files, "metrics.json": deep}), label=None)
    with pytest.raises(ArtifactError, match=r"metrics\.json is not JSON"):
        artifact.read(tmp_path / key.task / key.name / key.version).json("metrics.json")


def test_nothing_is_published_that_would_not_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = tiny.release()
    size = len(release.files["model.onnx"])
    many = {**release.files, **{f"{number}.bin": b"" for number in range(108 - len(release.files))}}
    with pytest.raises(ValueError, match="108 files, at most 100"):
        artifact.publish(tmp_path, replace(release, files=many))
    bomb = archive(a=bytes(10**6))
    monkeypatch.setattr(bounds, "VERSION_BYTES", 10**5)
    with pytest.raises(ValueError, match=r"weights\.npz could not be unpacked: it unpacks to 1000000 bytes"):
        artifact.publish(tmp_path, replace(release, files={**release.files, "weights.npz": bomb}))
    monkeypatch.setattr(bounds, "JSON_BYTES", 10)
    with pytest.raises(ValueError, match=r"\.json has \d+ bytes, at most 10 would be loaded"):
        artifact.publish(tmp_path, release)
    monkeypatch.undo()
    monkeypatch.setattr(bounds, "VERSION_BYTES", size)
    with pytest.raises(ValueError, match="would be loaded"):  # together
        artifact.publish(tmp_path, release)
    assert list(tmp_path.iterdir()) == []
