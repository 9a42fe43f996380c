"""Public files: the own folder first, then the cache, then the address; only the pinned content is used."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from training.core.download import DataError, Member, PublicFile

CONTENT = b"Date,Open\n2020-01-01,1\n"
PINNED = hashlib.sha256(CONTENT).hexdigest()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a server with the file."""
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.csv").write_bytes(CONTENT)
    handler = partial(Quiet, directory=str(tmp_path / "public"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQSERVE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SEQSERVE_DATA", raising=False)


def test_a_file_is_fetched_once(address: str, tmp_path: Path) -> None:
    file = PublicFile("x/a.csv", f"{address}/a.csv", PINNED)
    assert file.read() == CONTENT
    (tmp_path / "public" / "a.csv").unlink()
    assert file.read() == CONTENT


def test_a_damaged_cache_is_fetched_again(address: str, tmp_path: Path) -> None:
    file = PublicFile("x/a.csv", f"{address}/a.csv", PINNED)
    file.read()
    (tmp_path / "cache" / "x" / "a.csv").write_bytes(b"damaged")
    assert file.read() == CONTENT


def test_another_file_at_the_address_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not the file that was pinned.*SEQSERVE_DATA"):
        PublicFile("x/a.csv", f"{address}/a.csv", "0" * 64).read()
    assert not (tmp_path / "cache" / "x" / "a.csv").exists()


def test_ones_own_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own" / "x").mkdir(parents=True)
    (tmp_path / "own" / "x" / "a.csv").write_bytes(b"mine")
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path / "own"))
    assert PublicFile("x/a.csv", "http://127.0.0.1:1/a.csv", PINNED).read() == b"mine"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/a.csv", None])
def test_without_a_connection_the_error_says_what_to_do(url: str | None) -> None:
    with pytest.raises(DataError, match=r"get a\.csv \(Yahoo\), put it at x/a\.csv below a folder.*SEQSERVE_DATA"):
        PublicFile("x/a.csv", url, PINNED, hint="Yahoo").read()


def packed(ending: str) -> bytes:
    """An archive that holds `a/a.csv`."""
    archive = io.BytesIO()
    if ending == "zip":
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("a/a.csv", CONTENT)
    else:
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            info = tarfile.TarInfo("a/a.csv")
            info.size = len(CONTENT)
            tar.addfile(info, io.BytesIO(CONTENT))
    return archive.getvalue()


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_a_file_is_taken_out_of_its_archive_unless_it_lies_in_ones_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    content = packed(ending)
    (tmp_path / "public").write_bytes(content)
    archive = PublicFile(f"x/a.{ending}", (tmp_path / "public").as_uri(), hashlib.sha256(content).hexdigest())
    file = Member(archive, "a/a.csv", loose="y/a.csv")
    assert file.read() == CONTENT
    (tmp_path / "own" / "y").mkdir(parents=True)
    (tmp_path / "own" / "y" / "a.csv").write_bytes(b"mine")
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path / "own"))
    assert file.read() == b"mine"


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
@pytest.mark.parametrize("damage", ["another name", "cut short", "no archive"])
def test_an_archive_that_does_not_hold_the_file_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, damage: str
) -> None:
    content = {"another name": packed(ending), "cut short": packed(ending)[:-30], "no archive": b"<html>"}[damage]
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / f"a.{ending}").write_bytes(content)
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path))
    name = "a/b.csv" if damage == "another name" else "a/a.csv"
    with pytest.raises(DataError, match=rf"x/a\.{ending} holds no {name}; get a\.{ending}, put it at .*SEQSERVE_DATA"):
        Member(PublicFile(f"x/a.{ending}"), name, loose="y/a.csv").read()
