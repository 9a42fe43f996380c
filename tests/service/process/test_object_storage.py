"""The service with its models tree in a real S3 server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seqserve.object_storage import publishing, remote_store
from seqserve.object_storage.address import Address
from seqserve.registry.store import Key, Store
from testing import tiny
from testing.prometheus import until
from testing.seaweed import BUCKET, SECRET, Seaweed, seaweed
from testing.service_process import Running, running

pytestmark = pytest.mark.slow

ADDRESS = Address("s3", f"{BUCKET}/models")
TOKEN = "a token of the tests"
FIRST, SECOND = (Key("forecast", "tiny", version) for version in "12")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


@pytest.fixture
def store(server: Seaweed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The tree, as another machine sees it: forecast/tiny version 1, which is stable."""
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SEQSERVE_MODELS_CACHE", str(tmp_path / "elsewhere"))
    client = server.client()
    if client.exists(ADDRESS.place):
        client.rm(ADDRESS.place, recursive=True)
    publishing.publish(ADDRESS, tiny.release())
    store = remote_store.opened(ADDRESS)
    store.label(FIRST, "stable", even_if_worse=True)
    return store


def serving(tmp_path: Path, **environment: str) -> Any:
    settings = {
        "SEQSERVE_MODELS_CACHE": str(tmp_path / "cache"),
        "SEQSERVE_MODELS_SYNC_SECONDS": "0.2",
        "SEQSERVE_POLL_SECONDS": "0.1",
        "SEQSERVE_ADMIN_TOKEN": TOKEN,
    }
    return running(Path("unused"), tmp_path, **{**settings, "SEQSERVE_MODELS": str(ADDRESS), **environment})


def version(service: Running) -> str:
    answer = service.forecast([{"values": [1.0] * 60}])
    return str(answer.json().get("version"))


def test_versions_appear_and_labels_move_as_on_disk(store: Store, tmp_path: Path) -> None:
    with serving(tmp_path, WORKERS="2") as service:
        assert version(service) == "1"
        publishing.publish(ADDRESS, tiny.release())
        store.fetch()
        store.label(SECOND, "stable", even_if_worse=True)
        until(lambda: [version(service) for _ in range(8)], lambda found: set(found) == {"2"})
        moved = service.client.put(
            "/models/forecast/tiny/labels/stable",
            json={"version": "1", "even_if_worse": True},
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        assert moved.is_success, moved.text
        until(lambda: [version(service) for _ in range(8)], lambda found: set(found) == {"1"})
        store.fetch()
        assert store.labels("forecast", "tiny") == {"stable": "1"}
        assert service.metric("seqserve_models_syncs_total", outcome="ok") > 0
        assert service.metric("seqserve_models_syncs_total", outcome="failed") == 0
        assert service.metric("seqserve_models_synced_timestamp_seconds") > 1e9


def test_a_version_just_published_can_be_labelled_over_http(store: Store, tmp_path: Path) -> None:
    with serving(tmp_path, SEQSERVE_MODELS_SYNC_SECONDS="3600") as service:
        publishing.publish(ADDRESS, tiny.release())
        authorised = {"Authorization": f"Bearer {TOKEN}"}
        path = "/models/forecast/tiny/labels/canary"
        moved = service.client.put(path, json={"version": "2"}, headers=authorised)
        assert moved.json()["labels"] == {"canary": "2", "stable": "1"}
        publishing.publish(ADDRESS, tiny.release("other"))
        refreshed = service.client.post("/models/refresh", headers=authorised).json()
        assert '"other"' in json.dumps(refreshed)


def test_a_damaged_upload_is_told_and_never_served(store: Store, server: Seaweed, tmp_path: Path) -> None:
    publishing.publish(ADDRESS, tiny.release())
    server.client().pipe_file(f"{ADDRESS.place}/forecast/tiny/2/model.onnx", b"half of it")
    with serving(tmp_path) as service:
        until(lambda: service.metric("seqserve_models_unsynced_files"), lambda found: found == 1)
        assert service.metric("seqserve_models_unsynced_files") == 1
        assert version(service) == "1"
        assert (
            service.log.read_text().count("not copied from the object storage: forecast/tiny version 2 is damaged") == 1
        )


def test_a_storage_that_is_down_stops_nothing_and_tells_no_secret(
    store: Store, server: Seaweed, tmp_path: Path
) -> None:
    with serving(tmp_path) as service:
        assert version(service) == "1"
        server.stop()
        until(lambda: service.metric("seqserve_models_syncs_total", outcome="failed"), bool)
        assert version(service) == "1"
        refused = service.client.put(
            "/models/forecast/tiny/labels/canary",
            json={"version": "1"},
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        assert refused.status_code == 409
        assert "127.0.0.1" not in refused.text
    with serving(tmp_path) as service:  # from the copy of the run before
        assert version(service) == "1"
        log = until(service.log.read_text, lambda log: "what was copied serves on" in log)
        assert "the object storage cannot be listed" in log
        assert "what was copied serves on" in log
        assert SECRET not in log
        server.start()
        publishing.publish(ADDRESS, tiny.release())
        fresh = remote_store.opened(ADDRESS)
        fresh.label(SECOND, "stable", even_if_worse=True)
        assert until(lambda: version(service), lambda found: found == "2") == "2"
        assert "the object storage is read again" in service.log.read_text()
