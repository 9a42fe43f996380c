from __future__ import annotations

import socket
from pathlib import Path

import pytest
from circus.sockets import CircusSocket

from service.server.unix_socket import in_place_of


def made(path: Path, mode: str = "660") -> CircusSocket:
    return in_place_of(CircusSocket("service", "127.0.0.1", 0), path, mode)


def test_the_socket_has_the_mode_and_the_name(tmp_path: Path) -> None:
    listener = made(tmp_path / "socket", "606")
    listener.bind_and_listen()
    assert listener.name == "service"
    assert (tmp_path / "socket").stat().st_mode & 0o777 == 0o606
    listener.close()
    assert not (tmp_path / "socket").exists()


def test_one_that_nobody_listens_on_is_replaced_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    made(path).close()
    assert not path.exists()
    with socket.socket(socket.AF_UNIX) as used:
        used.bind(str(path))
        used.listen()
        with pytest.raises(OSError, match="another service"):
            made(path)
    path.unlink()
    path.write_text("a file")
    with pytest.raises(OSError, match="no socket"):
        made(path)
    assert path.read_text() == "a file"
