from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import seqserve.__main__
from seqserve.object_storage import remote_store, web_index
from seqserve.object_storage.address import Address
from seqserve.object_storage.errors import StorageError
from seqserve.registry.store import Key
from testing import tiny
from testing.web_server import web_server

FIRST, SECOND = (Key("forecast", "tiny", version) for version in "12")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tiny.publish(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def address(root: Path) -> Iterator[Address]:
    """The tree behind a web server."""
    with web_server(root.parent) as host:
        yield Address("http", f"{host}/models")


def test_a_tree_behind_a_web_server_is_read_by_its_index(root: Path, address: Address, cache: Path) -> None:
    web_index.write(root)
    store = remote_store.opened(address)
    assert store.resolve("forecast") == FIRST
    store.read(FIRST)
    tiny.publish(root)
    store.fetch()
    assert store.resolve("forecast") == FIRST  # until the index is written
    web_index.write(root)
    store.fetch()
    assert store.resolve("forecast") == SECOND


def test_no_label_moves_behind_a_web_server(root: Path, address: Address, cache: Path) -> None:
    web_index.write(root)
    with pytest.raises(StorageError, match="a web server is read only"):
        remote_store.opened(address).label(FIRST, "canary")


def test_a_missing_index_is_told_with_the_command_that_writes_it(address: Address, cache: Path) -> None:
    with pytest.raises(StorageError, match="'python -m seqserve models index' writes it"):
        remote_store.opened(address)


def test_the_command_writes_the_index(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "forecast/tiny/.publishing-x").mkdir()
    assert seqserve.__main__.main(["--models", str(root), "models", "index"]) == 0
    listed = json.loads((root / "index.json").read_text())["files"]
    assert {"forecast/tiny/labels.json", "forecast/tiny/1/manifest.json"} < listed.keys()
    assert not any(".publishing" in path for path in listed)
    assert str(len(listed)) in capsys.readouterr().out
