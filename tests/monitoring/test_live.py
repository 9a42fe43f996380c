"""A real Prometheus with our rules scrapes the real service with two workers under traffic."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from deploy.grafana import models, service
from deploy.grafana.dashboard import Dashboard
from testing import tiny
from testing.prometheus import RULES, Prometheus, scraping, until
from testing.service_process import Running, running
from testing.traffic import Traffic, spread, troubled, usual
from testing.tree import tree

pytestmark = pytest.mark.slow

BOARDS = [service.DASHBOARD, models.DASHBOARD]


@dataclass(frozen=True)
class Watched:
    """A scraped service, its models tree, and the traffic sent to it."""

    root: Path
    service: Running
    prometheus: Prometheus
    traffic: Traffic

    def catch_up(self) -> None:
        """Wait until the metrics contain all traffic; a worker publishes its counts within a second."""
        traffic = self.traffic
        self._expect(traffic.requests, "seqserve_requests_total", "task", "status")
        self._expect(traffic.items, "seqserve_items_total", "task", "model", "version", "outcome")
        for metric, counted in traffic.counts.items():
            self._expect(counted, metric.query, *metric.labels)

    def _expect(self, sent: Mapping[tuple[str, ...], int], metric: str, *labels: str) -> None:
        def seen() -> dict[tuple[str, ...], float]:
            found = self.prometheus.query(f"sum by ({', '.join(labels)}) ({metric})")
            return {tuple(one.labels[label] for label in labels): one.value for one in found}

        found = until(seen, lambda found: sent.items() <= found.items())
        assert {labels: found.get(labels) for labels in sent} == sent, metric


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Send usual traffic twice: Prometheus cannot see the rise of a series that did not exist before."""
    directory = tmp_path_factory.mktemp("watched")
    root = tree(directory / "models")
    tiny.publish(root, tiny.failing(tiny.release("broken")))
    log = f"sqlite:///{directory / 'predictions.sqlite'}"
    with running(root, directory, WORKERS="2", SEQSERVE_PREDICTION_LOG=log) as started:
        address = f"127.0.0.1:{started.client.base_url.port}"
        with scraping(address, directory) as prometheus, spread(started) as traffic:
            found = Watched(root, started, prometheus, traffic)
            for _ in range(2):
                usual(traffic)
                found.catch_up()
            yield found


@pytest.fixture(scope="module")
def shaken(watched: Watched) -> Watched:
    """The same service, after traffic that alerts are for."""
    (watched.root / "forecast" / "loop").symlink_to("loop")
    troubled(watched.traffic)
    watched.catch_up()
    return watched


def test_what_two_workers_count_adds_up_to_what_was_sent(watched: Watched) -> None:
    watched.catch_up()
    (requests,) = watched.prometheus.query("sum(seqserve_requests_total)")
    assert requests.value == sum(watched.traffic.requests.values())
    (ready,) = watched.prometheus.query("seqserve_ready_workers")
    assert ready.value == 2


def test_usual_traffic_alarms_nobody(watched: Watched) -> None:
    psi = 'feature:seqserve_input_values:psi1d{model="tiny", version="1"}'
    # A rule that was evaluated amid the traffic has seen a part of the walk only.
    (drift,) = until(lambda: watched.prometheus.query(psi), lambda found: bool(found) and found[0].value < 0.1)
    assert 0 <= drift.value < 0.1
    firing = until(watched.prometheus.firing, lambda firing: firing.keys() == {"SeqserveVersionRefused"})
    assert firing.keys() == {"SeqserveVersionRefused"}  # broken, which is there from the beginning


def test_every_rule_is_evaluated_and_every_recorded_series_is_there(shaken: Watched) -> None:
    query = shaken.prometheus.query
    for rule in until(shaken.prometheus.rules, lambda rules: all(rule["health"] == "ok" for rule in rules)):
        assert rule["health"] == "ok", rule
        query(rule["query"])
        if rule["type"] == "recording":
            assert until(partial(query, rule["name"]), bool), rule["name"]


def test_every_metric_that_is_asked_for_exists(shaken: Watched) -> None:
    texts = [path.read_text() for path in RULES] + [json.dumps(board.written()) for board in BOARDS]
    asked = {name for text in texts for name in re.findall(r"(?:[a-z]+:)?seqserve_[a-z_]+(?::\w+)?", text)}
    asked.remove("seqserve_models_synced_timestamp_seconds")  # only of a tree in object storage
    assert asked - until(shaken.prometheus.names, lambda names: asked <= names) == set()


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_every_panel_mark_and_choice_has_something_to_show(shaken: Watched, board: Dashboard) -> None:
    query = shaken.prometheus.query
    filled_in = everything_chosen(shaken.prometheus, board)
    for panel in (panel for row in board.rows for panel in row.panels):
        for asked in panel.queries:
            found = until(partial(query, filled_in(asked.expr)), bool)
            assert found, f"{panel.title}: {asked.expr}"
            legend = set(re.findall(r"{{(\w+)}}", asked.legend))
            assert all(legend <= one.labels.keys() for one in found), panel.title
    for annotation in board.annotations:
        assert until(partial(query, filled_in(annotation.expr)), bool), annotation.name


def test_trouble_raises_alerts_that_say_what_it_is(shaken: Watched) -> None:
    expected = {
        "SeqserveErrorBudgetBurnsFast": "% of forecast requests failed",
        "SeqserveErrorBudgetBurnsSlowly": "% of forecast requests failed",
        "SeqserveInputDrift": "value of tiny 1 is not what it was trained on",
        "SeqserveClassDrift": "tiny-reviews 1 predicts other classes",
        "SeqserveUnknownTokens": "tiny-reviews does not know",
        "SeqserveIntervalsMissed": "80% intervals of tiny 1 are too narrow",
        "SeqserveForecastsWorse": "tiny 1 forecasts worse",
        "SeqserveVersionRefused": "broken 1 is refused",
        "SeqserveModelsUnreadable": "cannot be read in the models tree",
    }

    def unsaid(firing: dict[str, list[str]]) -> list[str]:
        return [name for name, words in expected.items() if not any(words in said for said in firing.get(name, []))]

    firing = until(shaken.prometheus.firing, lambda firing: not unsaid(firing))
    assert unsaid(firing) == []
    assert firing.keys() == expected.keys()
    assert not re.search(r"<no value>|%!|  ", str(firing))


def test_a_service_that_is_gone_is_noticed(shaken: Watched) -> None:
    shaken.service.process.send_signal(signal.SIGTERM)
    shaken.service.process.wait(90)
    gone = {"SeqserveNoReadyWorker", "SeqserveInstanceNotReady"}
    firing = until(shaken.prometheus.firing, lambda firing: gone <= firing.keys())
    assert gone <= firing.keys()


def everything_chosen(prometheus: Prometheus, board: Dashboard) -> Callable[[str], str]:
    """Fills in a dashboard's query as Grafana does if All is selected for every variable."""
    values = {"__rate_interval": "1m"}

    def filled_in(expr: str) -> str:
        return re.sub(r"\$(\w+)", lambda found: values[found[1]], expr)

    for variable in board.variables:
        series, label = variable.values.removeprefix("label_values(").removesuffix(")").rsplit(", ", 1)
        values[variable.name] = "|".join(sorted({one.labels[label] for one in prometheus.query(filled_in(series))}))
        assert values[variable.name], variable.name
    return filled_in
