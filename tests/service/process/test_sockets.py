"""TLS and Unix sockets, with real clients."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from testing import tiny
from testing.certificates import certify
from testing.live_models import OFTEN, eventually
from testing.service_process import CHECKOUT, free_port

pytestmark = [
    pytest.mark.slow,
    # httpcore leaves a Unix socket open that could not be connected
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

BODY = {"series": [{"values": tiny.values(8)}]}


@contextmanager
def started(
    models: Path, client: Callable[[], httpx.Client], **settings: str
) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    """A service that is reached in another way than `testing.service_process` does, and a client for it."""
    environment = {**os.environ, "PORT": str(free_port()), "SEQSERVE_MODELS": str(models), **OFTEN, **settings}
    with (models.parent / "service.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "service"], cwd=CHECKOUT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        with client() as found:
            eventually_up(found)
            yield found, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def eventually_up(client: httpx.Client) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            if client.get("/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service did not start")


def log(models: Path) -> str:
    return (models.parent / "service.log").read_text()


def test_the_service_speaks_tls_and_renews_its_certificate(models: Path, tmp_path: Path) -> None:
    certificate, key = certify(tmp_path, "first")
    port = str(free_port())
    url = f"https://127.0.0.1:{port}"

    def client(trusted: Path = certificate) -> httpx.Client:
        return httpx.Client(base_url=url, timeout=60, verify=ssl.create_default_context(cafile=str(trusted)))

    settings = {"SEQSERVE_TLS_CERTIFICATE": str(certificate), "SEQSERVE_TLS_KEY": str(key), "PORT": port}
    with started(models, client, **settings) as (kept, _):
        assert kept.post("/forecast", json=BODY).status_code == 200
        # large answers, a refused body and a pipelined connection go another way than small ones
        many = {"series": [{"id": str(place), "values": tiny.values(8)} for place in range(2000)]}
        assert len(kept.post("/forecast", json=many).json()["forecasts"]) == 2000
        assert kept.post("/forecast", content=b"x" * (17 * 2**20)).status_code in (413, 415)
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            httpx.get(f"http://127.0.0.1:{port}/livez")  # no TLS
        other = certify(tmp_path, "second")
        trusted = Path(shutil.copy(other[0], tmp_path / "trusted.crt"))
        other[1].replace(key)
        other[0].replace(certificate)
        eventually(lambda: "the certificate is renewed" in log(models))
        with client(trusted) as renewed:
            assert renewed.post("/forecast", json=BODY).status_code == 200
        assert kept.get("/livez").status_code == 200  # connections that are open go on


def test_the_service_listens_on_a_unix_socket(models: Path, tmp_path: Path) -> None:
    path, port = tmp_path / "seqserve.sock", free_port()

    def client() -> httpx.Client:
        return httpx.Client(base_url="http://service", timeout=60, transport=httpx.HTTPTransport(uds=str(path)))

    settings: dict[str, Any] = {"SEQSERVE_UNIX_SOCKET": str(path), "PORT": str(port), "WORKERS": "2"}
    with started(models, client, SEQSERVE_TRUSTED_PROXIES="*", SEQSERVE_LOG_FORMAT="json", **settings) as (found, _):
        assert path.stat().st_mode & 0o777 == 0o660
        headers = {"X-Request-ID": "asked-1", "X-Forwarded-For": "198.51.100.4"}
        assert found.post("/forecast", json=BODY, headers=headers).status_code == 200
        eventually(lambda: '"client":"198.51.100.4"' in log(models))
        assert found.get("/metrics").status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/livez")
    assert not path.exists()
    with started(models, client, **settings) as (found, process):
        again = subprocess.run(
            [sys.executable, "-m", "service"],
            cwd=CHECKOUT,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
        )
        assert again.returncode == 1
        assert "another service listens on it" in again.stderr
        assert found.get("/livez").status_code == 200
        process.kill()  # its socket is left behind
        process.wait()
    assert path.exists()
    with started(models, client, **settings) as (found, _):
        assert found.post("/forecast", json=BODY).status_code == 200


def test_requests_on_a_unix_socket_survive_a_stop(models: Path, tmp_path: Path) -> None:
    path = tmp_path / "seqserve.sock"

    def client() -> httpx.Client:
        return httpx.Client(base_url="http://service", timeout=60, transport=httpx.HTTPTransport(uds=str(path)))

    with started(models, client, SEQSERVE_UNIX_SOCKET=str(path), SEQSERVE_DRAIN_SECONDS="1") as (_, process):
        process.send_signal(signal.SIGTERM)
        statuses = set()
        while process.poll() is None and path.exists():
            with client() as one:
                try:
                    statuses.add(one.post("/forecast", json=BODY).status_code)
                except httpx.ConnectError:
                    break
        assert statuses <= {200, 503}
        assert 503 in statuses
        process.wait(30)
    assert "Traceback" not in log(models)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["SEQSERVE_TLS_KEY"], "set both or none"),
        (["SEQSERVE_TLS_KEY", "SEQSERVE_TLS_CERTIFICATE"], "SEQSERVE_TLS_CERTIFICATE, SEQSERVE_TLS_KEY: No such file"),
    ],
)
def test_files_that_cannot_be_used_are_said_at_the_start(names: list[str], said: str) -> None:
    settings = {**os.environ, **dict.fromkeys(names, "/nowhere")}
    found = subprocess.run(
        [sys.executable, "-m", "service"], cwd=CHECKOUT, env=settings, capture_output=True, text=True
    )
    assert found.returncode == 2
    assert said in found.stderr
