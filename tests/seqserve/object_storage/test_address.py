from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from seqserve.object_storage import address
from seqserve.object_storage.address import Address, parse


@pytest.mark.parametrize(
    ("text", "scheme", "place"),
    [
        ("s3://releases", "s3", "releases"),
        ("s3://releases/models/", "s3", "releases/models"),
        ("gs://releases/a/b", "gs", "releases/a/b"),
        ("az://container/models", "az", "container/models"),
        ("https://models.example.org:8443/tree", "https", "models.example.org:8443/tree"),
    ],
)
def test_an_address_is_read(text: str, scheme: str, place: str) -> None:
    found = parse(text)
    assert found == Address(scheme, place)
    assert str(found) == text.rstrip("/")


@pytest.mark.parametrize("text", ["models", "/models", "C:/models", "s3", "a/s3:/b"])
def test_anything_else_is_a_folder(text: str) -> None:
    assert parse(text) == Path(text)


@pytest.mark.parametrize(
    "text",
    [
        "s3://",
        "ftp://host/models",
        "s3://key:hunter2@releases/models",
        "https://user:hunter2@host/tree",
        "https://host/tree?sig=hunter2",
        "https://host/tree#hunter2",
        "s3://releases/../other",
        "s3://releases//models",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="s3://BUCKET/PREFIX") as refused:
        parse(text)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("scheme", "package"), [("s3", "s3fs"), ("gs", "gcsfs"), ("az", "adlfs"), ("https", "aiohttp")]
)
def test_a_missing_package_is_named(scheme: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Address(scheme, "releases").check_installed()
    monkeypatch.setattr(address, "find_spec", lambda name: None if name == package else find_spec(name))
    with pytest.raises(ValueError, match=rf"{package}, not installed here: pip install 'seqserve\[objects\]'"):
        Address(scheme, "releases").check_installed()
