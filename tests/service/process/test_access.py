"""Who is let in, how often, and what is told of it, while the service runs."""

from __future__ import annotations

import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from seqserve.registry import audit
from service.http.auth import new_key
from testing import nginx, tiny
from testing.live_models import OFTEN, eventually
from testing.service_process import CHECKOUT, Running, running

pytestmark = pytest.mark.slow

SERIES = [{"values": tiny.values(8)}]
USER = pwd.getpwuid(os.geteuid()).pw_name


@dataclass(frozen=True)
class Guarded:
    """A service of two workers with files of keys and tokens."""

    service: Running
    directory: Path

    def write(self, name: str, **entries: str) -> None:
        """Replace a file whole, so that no worker reads half of it."""
        staging = self.directory / "staging"
        staging.write_text("\n".join(f"{owner}:{digest}" for owner, digest in entries.items()))
        staging.replace(self.directory / name)

    def ask(self, key: str, **headers: str) -> httpx.Response:
        """Ask on a new connection, so that any worker may answer."""
        sent = {"X-API-Key": key, "Connection": "close", **headers}
        return self.service.client.post("/forecast", json={"series": SERIES}, headers=sent)

    def statuses(self, key: str) -> set[int]:
        return {self.ask(key).status_code for _ in range(12)}

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.service.log.read_text().splitlines()]

    def told(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if (line["logger"], line["message"]) == ("audit", event)]


SHOP, LAB, ANNA = (new_key() for _ in range(3))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    directory = tmp_path_factory.mktemp("guarded")
    tiny.publish(directory / "models")
    tiny.publish(directory / "models", label=None)
    (directory / "keys").write_text(f"shop:{SHOP[1]}\n")
    (directory / "tokens").write_text(f"anna:{ANNA[1]}\n")
    settings = {
        "SEQSERVE_API_KEYS_FILE": str(directory / "keys"),
        "SEQSERVE_ADMIN_TOKENS_FILE": str(directory / "tokens"),
        "SEQSERVE_TRUSTED_PROXIES": "127.0.0.1",
        "SEQSERVE_LOG_FORMAT": "json",
        "WORKERS": "2",
        **OFTEN,
    }
    with running(directory / "models", directory, **settings) as service:
        # A worker that starts late would take changed files for its first ones, and tell of nothing.
        eventually(lambda: service.log.read_text().count("Service seqserve initialized") == 2)
        yield Guarded(service, directory)


def test_a_key_of_the_file_is_replaced_without_a_restart(guarded: Guarded) -> None:
    assert (guarded.statuses(SHOP[0]), guarded.statuses(LAB[0])) == ({200}, {401})
    guarded.write("keys", lab=LAB[1])
    eventually(lambda: guarded.statuses(SHOP[0]) == {401})
    eventually(lambda: guarded.statuses(LAB[0]) == {200})
    eventually(lambda: len(guarded.told("keys re-read")) == 1)  # by the worker that tells of it, too
    guarded.write("keys", lab=LAB[0])  # the key itself, by mistake
    eventually(lambda: "line 1 is not name:sha256" in guarded.service.log.read_text())
    assert guarded.statuses(LAB[0]) == {200}
    guarded.write("keys", shop=SHOP[1], lab=LAB[1])
    eventually(lambda: guarded.statuses(SHOP[0]) == {200})
    eventually(lambda: len(guarded.told("keys re-read")) == 2)
    first, second = guarded.told("keys re-read")
    assert (first["added"], first["removed"], second["added"]) == ("lab", "shop", "shop")
    assert not any(secret in guarded.service.log.read_text() for secret in (SHOP[0], LAB[0], SHOP[1], LAB[1]))


def test_a_request_is_logged_with_its_model_key_and_client_and_a_probe_is_not(guarded: Guarded) -> None:
    guarded.service.client.get("/livez", headers={"X-Request-ID": "probe-1"})
    guarded.ask(SHOP[0], **{"X-Request-ID": "asked-1", "X-Forwarded-For": "198.51.100.4"})
    line = guarded.service.logged("asked-1")
    assert {"model": "tiny", "version": "1", "caller": "shop", "client": "198.51.100.4"}.items() <= line.items()
    assert "probe-1" not in guarded.service.log.read_text()


