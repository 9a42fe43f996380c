"""Tuning from the command line: killed and resumed, and never looking at the test part."""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from seqserve.registry.store import Store
from testing.service_process import CHECKOUT
from training.__main__ import main
from training.core import flags
from training.tasks import TASKS
from training.tuning.trial import Trial, run

pytestmark = pytest.mark.slow

SPACE = "network: {units: [[2], [3], [4]], scaler: [window, standard]}\nfit: {learning_rate: {low: 0.001, high: 0.1}}\n"


def write(folder: Path, noise: float = 0.0) -> Path:
    """A daily series with a week in it, whose last 15%, the test part, may be anything."""
    random = np.random.default_rng(0)
    along = np.arange(120)
    values = 100 + 20 * np.sin(2 * np.pi * along / 7) + random.normal(0, 2, 120)
    values[-18:] += random.normal(0, 1, 18) * noise
    days = np.datetime64("2024-01-01") + along
    path = folder / "shop.csv"
    path.write_text("date,sales\n" + "".join(f"{day},{value:.3f}\n" for day, value in zip(days, values, strict=True)))
    (folder / "space.yaml").write_text(SPACE)
    return path


def command(folder: Path, trials: int, *more: str) -> list[str]:
    where = ["--models", str(folder / "models"), "--checkpoints", str(folder / "checkpoints")]
    quick = ["--kind", "window", "--window", "7", "--epochs", "3", "--batch-size", "64", *where]
    csv, space = str(folder / "shop.csv"), str(folder / "space.yaml")
    return ["forecast", "--csv", csv, "--space", space, "--tune", str(trials), *quick, *more]


def errors(folder: Path) -> dict[int, float]:
    """The error of each trial that has one."""
    (study,) = (folder / "checkpoints").glob("tuning-*/study.db")
    with sqlite3.connect(study) as connection:
        query = "select number, value from trials join trial_values using (trial_id) where state = 'COMPLETE'"
        found = dict(connection.execute(query).fetchall())
    connection.close()
    return found


def running(folder: Path) -> list[int]:
    """The trials that have an epoch and no end."""
    studies = list((folder / "checkpoints").glob("tuning-*/study.db"))
    if not studies:
        return []
    connection = sqlite3.connect(studies[0])
    try:
        query = "select distinct number from trials join trial_intermediate_values using (trial_id) "
        rows = connection.execute(f"{query} where state = 'RUNNING'").fetchall()
        return [number for (number,) in rows]
    except sqlite3.OperationalError:  # the tables are being made
        return []
    finally:
        connection.close()


def test_a_killed_tuning_goes_on_with_the_trial_that_it_was_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    same = command(tmp_path, 2, "--epochs", "40", "--patience", "40")
    process = subprocess.Popen([sys.executable, "-m", "training", *same], cwd=CHECKOUT, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 180
    while not running(tmp_path):
        assert time.monotonic() < end, "no trial has begun"
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (number,) = running(tmp_path)

    assert main(same) == 0
    said = capsys.readouterr().out
    assert f"0 trials are done; tried again, as they were interrupted: {number}" in said
    assert "trial 2 of 2" in said
    assert list(errors(tmp_path)) == [number + 1, number + 2]
    assert not running(tmp_path)
    assert_the_best_is_published_and_written_as_a_recipe(tmp_path)


def assert_the_best_is_published_and_written_as_a_recipe(tmp_path: Path) -> None:
    (study,) = (tmp_path / "checkpoints").iterdir()
    store = Store(tmp_path / "models")
    published = yaml.safe_load(store.read(store.resolve("forecast", "shop", "1")).file("recipe.yaml"))
    parser = argparse.ArgumentParser()
    flags.add(parser, TASKS["forecast"])
    merged = flags.merged(TASKS["forecast"], vars(parser.parse_args(["--recipe", str(study / "best.yaml")])))
    recipe = TASKS["forecast"].config.model_validate(merged)
    assert recipe.data.csv == tmp_path / "shop.csv"
    for section in ("network", "fit"):
        assert getattr(recipe, section).model_dump(mode="json") == published[section]
    lines = (study / "trials.csv").read_text().splitlines()
    assert lines[0] == "trial,error,epochs,seconds,units,scaler,learning_rate"
    assert len(lines) == 3
    assert min(errors(tmp_path).values()) == pytest.approx(float(lines[1].split(",")[1]), rel=1e-3)


def test_the_test_part_changes_no_trial(tmp_path: Path) -> None:
    found = []
    for noise in (0.0, 500.0):
        csv = write(tmp_path, noise)
        network = {"kind": "window", "window": 7, "horizon": 1, "units": [2]}
        settings = {"name": "shop", "data": {"csv": csv}, "network": network, "fit": {"epochs": 2}}
        losses: list[float] = []
        trial = Trial("forecast", settings, tmp_path / "models", tmp_path / "checkpoints")
        outcome = run(trial, lambda epoch, loss, heard=losses: bool(heard.append(loss)))
        assert outcome.failed is None
        found.append([outcome.error, *losses])
    assert len(found[0]) == 3
    assert found[0] == found[1]


def test_what_cannot_be_tuned_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    (tmp_path / "space.yaml").write_text("fit: {learning_rate: [0.1, -1]}\n")
    assert main(command(tmp_path, 2)) == 1
    assert "fit.learning_rate: Input should be greater than 0" in capsys.readouterr().err
    (tmp_path / "space.yaml").write_text("fit: {epochs: [1, 2]}\n")
    assert main(command(tmp_path, 2)) == 1
    assert "flags fix every setting of the search space" in capsys.readouterr().err
