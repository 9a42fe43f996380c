import hashlib
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqserve import tasks
from seqserve.errors import ArtifactError
from seqserve.registry import artifact, files
from seqserve.registry.artifact import REQUIRED
from seqserve.registry.manifest import MANIFEST
from seqserve.registry.store import Store
from testing import tiny

FILES = [MANIFEST, *tiny.release().files]


@pytest.fixture(scope="module")
def unharmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a good version, for tests that put back what they change."""
    return _directory(tmp_path_factory.mktemp("models"))


@pytest.fixture
def version(tmp_path: Path, unharmed: Path) -> Path:
    """The same for tests that do not."""
    return Path(shutil.copytree(unharmed, tmp_path / "forecast" / "tiny" / "1"))


def _directory(root: Path) -> Path:
    key = tiny.publish(root)
    return root / key.task / key.name / key.version


def load(directory: Path) -> None:
    tasks.load(artifact.read(directory))


def resealed(directory: Path, **changes: Any) -> None:
    """Change a manifest and give it the digest that it must have."""
    manifest = artifact.Manifest.model_validate_json((directory / MANIFEST).read_bytes())
    (directory / MANIFEST).write_text(manifest.model_copy(update=changes).sealed().model_dump_json(indent=1))


def replaced(directory: Path, file: str, content: bytes) -> None:
    """Change a file and the manifest with it, as one who publishes something wrong."""
    (directory / file).write_bytes(content)
    manifest = artifact.Manifest.model_validate_json((directory / MANIFEST).read_bytes())
    resealed(directory, files=manifest.files | {file: hashlib.sha256(content).hexdigest()})


def test_what_is_published_is_read_back(tmp_path: Path) -> None:
    release = replace(tiny.release(), commit="abc", packages={"numpy": "2"}, seed=7, licence="MIT")
    published = artifact.publish(tmp_path, release)
    found = artifact.read(tmp_path / "forecast" / "tiny" / "1")
    assert found == published
    assert found.files == release.files
    manifest = found.manifest
    assert (manifest.task, manifest.name, manifest.version) == ("forecast", "tiny", "1")
    assert (manifest.commit, manifest.packages, manifest.seed, manifest.licence) == ("abc", {"numpy": "2"}, 7, "MIT")
    assert manifest.data == release.data
    assert {path.name for path in (tmp_path / "forecast" / "tiny" / "1").iterdir()} == {MANIFEST, *release.files}
    load(tmp_path / "forecast" / "tiny" / "1")


def test_each_publication_is_the_next_version_and_changes_no_other(tmp_path: Path) -> None:
    first = _directory(tmp_path)
    before = {file.name: file.read_bytes() for file in first.iterdir()}
    for expected in ("2", "3"):
        assert artifact.publish(tmp_path, tiny.release(seed=int(expected))).manifest.version == expected
    assert {file.name: file.read_bytes() for file in first.iterdir()} == before
    shutil.rmtree(first.parent / "2")
    assert artifact.publish(tmp_path, tiny.release()).manifest.version == "4"


@pytest.mark.parametrize("file", FILES)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=25, deadline=None)
def test_one_flipped_bit_is_refused(unharmed: Path, file: str, place: float, bit: int) -> None:
    path = unharmed / file
    content = path.read_bytes()
    flipped = bytearray(content)
    flipped[int(place * len(content))] ^= 1 << bit
    path.write_bytes(flipped)
    try:
        with pytest.raises(ArtifactError, match=file.replace(".", r"\.")):
            load(unharmed)
    finally:
        path.write_bytes(content)


def test_a_flipped_bit_that_means_the_same_is_refused_too(unharmed: Path) -> None:
    """Such as `created` with a small t or z."""
    path = unharmed / MANIFEST
    content = path.read_bytes()
    refused = 0
    for position in range(len(content)):
        path.write_bytes(content[:position] + bytes([content[position] ^ 0x20]) + content[position + 1 :])
        try:
            artifact.read(unharmed)
        except ArtifactError:
            refused += 1
    path.write_bytes(content)
    assert refused == len(content)


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(version: Path, file: str) -> None:
    (version / file).unlink()
    with pytest.raises(ArtifactError, match=f"incomplete.*{file}"):
        load(version)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("size", [0, 1, 20])
def test_a_truncated_file_is_named(version: Path, file: str, size: int) -> None:
    path = version / file
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ArtifactError, match=file):
        load(version)


@pytest.mark.parametrize("file", FILES)
def test_a_directory_in_the_place_of_a_file_is_refused(version: Path, file: str) -> None:
    (version / file).unlink()
    (version / file).mkdir()
    with pytest.raises(ArtifactError, match=file):
        load(version)


@pytest.mark.parametrize("file", FILES)
def test_a_link_that_leads_nowhere_is_refused(version: Path, file: str) -> None:
    (version / file).unlink()
    (version / file).symlink_to(file)
    with pytest.raises(ArtifactError, match=file):
        load(version)


@pytest.mark.parametrize("moved", ["forecast/tiny/2", "forecast/other/1", "sentiment/tiny/1"])
@pytest.mark.parametrize("how", [shutil.copytree, shutil.move, lambda old, new: new.symlink_to(old)])
def test_a_copied_renamed_or_linked_version_is_refused(version: Path, moved: str, how: Any) -> None:
    place = version.parents[2] / moved
    place.parent.mkdir(parents=True, exist_ok=True)
    how(version, place)
    with pytest.raises(ArtifactError, match="foreign: its manifest says forecast/tiny version 1"):
        load(place)


@pytest.mark.parametrize("file", ["../1/config.json", "/etc/hostname", "..", ".hidden", "a/b", "", "a\0b", "x" * 200])
def test_a_file_name_that_leads_elsewhere_is_refused(version: Path, file: str) -> None:
    resealed(version, files={file: "0" * 64})
    with pytest.raises(ArtifactError, match="no file name of a version"):
        load(version)


@pytest.mark.parametrize("file", REQUIRED)
def test_a_manifest_that_lists_too_little_is_refused(version: Path, file: str) -> None:
    files = artifact.read(version).manifest.files
    resealed(version, files={name: digest for name, digest in files.items() if name != file})
    with pytest.raises(ArtifactError, match=f"lists no {file}"):
        load(version)


def test_a_changed_manifest_is_refused(version: Path) -> None:
    text = (version / MANIFEST).read_text()
    (version / MANIFEST).write_text(text.replace("Apache-2.0", "Apache-1.0"))
    with pytest.raises(ArtifactError, match=r"damaged: manifest\.json"):
        load(version)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not JSON",
        b"\xff\xfe\0",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"format": ' + b"9" * 5000 + b"}",
        b'{"format": 2}',
    ],
)
def test_what_is_no_manifest(version: Path, content: bytes) -> None:
    (version / MANIFEST).write_bytes(content)
    with pytest.raises(ArtifactError, match=r"manifest\.json is damaged, or not of format 1"):
        load(version)


def test_another_format_is_refused_with_what_to_do(version: Path) -> None:
    resealed(version, format=2)
    with pytest.raises(ArtifactError, match="upgrade seqserve"):
        load(version)


def test_a_manifest_without_its_digest_is_refused(version: Path) -> None:
    content = json.loads((version / MANIFEST).read_text())
    del content["digest"]
    (version / MANIFEST).write_text(json.dumps(content))
    with pytest.raises(ArtifactError, match="digest"):
        load(version)


@pytest.mark.parametrize("path", ["nowhere/forecast/tiny/1", "1", ""])
def test_what_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(ArtifactError, match="incomplete"):
        artifact.read(Path(path))


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("config.json", b"", "config.json|JSON"),
        ("config.json", b"{}", "window"),
        ("config.json", b"[" * 100_000, "JSON"),
        ("scaler.json", b"nonsense", "JSON"),
        ("scaler.json", b'{"kind": "minmax", "low": [0, 1], "high": [1, 2]}', r"scaler\.json do not fit"),
        ("model.onnx", b"", r"model\.onnx cannot be loaded"),
        ("model.onnx", b"no graph", r"model\.onnx cannot be loaded"),
        ("model.onnx", tiny.network(horizon=5), "example 1"),
        ("model.onnx", tiny.network(horizon=2, features=3), "example 1"),
        ("model.onnx", tiny.network(horizon=2, seed=1), "answers its example 1 otherwise"),
        ("examples.json", b"[]", r"examples\.json holds no example"),
        ("examples.json", b"{}", r"examples\.json holds no example"),
        ("examples.json", b"[" * 100_000, r"examples\.json is not JSON"),
        ("examples.json", b"[1]", "example 1"),
        ("examples.json", b'[{"input": {"values": [1]}, "output": {}}]', "too_short|1 value"),
        ("examples.json", b'[{"input": {"unknown": [1]}, "output": {}}]', "example 1"),
    ],
)
def test_a_version_that_was_published_wrong_is_refused(version: Path, file: str, content: bytes, message: str) -> None:
    replaced(version, file, content)
    with pytest.raises(ArtifactError, match=message):
        load(version)


def test_a_version_of_an_unknown_task_is_refused(tmp_path: Path) -> None:
    published = artifact.publish(tmp_path, replace(tiny.release(), task="weather"))
    with pytest.raises(ArtifactError, match="no predictor for this task; there are: forecast"):
        tasks.load(published)


@pytest.mark.parametrize(
    "change",
    [
        {"task": "../x"},
        {"name": ""},
        {"name": "Upper"},
        {"name": "a" * 65},
        {"files": {}},
        {"files": {**tiny.release().files, "../x": b""}},
        {"files": {**tiny.release().files, MANIFEST: b""}},
    ],
)
def test_what_cannot_be_published(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="name"):
        artifact.publish(tmp_path, replace(tiny.release(), **change))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["write", "sync", "make_directories"])
def test_a_publication_that_fails_midway_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, step, full)
    with pytest.raises(OSError, match="No space left"):
        artifact.publish(tmp_path, tiny.release())
    assert Store(tmp_path).released() == []
    assert list(tmp_path.glob("forecast/tiny/*")) == []


_PUBLISH_SLOWLY = """
import sys, time
from pathlib import Path
from seqserve.registry import artifact, files
from testing import tiny
write = files.write
def slow(path, content):
    write(path, content)
    print("wrote", path.name, flush=True)
    if path.name == sys.argv[2]:
        time.sleep(60)
