from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from seqserve.errors import ArtifactError
from seqserve.object_storage import publishing
from seqserve.object_storage.address import Address
from seqserve.object_storage.errors import StorageError
from seqserve.object_storage.mirror import Mirror
from seqserve.object_storage.objects import Objects
from seqserve.registry import artifact
from seqserve.registry.signatures import Signer, TrustedKeys
from seqserve.registry.store import Key, Store
from testing import tiny

pytestmark = pytest.mark.slow  # the server takes seconds to start

FIRST, SECOND = (Key("forecast", "tiny", version) for version in "12")


class Counted(Objects):
    """Objects that count what is read, and lose their connection where they are told to."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self.got: list[str] = []
        self.lost_before = ""

    def read(self, path: str) -> bytes:
        self.got.append(path)
        return super().read(path)

    def download(self, paths: Mapping[str, Path]) -> None:
        if self.lost_before and any(path.startswith(self.lost_before) for path in paths):
            raise StorageError("the object storage cannot be read", "the connection is lost")
        self.got += paths
        super().download(paths)


@pytest.fixture
def objects(address: Address) -> Counted:
    return Counted(address)


@pytest.fixture
def mirror(objects: Counted, cache: Path) -> Mirror:
    return Mirror(objects, cache)


def released(mirror: Mirror) -> list[Key]:
    """The versions of the copy, each of which is good."""
    store = Store(mirror.root)
    for key in store.released():
        store.read(key)
    return store.released()


def test_a_version_is_copied_whole_and_only_once(address: Address, objects: Counted, mirror: Mirror) -> None:
    published = publishing.publish(address, tiny.release())
    mirror.sync()
    assert Store(mirror.root).read(FIRST) == published
    objects.got.clear()
    mirror.sync()
    Mirror(objects, mirror.root.parents[1]).sync()  # in another process, or after a restart
    assert objects.got == []


def test_a_version_of_which_only_a_part_is_uploaded_is_not_seen(address: Address, mirror: Mirror, s3: Any) -> None:
    publishing.publish(address, tiny.release())
    other = f"{address.place}/forecast/tiny/2"
    s3.copy(f"{address.place}/forecast/tiny/1/model.onnx", f"{other}/model.onnx")
    assert mirror.sync().refused == {}
    assert released(mirror) == [FIRST]


def test_a_damaged_upload_is_refused_until_it_is_mended(
    address: Address, objects: Counted, mirror: Mirror, s3: Any
) -> None:
    for _ in range(2):
        publishing.publish(address, tiny.release())
    model = f"{address.place}/forecast/tiny/1/model.onnx"
    good = s3.cat_file(model)
    s3.pipe_file(model, good[:-1] + b"?")
    [(_, reason)] = mirror.sync().refused.values()
    assert "model.onnx has SHA-256" in reason
    assert released(mirror) == [SECOND]
    objects.got.clear()
    mirror.sync(1e-9)
    assert objects.got == []  # what was refused is not fetched again
    s3.pipe_file(model, good)
    assert mirror.sync(1e-9).refused == {}
    assert released(mirror) == [FIRST, SECOND]


def test_a_version_that_lacks_a_file_is_refused(address: Address, mirror: Mirror, s3: Any) -> None:
    for _ in range(2):
        publishing.publish(address, tiny.release())
    s3.rm_file(f"{address.place}/forecast/tiny/2/model.onnx")
    [(_, reason)] = mirror.sync().refused.values()
    assert "version 2 is incomplete: it has no model.onnx" in reason
    assert released(mirror) == [FIRST]


def test_a_version_never_changes(address: Address, mirror: Mirror, s3: Any) -> None:
    publishing.publish(address, tiny.release())
    mirror.sync()
    before = Store(mirror.root).read(FIRST)
    manifest = f"{address.place}/forecast/tiny/1/manifest.json"
    content = s3.cat_file(manifest)
    s3.pipe_file(manifest, content.replace(b'"seed": ', b'"seed": 1'))
    [(_, reason)] = mirror.sync().refused.values()
    assert "has changed, though a version never does" in reason
    assert Store(mirror.root).read(FIRST) == before
    s3.pipe_file(manifest, content)
    assert mirror.sync().refused == {}


def test_a_signature_that_comes_later_is_copied(
    address: Address, objects: Counted, mirror: Mirror, s3: Any, tmp_path: Path
) -> None:
    publishing.publish(address, tiny.release())
    mirror.sync()
    trusted = TrustedKeys.parse(Signer.generate(tmp_path / "ours.pem", "ours"))
    content = artifact.signatures(Store(mirror.root).directory(FIRST), Signer.read(tmp_path / "ours.pem"))
    with pytest.raises(ArtifactError, match="not signed"):
        Store(mirror.root, trusted).read(FIRST)
    signature = f"{address.place}/forecast/tiny/1/manifest.sig"
    objects.got.clear()
    s3.pipe_file(signature, content)
    mirror.sync()
    assert Store(mirror.root, trusted).read(FIRST)
    assert objects.got == ["forecast/tiny/1/manifest.json", "forecast/tiny/1/manifest.sig"]
    s3.pipe_file(signature, b" " * 2**17)
    [(_, reason)] = mirror.sync().refused.values()
    assert "manifest.sig has 131,072 bytes" in reason
    s3.rm_file(signature)
    assert mirror.sync().refused == {}
    assert not (Store(mirror.root).directory(FIRST) / "manifest.sig").exists()


def test_labels_shares_and_defaults_move(address: Address, mirror: Mirror, s3: Any) -> None:
    for _ in range(2):
        publishing.publish(address, tiny.release())
    store = Store(mirror.root)

    def put(path: str, content: object) -> None:
        s3.pipe_file(f"{address.place}/forecast/{path}", json.dumps(content).encode())
        mirror.sync()

    put("tiny/labels.json", {"stable": "1", "canary": "2"})
    put("tiny/shares.json", {"canary": 0.25})
    put("labels.json", {"default": "tiny"})
    assert store.labels("forecast", "tiny") == {"stable": "1", "canary": "2"}
    assert store.shares("forecast", "tiny") == {"canary": 0.25}
    assert store.resolve("forecast") == FIRST
    put("tiny/labels.json", {"stable": "2"})
    assert store.resolve("forecast") == SECOND
    s3.rm_file(f"{address.place}/forecast/tiny/shares.json")
    mirror.sync()
    assert store.shares("forecast", "tiny") == {}


def test_a_file_of_labels_too_large_to_be_one_is_refused(address: Address, mirror: Mirror, s3: Any) -> None:
    publishing.publish(address, tiny.release())
    s3.pipe_file(f"{address.place}/forecast/tiny/labels.json", b" " * 2**21)
    [(_, reason)] = mirror.sync().refused.values()
    assert "2,097,152 bytes" in reason
    assert released(mirror) == [FIRST]


def test_a_removed_version_is_removed(address: Address, mirror: Mirror, s3: Any) -> None:
    for _ in range(2):
        publishing.publish(address, tiny.release())
    mirror.sync()
    s3.rm(f"{address.place}/forecast/tiny/1", recursive=True)
    mirror.sync()
    assert released(mirror) == [SECOND]


def test_an_empty_storage_empties_no_copy(address: Address, mirror: Mirror, s3: Any) -> None:
    publishing.publish(address, tiny.release())
    mirror.sync()
    s3.rm(address.place, recursive=True)
    with pytest.raises(StorageError, match="there is no version at this address"):
        mirror.sync()
    assert released(mirror) == [FIRST]


def test_a_tree_is_seen_when_it_is_whole(address: Address, objects: Counted, mirror: Mirror) -> None:
    for name in ("tiny", "zebra"):
        publishing.publish(address, tiny.release(name))
    objects.lost_before = "forecast/zebra"
    with pytest.raises(StorageError, match="the connection is lost"):
        mirror.sync()
    assert not mirror.root.exists()
    objects.lost_before = ""
    objects.got.clear()
    mirror.sync()
    assert released(mirror) == [FIRST, Key("forecast", "zebra", "1")]
    assert not any(path.startswith("forecast/tiny") for path in objects.got)


def test_a_copy_that_was_damaged_is_fetched_again(address: Address, objects: Counted, mirror: Mirror) -> None:
    for _ in range(2):
        publishing.publish(address, tiny.release())
    mirror.sync()
    (mirror.root / "forecast/tiny/1/model.onnx").write_bytes(b"?")
    (mirror.root / "forecast/tiny/2/manifest.json").unlink()
    Mirror(objects, mirror.root.parents[1]).sync()
    assert released(mirror) == [FIRST, SECOND]


def test_a_copy_that_was_removed_is_made_again(address: Address, mirror: Mirror) -> None:
    publishing.publish(address, tiny.release())
    mirror.sync()
    shutil.rmtree(mirror.root)
    mirror.sync()
    assert released(mirror) == [FIRST]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"checked": 1, "other": 2}'])
def test_a_copy_without_its_state_is_compared(
    content: bytes, address: Address, objects: Counted, mirror: Mirror
) -> None:
    publishing.publish(address, tiny.release())
    mirror.sync()
    (mirror.root.parent / "state.json").write_bytes(content)
    objects.got.clear()
    mirror.sync()
    assert objects.got == ["forecast/tiny/1/manifest.json"]
    assert released(mirror) == [FIRST]


def test_of_several_processes_one_looks_each_time(address: Address, objects: Counted, mirror: Mirror) -> None:
    publishing.publish(address, tiny.release())
    looked = mirror.sync()
    publishing.publish(address, tiny.release())
    assert Mirror(objects, mirror.root.parents[1]).sync(older_than=60) == looked
    assert released(mirror) == [FIRST]


def test_addresses_do_not_share_a_copy(address: Address, mirror: Mirror, cache: Path) -> None:
    other = Address("s3", f"{address.place}-other")
    publishing.publish(address, tiny.release())
    publishing.publish(other, tiny.release("other"))
    mirror.sync()
    another = Mirror(Objects(other), cache)
    another.sync()
    assert released(mirror) == [FIRST]
    assert released(another) == [Key("forecast", "other", "1")]


def test_a_bucket_that_is_not_there_is_told(address: Address, cache: Path) -> None:
    with pytest.raises(StorageError, match="the object storage cannot be listed"):
        Mirror(Objects(Address("s3", "nowhere/models")), cache).sync()


def test_a_cache_that_cannot_be_written_is_told(objects: Counted, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="the copy of the models tree cannot be written"):
        Mirror(objects, tmp_path / "file").sync()
