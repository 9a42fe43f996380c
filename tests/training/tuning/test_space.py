"""Search spaces: what they may name, and what comes out of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from training.core.download import DataError
from training.tasks import NAMES, TASKS
from training.tuning import space
from training.tuning.space import Space
from training.tuning.study import changed_settings


def read(folder: Path, text: str, task: str = "forecast") -> Space:
    file = folder / "space.yaml"
    file.write_text(text)
    return space.read(TASKS[task], str(file), None)


@pytest.mark.parametrize("task", NAMES)
def test_every_task_ships_a_space_whose_settings_it_takes(task: str) -> None:
    for path in TASKS[task].recipes.with_name("spaces").glob("*.yaml"):
        found = space.read(TASKS[task], path.stem, None)
        for extreme in found.extremes():
            TASKS[task].config.model_validate(changed_settings({"name": "x"}, extreme))
    assert space.read(TASKS[task], None, None).distributions


def test_a_kind_of_network_may_have_a_space_of_its_own() -> None:
    of_window = space.read(TASKS["forecast"], None, "window").distributions
    assert "network.scaler" in of_window
    assert "network.scaler" not in space.read(TASKS["forecast"], None, "auto").distributions


def test_choices_and_ranges_are_read_and_give_settings(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "network: {units: [[8], [16, 8]], window: {low: 10, high: 30, step: 10}}\n"
        "fit: {learning_rate: {low: 0.001, high: 0.1, log: true}, loss: [mse]}\n",
    )
    assert found.distributions == {
        "network.units": CategoricalDistribution(["[8]", "[16, 8]"]),
        "network.window": IntDistribution(10, 30, step=10),
        "fit.learning_rate": FloatDistribution(0.001, 0.1, log=True),
        "fit.loss": CategoricalDistribution(["mse"]),
    }
    assert found.settings({"network.units": "[16, 8]", "fit.loss": "mse"}) == {
        "network.units": [16, 8],
        "fit.loss": "mse",
    }


def test_the_settings_as_given_are_made_part_of_a_space(tmp_path: Path) -> None:
    narrow = read(tmp_path, "network: {units: [[8]]}\nfit: {learning_rate: {low: 0.01, high: 0.1, log: true}}\n")
    given = {"network.units": [32], "fit.learning_rate": 0.001}
    assert narrow.parameters(given) is None
    assert narrow.including(given).parameters(given) == {"network.units": "[32]", "fit.learning_rate": 0.001}


def test_a_range_of_whole_numbers_is_made_wider_for_whole_numbers_only(tmp_path: Path) -> None:
    whole = read(tmp_path, "fit: {learning_rate: {low: 2, high: 8, log: true}}")
    assert whole.including({"fit.learning_rate": 1.0}).parameters({"fit.learning_rate": 1.0}) is not None
    for between in (0.001, 8.5):
        assert whole.including({"fit.learning_rate": between}) == whole


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fit: {epoch: [1]}", r"fit\.epoch is no setting"),
        ("data: {test: [0.1, 0.9]}", r"data\.test cannot be tuned"),
        ("fit: {seed: [1, 2]}", r"fit\.seed cannot be tuned"),
        ("network: {horizon: [1, 2]}", r"network\.horizon cannot be tuned"),
        ("fit: {epochs: 3}", r"write a list of choices"),
        ("fit: {epochs: {low: 9, high: 3}}", r"fit\.epochs"),
        ("- fit", "no search space"),
        ("fit: [", "no search space in YAML"),
        ("{}", "names no setting"),
    ],
)
def test_what_is_no_space_says_why(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(tmp_path, text)


def test_a_space_that_is_not_there_names_those_there_are() -> None:
    with pytest.raises(DataError, match="default, window"):
        space.read(TASKS["forecast"], "nowhere", None)
    with pytest.raises(DataError, match="name a file with --space"):
        space.read(TASKS["forecast"].__class__(**{**vars(TASKS["forecast"]), "package": "training.core"}), None, None)
