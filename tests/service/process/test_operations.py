from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from openapi_spec_validator import validate

from seqserve.registry.label_files import LABELS
from testing import tiny
from testing.live_models import eventually
from testing.service_process import CHECKOUT, Running, running

pytestmark = pytest.mark.slow

GOOD = tiny.values(8)


def test_no_tensorflow_in_the_process(service: Running) -> None:
    service.forecast([{"values": GOOD, "start": "2020-01-01", "frequency": "D"}])
    for process in service.workers():
        mapped = Path("/proc", str(process.pid), "maps").read_text()
        assert "tensorflow" not in mapped
        assert "keras" not in mapped


def test_no_tensorflow_imported() -> None:
    code = """
import sys
import seqserve.tasks, service.app, service.service
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"tensorflow", "keras", "torch", "jax", "pandas"}))
"""
    found = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_orders_are_taken_on_no_other_port(service: Running) -> None:
    """As BentoML's supervisor does, from every user of the machine."""
    processes = [psutil.Process(service.process.pid), *service.workers()]
    sockets = [found for process in processes for found in process.net_connections("tcp")]
    ports = {found.laddr.port for found in sockets if found.status == psutil.CONN_LISTEN}
    assert ports == {service.client.base_url.port}


def test_health(service: Running) -> None:
    for path in ("/livez", "/readyz"):
        assert service.client.get(path).status_code == 200


def test_models(service: Running) -> None:
    answer = service.client.get("/models")
    older = {"forecast", "sentiment", "translation", "complete"}
    duo, small, *texts = (model for model in answer.json()["models"] if model["task"] in older)
    assert (duo["task"], duo["name"], duo["default"]) == ("forecast", "duo", False)
    assert (small["name"], small["default"], small["labels"]) == ("tiny", True, {"stable": "1", "canary": "2"})
    assert [(model["task"], model["name"], model["default"]) for model in texts] == [
        ("sentiment", "tiny-reviews", True),
        ("sentiment", "topics", False),
        ("translation", "en-de", False),
        ("translation", "en-fr", True),
        ("translation", "french", False),
        ("complete", "tiny-words", True),
    ]
    assert small["data"] == {"name": "random walk", "url": "https://example.org/walk", "licence": "CC0-1.0"}
    assert small["versions"] == [
        {"version": "1", "labels": ["stable"], "loaded": True},
        {"version": "2", "labels": ["canary"], "loaded": True},
    ]


def test_model(service: Running) -> None:
    found = service.client.get("/models/forecast/tiny").json()
    assert (found["version"], found["licence"]) == ("1", "Apache-2.0")
    assert found["data"] == {"name": "random walk", "url": "https://example.org/walk", "licence": "CC0-1.0"}
    assert found["signature"]["window"] == 8
    assert found["signature"]["levels"] == [80, 95]
    assert found["metrics"]["baselines"] == {"last value": {"mase": 1.0}}
    assert [version["labels"] for version in found["versions"]] == [["stable"], ["canary"]]
    assert all(version["metrics"] for version in found["versions"])


def test_openapi_is_valid_and_covers_what_is_served(service: Running) -> None:
    description = service.client.get("/openapi.json").json()
    validate(description)
    for path, operations in description["paths"].items():
        for method, stated in operations.items():
            if path.startswith("/models/") and ("externalDocs" in stated or path.endswith("/accuracy")):
                continue  # a protocol that has no forecasts; and the log of predictions is off
            assert service.client.request(
                method, path.format(task="forecast", name="tiny", label="x", version="1")
            ).status_code not in (
                404,
                405,
            )


def test_docs_need_no_other_host(service: Running) -> None:
    page = service.client.get("/docs")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    references = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert not [reference for reference in references if "//" in reference]
    for reference in references:
        if not reference.startswith("data:"):
            assert service.client.get("/" + reference).status_code == 200, reference


def test_request_ids(service: Running) -> None:
    given = service.client.get("/livez", headers={"X-Request-ID": "abc-1.2_3"})
    assert given.headers["x-request-id"] == "abc-1.2_3"
    for bad in ("a b", "x" * 200, ""):
        assert re.fullmatch(
            "[0-9a-f]{32}", service.client.get("/", headers={"X-Request-ID": bad}).headers["x-request-id"]
        )


def test_log_has_a_line_a_request_and_no_body(service: Running) -> None:
    series = [{"id": "top-secret", "values": GOOD}, {"id": "x", "values": ["hunter2"]}]
    request_id = service.forecast(series).headers["x-request-id"]
    other_id = service.client.get("/models/forecast/tiny?token=hunter3").headers["x-request-id"]
    line = service.logged(request_id)
    assert (line["method"], line["route"], line["status"], line["items"]) == ("POST", "/forecast", 200, 2)
    assert 0 < line["duration_ms"] < 5000
    assert service.logged(other_id)["route"] == "/models/{task}/{name}"
    assert service.log.read_text().count(request_id) == 1
    for secret in ("top-secret", "hunter"):
        assert secret not in service.log.read_text()