@pytest.mark.skipif(nginx.PROGRAM is None, reason=nginx.MISSING)
def test_behind_a_proxy_the_client_is_whom_the_proxy_names(guarded: Guarded) -> None:
    with nginx.proxied(guarded.service, guarded.directory) as address:
        headers = {"X-API-Key": SHOP[0], "X-Request-ID": "asked-2"}
        transport = httpx.HTTPTransport(local_address="127.0.0.9")
        with httpx.Client(transport=transport) as client:
            client.post(f"{address}/forecast", json={"series": SERIES}, headers=headers)
    assert guarded.service.logged("asked-2")["client"] == "127.0.0.9"


def test_whoever_moves_a_label_is_told_once(guarded: Guarded) -> None:
    path = "/models/forecast/tiny/labels/canary"
    by = {"Authorization": f"Bearer {ANNA[0]}", "X-Request-ID": "moved-1"}
    assert guarded.service.client.put(path, json={"version": "2", "share": 0.25}, headers=by).status_code == 200
    assert guarded.service.client.delete(path).status_code == 401
    assert guarded.service.client.delete(path, headers=by).status_code == 200
    command = [sys.executable, "-m", "seqserve", "--models", str(guarded.directory / "models"), "models", "label"]
    subprocess.run([*command, "forecast/tiny", "canary", "1"], cwd=CHECKOUT, check=True, capture_output=True)
    (moved,), (removed,) = guarded.told("label moved"), guarded.told("label removed")
    assert (moved["from"], moved["to"], moved["share"]) == (None, "2", 0.25)
    for line in (moved, removed):
        assert (line["caller"], line["via"], line["request_id"]) == ("anna", "http", "moved-1")
    recorded = [json.loads(line) for line in (guarded.directory / "models" / audit.FILE).read_text().splitlines()]
    changes = [(line["event"], line["to"], line["caller"], line["via"]) for line in recorded[-3:]]
    assert changes == [
        ("label moved", "2", "anna", "http"),
        ("label removed", None, "anna", "http"),
        ("label moved", "1", USER, "command"),
    ]


def test_a_refresh_is_told_once_however_it_is_asked_for(guarded: Guarded) -> None:
    guarded.service.client.post("/models/refresh", headers={"Authorization": f"Bearer {ANNA[0]}"})
    eventually(lambda: guarded.told("models refreshed"))
    time.sleep(3)  # for the workers to hear of it
    guarded.service.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(guarded.told("models refreshed")) == 2)
    found = [(line["caller"], line["via"]) for line in guarded.told("models refreshed")]
    assert found == [("anna", "http"), (USER, "signal")]


def test_the_owner_of_a_key_is_limited_and_the_others_are_not(models: Path, tmp_path: Path) -> None:
    settings = {
        "SEQSERVE_API_KEYS": f"shop:{SHOP[1]},lab:{LAB[1]}",
        "SEQSERVE_KEY_REQUESTS_PER_SECOND": "0.2",
        "SEQSERVE_KEY_ITEMS_PER_SECOND": "1",
    }
    with running(models, tmp_path, **settings) as service:

        def ask(key: str, items: int = 1) -> httpx.Response:
            return service.client.post("/forecast", json={"series": SERIES * items}, headers={"X-API-Key": key})

        assert [ask(SHOP[0]).status_code for _ in range(2)] == [200, 200]
        refused = ask(SHOP[0])
        assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
        assert refused.json()["type"] == "urn:seqserve:problem:rate-limited"
        assert 1 <= int(refused.headers["retry-after"]) <= 5
        assert [ask(LAB[0], 100).status_code, ask(LAB[0], 1).status_code] == [200, 429]
        assert service.metric("seqserve_rejections_total", task="forecast", reason="rate-limited") == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SEQSERVE_API_KEYS_FILE": "/nowhere/keys"}, "SEQSERVE_API_KEYS_FILE: the file cannot be read"),
        ({"SEQSERVE_ADMIN_TOKENS_FILE": "/dev/null"}, "SEQSERVE_ADMIN_TOKENS_FILE: the file cannot be read"),
        ({"SEQSERVE_KEY_REQUESTS_PER_SECOND": "5"}, "set SEQSERVE_API_KEYS too"),
        ({"SEQSERVE_TRUSTED_PROXIES": "localhost"}, "'localhost' is no address"),
    ],
)
def test_what_cannot_be_is_said_at_the_start(settings: dict[str, str], said: str) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "service"], cwd=CHECKOUT, env={**os.environ, **settings}, capture_output=True, text=True
    )
    assert started.returncode == 2
    assert said in started.stderr
