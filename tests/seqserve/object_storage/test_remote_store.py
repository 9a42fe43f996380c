from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import seqserve.__main__
from seqserve.errors import ArtifactError, LabelError
from seqserve.object_storage import publishing, remote_store
from seqserve.object_storage.address import Address
from seqserve.object_storage.errors import StorageError
from seqserve.registry.audit import Author
from seqserve.registry.signatures import Signer, TrustedKeys
from seqserve.registry.store import Key, Store
from testing import tiny
from testing.seaweed import SECRET, Seaweed

pytestmark = pytest.mark.slow  # the server takes seconds to start

FIRST, SECOND = (Key("forecast", "tiny", version) for version in "12")


@pytest.fixture
def store(address: Address, cache: Path) -> Store:
    for _ in range(2):
        publishing.publish(address, tiny.release())
    return remote_store.opened(address)


def test_a_folder_is_opened_as_it_is(tmp_path: Path) -> None:
    assert type(remote_store.opened(tmp_path)) is Store


def test_a_label_moves_in_the_storage_and_in_the_copy(store: Store, address: Address, s3: Any) -> None:
    store.label(FIRST, "stable", even_if_worse=True)
    store.label(SECOND, "canary", share=0.1)
    store.set_default("forecast", "tiny")
    assert store.labels("forecast", "tiny") == {"stable": "1", "canary": "2"}
    model = f"{address.place}/forecast/tiny"
    assert json.loads(s3.cat_file(f"{model}/labels.json")) == {"stable": "1", "canary": "2"}
    assert json.loads(s3.cat_file(f"{model}/shares.json")) == {"canary": 0.1}
    assert json.loads(s3.cat_file(f"{address.place}/forecast/labels.json")) == {"default": "tiny"}


def test_each_change_is_recorded_as_an_object(store: Store, address: Address, s3: Any) -> None:
    anna = Author("anna", "http", "request-1")
    store.label(FIRST, "stable", even_if_worse=True, author=anna)
    store.label(FIRST, "canary", author=anna)
    store.unlabel("forecast", "tiny", "canary", anna)
    assert store.labels("forecast", "tiny") == {"stable": "1"}
    assert json.loads(s3.cat_file(f"{address.place}/forecast/tiny/labels.json")) == {"stable": "1"}
    recorded = [json.loads(s3.cat_file(path)) for path in sorted(s3.find(f"{address.place}/audit"))]
    assert [line["event"] for line in recorded] == ["label moved", "label moved", "label removed"]
    assert {line["caller"] for line in recorded} == {"anna"}
    store.fetch()
    assert store.tasks() == ["forecast"]


def test_a_version_is_signed_in_the_storage_and_in_the_copy(
    store: Store, address: Address, s3: Any, tmp_path: Path
) -> None:
    key = tmp_path / "ci.pem"
    trusted = TrustedKeys.parse(Signer.generate(key, "ci"))
    signing = ["sign", "forecast/tiny@1", "--key", str(key)]
    assert seqserve.__main__.main(["--models", str(address), "models", *signing]) == 0
    version = f"{address.place}/forecast/tiny/1"
    trusted.check(s3.cat_file(f"{version}/manifest.json"), s3.cat_file(f"{version}/manifest.sig"))
    store.trusted = trusted
    assert store.read(FIRST)
    with pytest.raises(ArtifactError, match="is not signed"):
        store.read(SECOND)


def test_what_others_have_labelled_meanwhile_stays(store: Store, address: Address, s3: Any) -> None:
    labels = f"{address.place}/forecast/tiny/labels.json"
    s3.pipe_file(labels, b'{"trial": "1"}')
    store.label(SECOND, "stable", even_if_worse=True)
    assert json.loads(s3.cat_file(labels)) == {"trial": "1", "stable": "2"}


def test_two_that_label_at_once_are_not_lost_in_silence(store: Store, address: Address, s3: Any) -> None:
    labels = f"{address.place}/forecast/tiny/labels.json"
    changing = store.changing(store.root / "forecast/tiny")
    changing.__enter__()
    s3.pipe_file(labels, b'{"trial": "1"}')
    (store.root / "forecast/tiny/labels.json").write_text('{"stable": "2"}')
    with pytest.raises(StorageError, match="move the label again"):
        changing.__exit__(None, None, None)
    assert json.loads(s3.cat_file(labels)) == {"trial": "1"}
    assert store.labels("forecast", "tiny") == {}


def test_a_label_that_may_not_move_moves_nowhere(store: Store, address: Address, s3: Any) -> None:
    with pytest.raises(LabelError):
        store.label(FIRST, "canary", share=2)
    assert not s3.exists(f"{address.place}/audit")
    assert not s3.exists(f"{address.place}/forecast/tiny/labels.json")


def test_who_may_only_read_moves_nothing(
    store: Store, address: Address, server: Seaweed, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.label(FIRST, "stable", even_if_worse=True)
    for name, value in server.environment("reader").items():
        monkeypatch.setenv(name, value)
    reader = remote_store.opened(address)
    with pytest.raises(StorageError, match="the object storage cannot be written") as refused:
        reader.label(SECOND, "stable", even_if_worse=True)
    assert SECRET not in str(refused.value)
    assert reader.labels("forecast", "tiny") == {"stable": "1"}


def test_the_command_line_works_on_a_storage(
    store: Store, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> str:
        assert seqserve.__main__.main(["--models", str(address), "models", *arguments]) == 0
        return capsys.readouterr().out

    run("label", "forecast/tiny", "stable", "2", "--even-if-worse")
    rows = [line.split("\t")[:3] for line in run("list").splitlines()]
    assert rows == [["forecast/tiny", "1", ""], ["forecast/tiny", "2", "stable,default"]]
    assert run("verify").count("ok\t") == 2


def test_a_storage_that_is_down_is_told(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2hunter2")
    assert seqserve.__main__.main(["--models", "s3://releases/models", "models", "list"]) == 1
    said = capsys.readouterr().err
    assert "the object storage cannot be listed" in said
    assert "hunter2" not in said