files.write = slow
artifact.publish(Path(sys.argv[1]), tiny.release())
"""


@pytest.mark.parametrize("file", ["config.json", MANIFEST])
def test_a_publisher_that_is_killed_midway_leaves_nothing_that_is_listed(tmp_path: Path, file: str) -> None:
    command = [sys.executable, "-c", _PUBLISH_SLOWLY, str(tmp_path), file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as job:
        assert job.stdout is not None
        while f"wrote {file}" not in job.stdout.readline():
            assert job.poll() is None
        job.send_signal(signal.SIGKILL)
    store = Store(tmp_path)
    assert (store.tasks(), store.released()) == ([], [])
    assert tiny.publish(tmp_path).version == "1"
    assert store.versions("forecast", "tiny") == ["1"]


def _publish(root: Path, start: Barrier) -> None:
    release = tiny.release()
    start.wait()
    for _ in range(5):
        artifact.publish(root, release)


def test_publishers_at_the_same_time_get_versions_of_their_own(tmp_path: Path) -> None:
    processes = get_context("spawn")
    start = processes.Barrier(2)
    jobs = [processes.Process(target=_publish, args=(tmp_path, start)) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0, 0]
    versions = Store(tmp_path).versions("forecast", "tiny")
    assert versions == [str(number) for number in range(1, 11)]
    for version in versions:
        load(tmp_path / "forecast" / "tiny" / version)


def test_one_that_lost_the_race_takes_the_next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    latest, others = artifact._latest, iter([True, False])

    def overtaken(model: Path) -> int:
        found = latest(model)
        if next(others):
            (model / str(found + 1)).mkdir()
            (model / str(found + 1) / "file").touch()
        return found

    monkeypatch.setattr(artifact, "_latest", overtaken)
    assert artifact.publish(tmp_path, tiny.release()).manifest.version == "2"
