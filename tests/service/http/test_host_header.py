from __future__ import annotations

import pytest

from service.http.host_header import is_right


@pytest.mark.parametrize(
    "host", [b"test", b"test:3000", b"127.0.0.1:80", b"[::1]:3000", b"[fe80::1%25eth0]", b"a_b.example", b""]
)
def test_a_request_names_its_host_once(host: bytes) -> None:
    assert is_right([(b"accept", b"*/*"), (b"host", host)], "1.1")
    assert not is_right([(b"host", host), (b"host", host)], "1.1")


@pytest.mark.parametrize("host", [b"a b", b"a/b", b"user@a", b"a:b", b"[::1", b"a\xff", b"a\t"])
def test_and_it_is_a_host(host: bytes) -> None:
    assert not is_right([(b"host", host)], "1.1")


def test_only_the_old_version_of_http_does_without() -> None:
    assert is_right([], "1.0")
    assert not is_right([], "1.1")
