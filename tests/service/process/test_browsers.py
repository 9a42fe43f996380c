from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from testing import tiny
from testing.service_process import CHECKOUT, Running, running

pytestmark = pytest.mark.slow

PAGE = "https://pages.example.org"
OTHER = "https://evil.example.org"
SERIES = [{"values": tiny.values(8)}]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("shared")
    tiny.publish(directory / "models")
    origins = f"{PAGE}, http://localhost:8080"
    with running(directory / "models", directory, SEQSERVE_CORS_ORIGINS=origins, SEQSERVE_MAX_ITEMS="2") as found:
        yield found


def test_every_answer_is_safe_for_browsers(service: Running) -> None:
    for method, path in (
        ("GET", "/livez"),
        ("GET", "/models"),
        ("GET", "/nothing"),
        ("GET", "/docs"),
        ("DELETE", "/forecast"),
        ("POST", "/forecast"),
    ):
        headers = service.client.request(method, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert len(headers.get_list("content-security-policy")) == 1
        assert headers["x-request-id"]


def test_predictions_are_not_kept_by_caches(service: Running) -> None:
    assert service.forecast(SERIES).headers["cache-control"] == "no-store"
    assert service.forecast([]).headers["cache-control"] == "no-store"


def test_other_pages_may_not_ask_by_default(service: Running) -> None:
    for found in (
        service.client.post("/forecast", json={"series": SERIES}, headers={"Origin": PAGE}),
        service.client.options("/forecast", headers={"Origin": PAGE, "Access-Control-Request-Method": "POST"}),
    ):
        assert not [name for name in found.headers if name.startswith("access-control")]


def test_a_configured_page_may_ask_with_its_key_and_read_errors(shared: Running) -> None:
    asked = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, x-api-key",
    }
    allowed = shared.client.options("/forecast", headers=asked)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == PAGE
    assert allowed.headers["x-request-id"]
    for items, status in ((1, 200), (3, 413)):
        found = shared.client.post("/forecast", json={"series": SERIES * items}, headers={"Origin": PAGE})
        assert found.status_code == status
        assert found.headers["access-control-allow-origin"] == PAGE
        assert "x-request-id" in found.headers["access-control-expose-headers"].lower()
    assert shared.client.get("/nothing", headers={"Origin": PAGE}).headers["access-control-allow-origin"] == PAGE


def test_another_page_may_not(shared: Running) -> None:
    asked = {"Origin": OTHER, "Access-Control-Request-Method": "POST"}
    assert shared.client.options("/forecast", headers=asked).status_code == 400
    found = shared.client.post("/forecast", json={"series": SERIES}, headers={"Origin": OTHER})
    assert "access-control-allow-origin" not in found.headers


@pytest.mark.parametrize("wrong", ["pages.example.org", f"{PAGE}/", f"{PAGE},"])
def test_what_is_no_origin_stops_the_start(wrong: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "service"],
        cwd=CHECKOUT,
        env={**os.environ, "SEQSERVE_CORS_ORIGINS": wrong, "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert found.returncode == 2
    assert "cors_origins" in found.stderr
