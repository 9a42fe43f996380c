from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from seqserve.object_storage.address import Address
from testing.seaweed import BUCKET, Seaweed, seaweed

_numbers = count()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@pytest.fixture
def address(server: Seaweed, monkeypatch: pytest.MonkeyPatch) -> Address:
    """An empty prefix of the server, whose credentials are in the environment."""
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    return Address("s3", f"{BUCKET}/models-{next(_numbers)}")


@pytest.fixture
def s3(server: Seaweed) -> Any:
    """A client of the server, as other programs are."""
    return server.client()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEQSERVE_MODELS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"
