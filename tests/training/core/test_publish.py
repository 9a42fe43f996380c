"""What a version says of the code that trained it, in a real git repository."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.core import publish
from training.core.config import FitSection, JobConfig


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the layout of this repository, of which `publish` believes to be a part."""
    module = tmp_path / "training" / "core" / "publish.py"
    for path in (module, tmp_path / "seqserve" / "core" / "text.py", tmp_path / "docs" / "page.md"):
        path.parent.mkdir(parents=True)
        path.write_text("first")
    monkeypatch.setattr(publish, "__file__", str(module))
    publish.commit.cache_clear()
    yield tmp_path
    publish.commit.cache_clear()


def committed(folder: Path) -> str:
    git(folder, "init")
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "first")
    return git(folder, "rev-parse", "HEAD")


def test_committed_code_is_named_by_its_commit(code: Path) -> None:
    head = committed(code)
    assert publish.commit() == head


@pytest.mark.parametrize(
    "changed", ["training/core/publish.py", "training/new.py", "seqserve/core/text.py", "seqserve/new.py"]
)
def test_a_change_anywhere_in_the_code_is_said(code: Path, changed: str) -> None:
    head = committed(code)
    (code / changed).write_text("second")
    assert publish.commit() == f"{head}-dirty"


def test_a_change_beside_the_code_is_not(code: Path) -> None:
    head = committed(code)
    (code / "docs" / "page.md").write_text("second")
    assert publish.commit() == head


def test_outside_git_there_is_no_commit(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(code.parent))
    assert publish.commit() is None


def test_a_recipe_has_names_of_files_not_their_paths() -> None:
    class Fit(FitSection):
        file: Path
        more: list[Path]

    class Job(JobConfig):
        fit: Fit

    own = Path("/home/somebody/own.csv")
    recipe = publish.recipe(Job(name="own", fit=Fit(file=own, more=[own, Path("set")], epochs=3)))
    assert b"file: own.csv" in recipe
    assert b"- own.csv\n  - set\n" in recipe
    assert b"epochs: 3" in recipe
    assert b"somebody" not in recipe
