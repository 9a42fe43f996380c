"""A real Prometheus with the repository's rules that scrapes the real service."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import yaml

from testing.service_process import free_port

CONFIG = Path(__file__).parents[1] / "deploy" / "prometheus" / "prometheus.yml"
RULES = sorted((CONFIG.parent / "rules").glob("*.yml"))
_WAIT_SECONDS = 60

Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Sample:
    """The current value of one series."""

    labels: dict[str, str]
    value: float


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus."""

    client: httpx.Client

    def query(self, expr: str) -> list[Sample]:
        found = self._get("/api/v1/query", query=expr)["result"]
        return [Sample(one["metric"], float(one["value"][1])) for one in found]

    def rules(self) -> list[dict[str, Any]]:
        return [rule for group in self._get("/api/v1/rules")["groups"] for rule in group["rules"]]

    def firing(self) -> dict[str, list[str]]:
        """The texts of the firing alerts, by name."""
        found: dict[str, list[str]] = {}
        for alert in self._get("/api/v1/alerts")["alerts"]:
            if alert["state"] == "firing":
                said = "{summary}. {description}".format(**alert["annotations"])
                found.setdefault(alert["labels"]["alertname"], []).append(said)
        return found

    def names(self) -> set[str]:
        """The names of all metrics."""
        return set(self._get("/api/v1/label/__name__/values"))

    def _get(self, path: str, **parameters: str) -> Any:
        answer = self.client.get(path, params=parameters)
        assert answer.is_success, f"{parameters}: {answer.text}"
        return answer.json()["data"]


def program(name: str) -> str:
    """The path of a program of the Debian package `prometheus`; skips the test if it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is missing: install the Debian packages prometheus and promtool")
    return found


@contextmanager
def scraping(target: str, directory: Path) -> Iterator[Prometheus]:
    """Start a Prometheus with the repository's rules and shortened waits: it scrapes every second.

    Args:
        target: host and port of the service.
    """
    command = [program("prometheus"), f"--config.file={_quick(target, directory)}"]
    address = f"127.0.0.1:{free_port()}"
    command += [f"--storage.tsdb.path={directory / 'data'}", f"--web.listen-address={address}", "--log.level=warn"]
    with (directory / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://{address}", timeout=90) as client:
            assert until(lambda: _is_ready(client), bool), (directory / "prometheus.log").read_text()
            yield Prometheus(client)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)


def until(look: Callable[[], Seen], good: Callable[[Seen], object]) -> Seen:
    """Call `look` until `good` accepts its result; returns the last result, after at most a minute."""
    end = time.monotonic() + _WAIT_SECONDS
    while not good(found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def _quick(target: str, directory: Path) -> Path:
    """The configuration and the rules, with every wait shortened to seconds."""
    config = yaml.safe_load(CONFIG.read_text())
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config["scrape_configs"][0]["static_configs"] = [{"targets": [target]}]
    for path in RULES:
        groups = yaml.safe_load(path.read_text())
        for group in groups["groups"]:
            group.pop("interval", None)
            for rule in group["rules"]:
                if "for" in rule:
                    rule["for"] = "3s"  # so that one failed scrape on a busy machine fires no alert
        (directory / "rules").mkdir(exist_ok=True)
        (directory / "rules" / path.name).write_text(yaml.safe_dump(groups))
    made = directory / "prometheus.yml"
    made.write_text(yaml.safe_dump(config))
    return made


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/-/ready").is_success
    except httpx.TransportError:
        return False
