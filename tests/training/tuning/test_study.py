"""A study without any fit: what is tried, ended early, failed, and taken up again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution

from training.engines import serial
from training.engines.work import Lost
from training.tuning.space import Space
from training.tuning.study import Question, Tuning
from training.tuning.trial import Outcome, Trial

SPACE = Space({"fit.rate": FloatDistribution(0.0, 1.0), "fit.loss": CategoricalDistribution(["mse", "mae"])})


def tuning(folder: Path, wanted: int) -> Tuning:
    question = Question(
        job="forecast",
        settings={"fit": {"rate": 0.9, "epochs": 4}},
        space=SPACE,
        units=frozenset({"fit.loss"}),
        given={"fit.rate": 0.9, "fit.loss": "mse"},
        trial=lambda settings: Trial("forecast", settings, folder, folder),
    )
    return Tuning(question, folder / "tuning", wanted, seed=0, parallel=False)


def tried(trial: Trial, told: Any) -> Outcome:
    """A fit whose error is its rate, and its losses in units of the loss."""
    fit = trial.settings["fit"]
    scale = 100 if fit.get("loss") == "mae" else 1
    for epoch in range(5):
        if told(epoch, scale * fit["rate"]):
            return Outcome(None, epoch + 1, 0.1)
    return Outcome(fit["rate"], 5, 0.1)


def test_the_settings_as_given_come_first_and_the_best_is_found(tmp_path: Path) -> None:
    desk = tuning(tmp_path, 10)
    serial.run(tried, desk)
    first, *others = desk.finished
    assert desk.settings(first) == {"fit": {"rate": 0.9, "epochs": 4}}
    assert len(others) == 9
    assert desk.best.value == min(one.value for one in desk.finished if one.value is not None and one.state != "Pruned")
    assert desk.best.value < 0.1
    assert desk.settings(desk.best)["fit"]["epochs"] == 4


def test_only_trials_whose_losses_have_the_same_units_are_compared(tmp_path: Path) -> None:
    desk = tuning(tmp_path, 18)
    serial.run(tried, desk)
    losses = {name: [one for one in desk.finished if one.params["fit.loss"] == name] for name in ("mse", "mae")}
    assert all(one.state.name == "COMPLETE" for trials in losses.values() for one in trials[:5])
    ended = [one for one in desk.finished if one.state.name == "PRUNED"]
    assert ended
    assert all(one.params["fit.rate"] > desk.best.params["fit.rate"] for one in ended)
    assert all(one.user_attrs["epochs"] >= 4 for one in ended)


def test_a_process_that_ends_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    desk = tuning(tmp_path, 3)
    serial.run(tried, desk)
    more = tuning(tmp_path, 5)
    interrupted = more.following()
    assert interrupted is not None
    more.told(interrupted.number, 0, 0.5)

    again = tuning(tmp_path, 5)
    assert (again.before, again.again) == (3, [interrupted.number])
    repeated = again.following()
    assert repeated is not None
    assert repeated.argument.settings == interrupted.argument.settings
    again.done(repeated.number, Outcome(0.5, 1, 0.1))
    serial.run(tried, again)
    assert len(again.finished) == 5
    assert interrupted.number not in [one.number for one in again.finished]
    assert tuning(tmp_path, 5).following() is None


def test_a_study_that_goes_on_tries_others(tmp_path: Path) -> None:
    serial.run(tried, tuning(tmp_path, 4))
    desk = tuning(tmp_path, 8)
    serial.run(tried, desk)
    assert len({one.params["fit.rate"] for one in desk.finished}) == 8


def test_what_fails_is_said_and_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = tuning(tmp_path, 3)
    for result in (Lost("killed"), Outcome(None, 0, 0.1, failed="too few rows"), Outcome(0.2, 3, 0.1)):
        piece = desk.following()
        assert piece is not None
        desk.done(piece.number, result)
    assert desk.following() is None
    assert desk.best.value == 0.2
    said = capsys.readouterr().out
    assert "failed: killed" in said
    assert "failed: too few rows" in said


def test_a_study_in_which_all_fails_says_why(tmp_path: Path) -> None:
    desk = tuning(tmp_path, 1)
    piece = desk.following()
    assert piece is not None
    desk.done(piece.number, Outcome(None, 0, 0.1, failed="too few rows"))
    with pytest.raises(ValueError, match="every trial failed: too few rows"):
        _ = desk.best


def test_only_the_checkpoints_of_the_best_are_kept(tmp_path: Path) -> None:
    desk = tuning(tmp_path, 3)
    for number, error in enumerate((0.5, 0.2, 0.4)):
        piece = desk.following()
        assert piece is not None
        (tmp_path / f"fit{number}").mkdir()
        desk.done(piece.number, Outcome(error, 3, 0.1, checkpoint=f"fit{number}"))
    assert sorted(path.name for path in tmp_path.glob("fit*")) == ["fit1"]
