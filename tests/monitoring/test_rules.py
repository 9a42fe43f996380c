"""promtool's checks of the configuration and the rules, and checks that it lacks."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.prometheus.__main__ import PATH
from deploy.prometheus.objectives import written
from service.tasks import TASKS
from testing.prometheus import CONFIG, RULES, program
from training.forecast.conformal import LEVELS

ROOT = Path(__file__).parents[2]
TESTS = sorted((Path(__file__).parent / "rules").glob("*.yml"))


def promtool(*arguments: object) -> None:
    ran = subprocess.run([program("promtool"), *map(str, arguments)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@cache
def rules(kind: str) -> list[dict[str, Any]]:
    """All rules of a kind, `alert` or `record`."""
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


def test_the_configuration_and_the_rules_are_good() -> None:
    promtool("check", "config", "--lint=all", "--lint-fatal", CONFIG)
    promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_alerts_fire_when_they_should_and_only_then(path: Path) -> None:
    promtool("test", "rules", path)


def test_every_alert_is_tested_to_fire() -> None:
    tests = [test for path in TESTS for test in yaml.safe_load(path.read_text())["tests"]]
    expected = [
        sample["labels"] for test in tests for query in test["promql_expr_test"] for sample in query["exp_samples"]
    ]
    firing = set(re.findall(r'alertname="(\w+)", alertstate="firing"', "\n".join(expected)))
    assert firing == {alert["alert"] for alert in rules("alert")}


def test_every_alert_says_what_it_is_and_where_to_read_on() -> None:
    for alert in rules("alert"):
        assert alert["labels"]["severity"] in {"critical", "warning"}
        assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
        path, anchor = alert["annotations"]["runbook_url"].split("#")
        assert anchor == alert["alert"].lower()
        assert f"\n## {alert['alert']}\n" in (ROOT / path).read_text()


def test_the_runbooks_are_about_alerts_that_there_are() -> None:
    headings = re.findall(r"^## (Seqserve\w+)$", (ROOT / "docs" / "runbooks.md").read_text(), re.MULTILINE)
    assert headings == [alert["alert"] for alert in rules("alert")]


def test_recorded_names_tell_level_metric_and_operation() -> None:
    names = {rule["record"] for rule in rules("record")}
    assert all(
        re.fullmatch(r"(job|task|stage|model|version|feature|bin|class|level|log):seqserve_[a-z_]+:\w+", name)
        for name in names
    )


def test_the_objectives_are_what_the_script_writes() -> None:
    assert PATH.read_text() == written(), "run `python -m deploy.prometheus`"


def test_every_task_and_every_level_has_an_objective() -> None:
    found: dict[str, set[str]] = {}
    for rule in rules("record"):
        if rule["record"].endswith(":objective"):
            found.setdefault(rule["record"], set()).update(rule["labels"].values())
    routes = {route.task for task in TASKS.values() for route in task.routes}
    assert found == {
        "task:seqserve_requests_failed:objective": routes,
        "task:seqserve_request_duration_seconds:objective": {
            route.task for task in TASKS.values() for route in task.routes
        },
        "task:seqserve_model_age_seconds:objective": set(TASKS),
        "level:seqserve_interval_hits:objective": set(map(str, LEVELS)),
        "log:seqserve_prediction_log_lost:objective": {"predictions"},
    }


def test_every_alert_is_listed_with_its_threshold() -> None:
    listed = re.findall(r"^\| `(Seqserve\w+)` \|", (ROOT / "docs" / "monitoring.md").read_text(), re.MULTILINE)
    assert listed == [alert["alert"] for alert in rules("alert")]


def test_the_series_that_the_documentation_names_are_recorded() -> None:
    documents = [(ROOT / "docs" / name).read_text() for name in ("monitoring.md", "runbooks.md")]
    named = {name for text in documents for name in re.findall(r"[a-z]+:seqserve_[a-z_]+:\w+", text)}
    assert named <= {rule["record"] for rule in rules("record")}
