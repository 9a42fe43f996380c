from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqserve.object_storage import web_index
from seqserve.object_storage.address import Address
from seqserve.registry.store import Store
from service.model_registry.mirroring import Mirroring, opened
from service.monitoring.metrics import MODELS_SYNCED, MODELS_UNSYNCED
from service.settings import Settings
from testing import tiny
from testing.web_server import web_server


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tiny.publish(tmp_path / "models")
    web_index.write(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def mirroring(root: Path, tmp_path: Path) -> Iterator[Mirroring]:
    """A copy of a tree behind a web server, after its first look."""
    with web_server(tmp_path) as host:
        settings = Settings(
            models=Address("http", f"{host}/models"), models_cache=tmp_path / "cache", models_sync_seconds=3600
        )
        _, mirroring = opened(settings)
        assert mirroring is not None
        mirroring.sync()
        yield mirroring
        mirroring.close()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "service.model_registry.mirroring"]


def test_a_folder_needs_no_copy(tmp_path: Path) -> None:
    store, mirroring = opened(Settings(models=tmp_path))
    assert type(store) is Store
    assert store.root == tmp_path
    assert mirroring is None


def test_trouble_is_told_once_and_so_is_its_end(
    root: Path, mirroring: Mirroring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    index = root / web_index.INDEX
    index.rename(root / "away")
    read = MODELS_SYNCED._value.get()
    for older_than in (0, 0, 3600):  # the last finds the look before the trouble, as a late thread does
        mirroring.sync(older_than)
    [trouble] = told(caplog)
    assert "the object storage cannot be listed" in trouble
    assert "what was copied serves on" in trouble
    assert MODELS_SYNCED._value.get() == read
    assert mirroring.store.resolve("forecast").version == "1"
    (root / "away").rename(index)
    for _ in range(2):
        mirroring.sync()
    assert told(caplog)[1:] == ["the object storage is read again"]
    assert MODELS_SYNCED._value.get() > read


def test_what_is_refused_is_told_once_and_counted(
    root: Path, mirroring: Mirroring, caplog: pytest.LogCaptureFixture
) -> None:
    tiny.publish(root)
    (root / "forecast/tiny/2/model.onnx").write_bytes(b"half")
    web_index.write(root)
    for _ in range(2):
        mirroring.sync()
    [refused] = told(caplog)
    assert refused.startswith("not copied from the object storage: forecast/tiny version 2 is damaged")
    assert MODELS_UNSYNCED._value.get() == 1
