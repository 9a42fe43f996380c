"""The command line of the jobs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from seqserve.registry import artifact
from seqserve.registry.store import Store
from testing import tiny
from training.__main__ import main
from training.core.config import JobConfig
from training.core.task import Task
from training.tasks import NAMES, TASKS

ROOT = Path(__file__).parents[2]
SLOW = ["keras", "tensorflow", "onnxruntime", "pandas", "scipy", "sklearn", "matplotlib"]


@pytest.mark.parametrize("arguments", [[], *([name] for name in NAMES)])
def test_help_loads_nothing_that_takes_long(arguments: list[str]) -> None:
    code = f"""
import sys
from training.__main__ import main
try:
    main({[*arguments, "--help"]!r})
except SystemExit as end:
    assert end.code == 0
print([name for name in {SLOW!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    for line in [task.purpose for task in TASKS.values()] if not arguments else ["--name TEXT", "--epochs INT"]:
        assert line in done.stdout


def test_an_interrupted_job_says_that_it_resumes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_: Task) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Task, "job", property(interrupt))
    assert main(["forecast", "--csv", "own.csv"]) == 130
    assert capsys.readouterr().err == "training: interrupted; the same command resumes from the last whole epoch\n"


def test_the_first_model_that_is_stable_stays_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)

    class Publishes:
        def __init__(self, config: JobConfig) -> None:
            self.config = config

        def run(self, models: Path, checkpoints: Path) -> artifact.Artifact:
            worse = ["last value"] if self.config.name == "poor" else []
            return artifact.publish(models, tiny.release(self.config.name, worse_than=worse))

    monkeypatch.setattr(Task, "job", property(lambda _: Publishes))
    flags = ["forecast", "--csv", "own.csv", "--models", str(tmp_path), "--name"]
    assert main([*flags, "poor"]) == 0
    assert main([*flags, "first"]) == 0
    assert main([*flags, "second"]) == 0
    assert store.default("forecast") == "first"


def test_what_a_setting_must_be_is_said_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "--csv", "own.csv", "--window", "none", "--cell", "cnn"]) == 1
    errors = capsys.readouterr().err
    assert "training: network.window: Input should be a valid integer" in errors
    assert "training: network.cell: Input should be 'rnn', 'lstm' or 'gru'" in errors
