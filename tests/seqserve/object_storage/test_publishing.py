from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from seqserve.object_storage import publishing, remote_store
from seqserve.object_storage.address import Address
from seqserve.object_storage.errors import StorageError
from seqserve.object_storage.objects import Objects
from seqserve.registry import artifact
from testing import tiny

slow = pytest.mark.slow  # the server takes seconds to start


def test_a_folder_is_published_to_as_ever(tmp_path: Path) -> None:
    published = publishing.publish(tmp_path, tiny.release())
    assert artifact.read(tmp_path / "forecast/tiny/1") == published


@slow
def test_the_manifest_is_written_last(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    write = Objects.write
    monkeypatch.setattr(
        Objects, "write", lambda self, path, content: (written.append(path), write(self, path, content))
    )
    publishing.publish(address, tiny.release())
    assert len(written) > 4
    assert written[-1] == "forecast/tiny/1/manifest.json"


@slow
def test_jobs_that_publish_at_once_take_different_numbers(address: Address, cache: Path) -> None:
    with ThreadPoolExecutor(4) as jobs:
        made = list(jobs.map(lambda _: publishing.publish(address, tiny.release()).manifest, range(4)))
    assert sorted(manifest.version for manifest in made) == ["1", "2", "3", "4"]
    store = remote_store.opened(address)
    assert [store.read(key).manifest.digest for key in store.released()] == [
        manifest.digest for manifest in sorted(made, key=lambda manifest: manifest.version)
    ]


@slow
def test_jobs_that_are_let_claim_the_same_number_are_told(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Objects.write

    def overwritten(objects: Objects, path: str, content: bytes) -> bool:
        write(objects, path, content)
        return True

    def beside_another(objects: Objects, path: str, content: bytes) -> None:
        write(objects, path, content)
        write(objects, "forecast/tiny/1/.publishing", b"another job's")

    monkeypatch.setattr(Objects, "create", overwritten)
    monkeypatch.setattr(Objects, "write", beside_another)
    with pytest.raises(StorageError, match="another job publishes under the same number"):
        publishing.publish(address, tiny.release())
    assert "forecast/tiny/1/manifest.json" not in Objects(address).listed()


@slow
def test_the_number_of_a_job_that_died_is_not_taken_again(address: Address, s3: Any) -> None:
    s3.pipe_file(f"{address.place}/forecast/tiny/3/.publishing", b"")
    assert publishing.publish(address, tiny.release()).manifest.version == "4"


@slow
def test_a_storage_is_tried_before_hours_are_spent(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    publishing.check(address)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another one")
    with pytest.raises(StorageError, match="the object storage cannot be listed"):
        publishing.check(address)


def test_a_web_server_is_only_read() -> None:
    with pytest.raises(StorageError, match="a web server is read only"):
        publishing.check(Address("http", "127.0.0.1:9/models"))
