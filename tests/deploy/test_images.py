from __future__ import annotations

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
DOCKERFILES = ("deploy/Dockerfile", "deploy/Dockerfile.training")

dockerfile = pytest.mark.parametrize("dockerfile", DOCKERFILES)


@dockerfile
def test_what_is_copied_is_there_and_not_ignored(dockerfile: str) -> None:
    copies = re.findall(r"^COPY (?:--chown=\S+ )?(?!--)(.+) \S+$", (CHECKOUT / dockerfile).read_text(), re.M)
    copied = [path for copy in copies for path in copy.split()]
    ignore = (CHECKOUT / ".dockerignore").read_text().split()

    assert copied
    for path in copied:
        assert (CHECKOUT / path).exists()
        assert f"!{path}" in ignore


@dockerfile
def test_packages_are_installed_by_their_hashes_only(dockerfile: str) -> None:
    installs = re.findall(r"pip --python [\s\S]*? -r \S+", (CHECKOUT / dockerfile).read_text())

    assert installs
    assert all("--require-hashes" in install for install in installs)


@dockerfile
def test_no_image_runs_as_root(dockerfile: str) -> None:
    assert re.findall(r"^USER (\S+)$", (CHECKOUT / dockerfile).read_text(), re.M) == ["10001:10001"]


def test_all_images_begin_with_the_same_pinned_one() -> None:
    bases = {re.search(r"^ARG BASE=(\S+)$", (CHECKOUT / path).read_text(), re.M)[1] for path in DOCKERFILES}  # type: ignore[index]
    bases.add(yaml.safe_load((CHECKOUT / "bentofile.yaml").read_text())["docker"]["base_image"])

    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+@sha256:[0-9a-f]{64}", bases.pop())


@pytest.mark.parametrize(("status", "is_healthy"), [(200, True), (503, False)])
def test_the_health_check_asks_the_service_itself_whatever_proxy_there_is(status: int, is_healthy: bool) -> None:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

    written = re.search(r"^HEALTHCHECK [^[]*CMD (\[.*\])$", (CHECKOUT / "deploy/Dockerfile").read_text(), re.M)
    assert written
    _, *arguments = json.loads(written[1])
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        environment = {"PORT": str(server.server_port), "http_proxy": "http://127.0.0.1:9"}
        ran = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True)
        server.shutdown()
    assert (ran.returncode == 0) is is_healthy


def test_no_tensorflow_is_served() -> None:
    served = (CHECKOUT / "requirements/serve.txt").read_text()

    assert "requirements/serve.txt" in (CHECKOUT / "deploy/Dockerfile").read_text()
    assert not re.search(r"^(tensorflow|keras|torch|jax)", served, re.M)
