"""`python -m seqserve models republish`: versions that a newer seqserve answers otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from seqserve import tasks
from seqserve.__main__ import main
from seqserve.registry.artifact import CARD, EXAMPLES
from seqserve.registry.signatures import Signer, TrustedKeys
from seqserve.registry.store import Key, Store
from testing import tiny
from testing.tiny import translation


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A translator whose first golden example is that of another text layer; version 2 has its own answers."""
    root = tmp_path / "models"
    release = translation.release()
    examples = json.loads(release.files[EXAMPLES])
    examples[0]["output"]["text"] = "as it was before"
    changed = {**release.files, EXAMPLES: json.dumps(examples).encode()}
    tiny.publish(root, replace(release, files=changed), label=None)
    tiny.publish(root, release, label=None)
    return root


def run(models: Path, *arguments: str) -> int:
    return main(["--models", str(models), "models", *arguments])


def key(version: str) -> Key:
    return Key("translation", translation.release().name, version)


def test_a_changed_answer_is_shown_and_published_only_if_it_is_right(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = key("1")
    name = f"{old.task}/{old.name}"
    assert run(models, "verify", f"{name}@1") == 1
    assert "models republish" in capsys.readouterr().out
    assert run(models, "republish", f"{name}@1") == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[1] == '  text was "as it was before"'
    assert shown[2].startswith('  text is  "')
    assert shown[-1].endswith("with --yes")
    assert Store(models).versions(old.task, old.name) == ["1", "2"]

    assert run(models, "republish", f"{name}@1", "--yes") == 0
    assert capsys.readouterr().out.endswith(f"to serve it: models label {name} stable 3\n")
    before, after = Store(models).read(old), Store(models).read(key("3"))
    tasks.load(after)
    assert {file for file in before.files if before.files[file] != after.files[file]} == {EXAMPLES, CARD}
    assert "Published again from version 1" in after.file(CARD).decode()
    kept = ("seed", "licence", "data", "commit", "packages")
    assert all(getattr(before.manifest, field) == getattr(after.manifest, field) for field in kept)


def test_a_version_that_could_not_be_loaded_is_not_published(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("SEQSERVE_TRUSTED_KEYS", Signer.generate(tmp_path / "ci.pem", "ci"))
    assert run(models, "republish", "translation/tiny@1", "--yes") == 1
    assert "name the key that signs" in capsys.readouterr().err


def test_a_version_that_answers_as_before_is_left_alone(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = key("2")
    assert run(models, "republish", f"{found.task}/{found.name}@2", "--yes") == 0
    assert "there is nothing to do" in capsys.readouterr().out
    assert Store(models).versions(found.task, found.name) == ["1", "2"]


def test_a_version_that_is_published_again_is_signed(models: Path, tmp_path: Path) -> None:
    entry = Signer.generate(tmp_path / "ci.pem", "ci")
    found = key("1")
    arguments = (f"{found.task}/{found.name}@1", "--yes", "--key", str(tmp_path / "ci.pem"))
    assert run(models, "republish", *arguments) == 0
    store = Store(models)
    store.trusted = TrustedKeys.parse(entry)
    store.read(key("3"))


def test_a_version_that_cannot_answer_is_not_published(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = translation.release()
    refused = json.dumps([{"input": {"text": ""}, "output": {}}]).encode()
    tiny.publish(models, replace(release, files={**release.files, EXAMPLES: refused}), label=None)
    found = key("3")
    assert run(models, "republish", f"{found.task}/{found.name}@3", "--yes") == 1
    assert "fails its example 1" in capsys.readouterr().err
