from __future__ import annotations

import pytest

from service.monitoring import metrics
from service.monitoring.objectives import Objectives
from service.tasks import TASKS


def test_a_route_has_the_seconds_of_its_task_or_one() -> None:
    objectives = Objectives(slowest={"words": 0.25})
    assert (objectives.seconds("words"), objectives.seconds("letters")) == (0.25, 1.0)


@pytest.mark.parametrize("name", TASKS)
def test_an_objective_is_a_bound_of_the_histogram_and_so_exact(name: str) -> None:
    task = TASKS[name]
    for route in task.routes:
        assert task.objectives.seconds(route.task) in metrics._SECONDS


@pytest.mark.parametrize("name", TASKS)
def test_what_an_objective_names_is_a_route_of_the_task(name: str) -> None:
    task = TASKS[name]
    assert set(task.objectives.slowest) <= {route.task for route in task.routes}
