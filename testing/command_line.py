"""Commands of `python -m seqserve`, run in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqserve.__main__ import main


def run(models: Path, *arguments: str) -> int:
    """The exit status of a command on a tree of models."""
    return main(["--models", str(models), *arguments])


def failed(capsys: pytest.CaptureFixture[str], models: Path, *arguments: str) -> str:
    """The message of a command that must fail."""
    assert run(models, *arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("seqserve: ")
    assert "Traceback" not in captured.err
    return captured.err
