"""`python -m seqserve models`: what compares and removes versions; test_tree.py has the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from seqserve.__main__ import main
from seqserve.registry import audit
from seqserve.registry.store import Store
from testing import tiny
from testing.tiny import sentiment as tiny_sentiment

ROOT = Path(__file__).parents[3]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """forecast/tiny versions 1 to 3; 2 is stable, and 3 loses to a baseline and has another horizon."""
    root = tmp_path / "models"
    tiny.publish(root, label=None)
    tiny.publish(root)
    tiny.publish(root, tiny.release(horizon=1, worse_than=["last value"]), label=None)
    return root


def run(models: Path, *arguments: str) -> int:
    return main(["--models", str(models), "models", *arguments])


def test_list_as_json_has_scores_and_what_cannot_be_read(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (models / "forecast" / "tiny" / "1" / "model.onnx").write_bytes(b"")
    assert run(models, "list", "--json") == 0
    bad, good, worse = json.loads(capsys.readouterr().out)
    assert "model.onnx" in bad["error"]
    assert (good["labels"], good["default"], good["test"]) == (["stable"], True, {"mase": 0.9})
    assert worse["worse_than"] == ["last value"]
    assert run(models, "list") == 0
    bad, good, worse = capsys.readouterr().out.splitlines()
    assert "\tcannot be read: " in bad
    assert worse.endswith("mase 0.9; worse than last value")


def test_compare_shows_scores_baselines_and_what_callers_see(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert run(models, "compare", "forecast/tiny", "forecast/tiny@3") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["mase", "0.9", "0.9"] in rows
    assert ["horizon", "2", "1"] in rows
    assert not any("window" in row for row in rows), "what is alike is left out"


def test_versions_of_two_tasks_have_nothing_to_compare(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(models, tiny_sentiment.release())
    assert run(models, "compare", "forecast/tiny", "sentiment/tiny-reviews") == 1
    assert "are of two tasks" in capsys.readouterr().err


def test_a_label_that_moves_says_what_callers_see(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "label", "forecast/tiny", "stable", "3", "--even-if-worse") == 0
    capsys.readouterr()
    assert run(models, "label", "forecast/tiny", "stable", "1") == 0
    assert "callers see a change: horizon was 1, and is 2\n" in capsys.readouterr().out
    assert run(models, "label", "forecast/tiny", "stable", "2") == 0
    assert capsys.readouterr().out == "stable is now forecast/tiny version 2\n"


def test_a_version_without_a_label_is_removed_and_that_is_recorded(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(models, "delete", "forecast/tiny@1") == 0
    assert capsys.readouterr().out == "forecast/tiny version 1 is removed\n"
    assert Store(models).versions("forecast", "tiny") == ["2", "3"]
    assert sorted(path.name for path in (models / "forecast" / "tiny").iterdir() if path.is_dir()) == ["2", "3"]
    line = json.loads((models / audit.FILE).read_text().splitlines()[-1])
    assert {name: line[name] for name in ("event", "task", "model", "from", "to")} == {
        "event": "version removed",
        "task": "forecast",
        "model": "tiny",
        "from": "1",
        "to": None,
    }


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("forecast/tiny@2", "is labelled stable: move or remove the label first"),
        ("forecast/tiny", "names no version; write task/name@version"),
        ("forecast/tiny@9", "versions: 1, 2, 3"),
    ],
)
def test_what_is_served_is_not_removed(
    models: Path, capsys: pytest.CaptureFixture[str], model: str, message: str
) -> None:
    assert run(models, "delete", model) == 1
    assert message in capsys.readouterr().err
    assert Store(models).versions("forecast", "tiny") == ["1", "2", "3"]


def test_an_interruption_is_no_traceback(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(store: Store) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "released", interrupt)
    assert run(models, "list") == 130
    assert capsys.readouterr().err == "seqserve: interrupted\n"


def test_a_reader_that_has_read_enough_is_no_error(models: Path) -> None:
    shown = f"{sys.executable} -m seqserve --models {models} models show forecast/tiny@1 | head -1"
    ran = subprocess.run(["bash", "-o", "pipefail", "-c", shown], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
