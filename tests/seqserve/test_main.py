import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seqserve.__main__ import main
from testing import tiny


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """forecast/tiny versions 1 and 2, of which 2 is stable."""
    tiny.publish(tmp_path / "models")
    tiny.publish(tmp_path / "models")
    return tmp_path / "models"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["models"],
        ["predict"],
        ["models", "fly"],
        ["predict", "forecast"],
        ["predict", "sentiment"],
        ["predict", "sentiment", "great", "--file", "reviews.txt"],
        ["predict", "translation"],
        ["predict", "translation", "milk", "--alternatives", "two"],
    ],
)
def test_a_command_that_is_none_shows_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m seqserve" in capsys.readouterr().err


def test_it_runs_as_a_module_on_the_tree_of_the_environment(models: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "seqserve", "models"]
    options: dict[str, Any] = {"capture_output": True, "text": True, "cwd": Path(__file__).parents[2]}
    options["env"] = {"SEQSERVE_MODELS": str(models)}
    listed = subprocess.run([*command, "list"], **options)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "forecast/tiny\t2\tstable,default" in listed.stdout
    wrong = subprocess.run([*command, "show", "forecast/big"], **options)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "there are: tiny" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--help"], ["models", "predict", "(default: "]),
        (["predict", "--help"], ["forecast", "sentiment", "translation"]),
        (["predict", "forecast", "--help"], ["--csv FILE", "--horizon N", "default: the model's own"]),
        (["predict", "translation", "--help"], ["--alternatives N", "default: 0", "--column NAME"]),
        (["models", "label", "--help"], ["--share X", "default: 0.0"]),
    ],
)
def test_help_shows_arguments_with_their_defaults(
    arguments: list[str], shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(arguments)
    out = " ".join(capsys.readouterr().out.split())
    assert [part for part in shown if part not in out] == []


def test_help_imports_no_slow_library() -> None:
    code = """
import contextlib, sys
from seqserve.__main__ import main
with contextlib.suppress(SystemExit):
    main(["predict", "--help"])
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"pandas", "tensorflow", "keras", "bentoml"}))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == ""