def test_metrics_add_up(service: Running) -> None:
    def state() -> dict[str, float]:
        model = {"task": "forecast", "model": "tiny", "version": "1"}
        return {
            "ok": service.metric("seqserve_items_total", outcome="ok", **model),
            "rejected": service.metric("seqserve_items_total", outcome="rejected", **model),
            "200": service.metric("seqserve_requests_total", task="forecast", status="200"),
            "422": service.metric("seqserve_requests_total", task="forecast", status="422"),
            "404": service.metric("seqserve_requests_total", task="forecast", status="404"),
            "refused": service.metric("seqserve_rejections_total", task="forecast", reason="no-such-model"),
            "requests": service.metric("seqserve_request_duration_seconds_count", task="forecast"),
            "batched": service.metric("seqserve_batch_items_sum", task="forecast"),
            "batches": service.metric("seqserve_batch_items_count", task="forecast"),
            "inferred": service.metric("seqserve_stage_duration_seconds_count", task="forecast", stage="infer"),
            "queued": service.metric("seqserve_stage_duration_seconds_count", task="forecast", stage="queue"),
            "waiting": service.metric("seqserve_queue_items", task="forecast"),
            "filled": service.metric("seqserve_filled_values_total", model="tiny"),
            "outside": service.metric("seqserve_out_of_range_values_total", model="tiny"),
        }

    before = state()
    service.forecast([{"values": [None, *GOOD[1:]]}, {"values": []}, {"values": [1000.0, *GOOD[1:]]}])
    service.forecast([{"values": []}])
    service.forecast([{"values": GOOD}], model="client's own words")
    after = state()
    assert {name: after[name] - before[name] for name in after} == {
        "ok": 2,
        "rejected": 2,
        "200": 1,
        "422": 1,
        "404": 1,
        "refused": 1,
        "requests": 3,
        "batched": 2,
        "batches": 1,
        "inferred": 1,
        "queued": 1,
        "waiting": 0,
        "filled": 1,
        "outside": 1,
    }
    assert after["waiting"] == 0
    assert service.metric("seqserve_model_info", model="tiny", version="2", label="canary") == 1
    assert service.metric("seqserve_model_loaded_timestamp_seconds", model="duo", version="1") > 1.7e9
    assert "own words" not in service.client.get("/metrics").text


def test_two_workers_measure_together(tmp_path: Path) -> None:
    tiny.publish(tmp_path / "models")
    with running(tmp_path / "models", tmp_path, WORKERS="2") as service:

        def ask(_: int) -> int:
            # a connection of its own each, so that both workers get some
            answer = service.client.post(
                "/forecast", json={"series": [{"values": GOOD}]}, headers={"Connection": "close"}
            )
            return answer.status_code

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(ask, range(40))) == {200}
        # a request is counted a moment after its answer is out
        eventually(lambda: service.metric("seqserve_requests_total", status="200") == 40)
        assert {service.metric("seqserve_requests_total", status="200") for _ in range(5)} == {40}
        assert service.metric("seqserve_model_info", model="tiny") == 1


def test_damaged_version_is_refused_and_the_others_serve(tmp_path: Path) -> None:
    models = tmp_path / "models"
    tiny.publish(models)
    tiny.publish(models, tiny.release(seed=1), label="canary")
    path = models / "forecast" / "tiny" / "2" / "model.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with running(models, tmp_path) as service:
        assert "model.onnx" in service.log.read_text()
        assert service.forecast([{"values": GOOD}]).status_code == 200
        refused = service.forecast([{"values": GOOD}], version="canary")
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert "/models" not in refused.text
        assert "onnx" not in refused.text
        versions = service.client.get("/models/forecast/tiny").json()["versions"]
        assert [version["loaded"] for version in versions] == [True, False]


@pytest.mark.parametrize("harm", ["flip", "no label", "no models", "labels damaged"])
def test_not_ready_without_default_model(tmp_path: Path, harm: str) -> None:
    models = tmp_path / "models"
    tiny.publish(models, label=None if harm == "no label" else "stable")
    if harm == "flip":
        path = models / "forecast" / "tiny" / "1" / "config.json"
        path.write_bytes(path.read_bytes().replace(b"8", b"9", 1))
    if harm == "no models":
        shutil.rmtree(models)
    if harm == "labels damaged":
        (models / "forecast" / "tiny" / LABELS).write_text("{")
    with running(models, tmp_path, ready=False) as service:
        answer = service.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert service.client.get("/livez").status_code == 200
        assert service.forecast([{"values": GOOD}]).status_code in (404, 503)


def test_deadline_and_slow_upload(tmp_path: Path) -> None:
    tiny.publish(tmp_path / "models")
    with running(tmp_path / "models", tmp_path, SEQSERVE_DEADLINE_SECONDS="0.000001") as service:
        late = service.forecast([{"values": GOOD}] * 500)
        assert late.status_code in (408, 504)
        assert late.headers["content-type"] == "application/problem+json"


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "service"],
        cwd=CHECKOUT,
        env={"PORT": "http", "SEQSERVE_MAX_ITEMS": "0", "SEQSERVE_ADMIN_TOKEN": "hunter2"},
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert found.returncode == 2
    assert "PORT" in found.stderr
    assert "max_items" in found.stderr.lower()
    assert "admin_token" in found.stderr.lower()
    assert "hunter2" not in found.stderr + found.stdout


def test_a_place_that_cannot_be_listened_on_is_said_without_a_trace() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for place, reason in (({"PORT": port}, "in use"), ({"PORT": port, "HOST": "localhost"}, "Invalid host")):
            found = subprocess.run(
                [sys.executable, "-m", "service"],
                cwd=CHECKOUT,
                env={**os.environ, **place},
                capture_output=True,
                text=True,
                timeout=90,
            )
            assert found.returncode == 1
            assert reason in found.stderr
            assert port in found.stderr
            assert "Traceback" not in found.stderr


def test_each_version_has_inputs_to_try_it_on(service: Running) -> None:
    for version in ("1", "stable"):
        found = service.client.get(f"/models/forecast/duo/examples/{version}").json()
        assert (found["model"], found["version"]) == ("duo", "1")
        assert service.forecast([{"values": found["inputs"][0]["values"]}], model="duo").status_code == 200
    for unknown in ("forecast/duo/examples/9", "forecast/none/examples/1", "none/duo/examples/1"):
        refused = service.client.get(f"/models/{unknown}")
        assert refused.status_code == 404
        assert refused.headers["content-type"] == "application/problem+json"
