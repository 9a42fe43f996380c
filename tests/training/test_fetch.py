"""Public files: the own folder first, then the cache, then the address; only the pinned content is used."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from training.datasets.fetch import DataError, PublicFile

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
