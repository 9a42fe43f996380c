from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seqserve.registry import artifact, files
from seqserve.registry.store import Store
from testing import tiny


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as found:
        os.chdir(path.parent)  # the name of a socket is short
        found.bind(path.name)


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(path), _socket],
)
def test_what_is_no_regular_file_is_an_error_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object]
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "file")
    with pytest.raises(OSError):  # noqa: PT011, which one depends on what it is
        files.read(tmp_path / "file", 100)


def test_a_file_is_read_up_to_a_size(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert files.read(tmp_path / "file", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes") as caught:
        files.read(tmp_path / "file", 4)
    assert caught.value.errno == errno.EFBIG


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in (tmp_path, tmp_path / "fifo"):
        with pytest.raises(OSError, match="no regular file"):
            files.read(path, 1)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.usefixtures("umask")
def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    root = tmp_path / "models"
    key = tiny.publish(root)
    artifact.publish(root, tiny.release())
    Store(root).label(key, "canary", share=0.5)
    Store(root).set_default("forecast", "tiny")
    modes = {path: path.stat().st_mode & 0o777 for path in (root, *root.rglob("*"))}
    assert {oct(mode) for path, mode in modes.items() if path.is_dir()} == {"0o755"}
    assert {oct(mode) for path, mode in modes.items() if path.is_file()} == {"0o644"}
    assert root / "forecast" / "tiny" / "shares.json" in modes
