"""What a client may do to a connection, byte by byte."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress

import pytest

from testing import tiny
from testing.raw_http import FORECAST, answer, connected, is_cut, is_dropped_unread, post, statuses
from testing.service_process import Running

pytestmark = pytest.mark.slow

UPGRADES = [
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
    "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n",
    "Connection: close\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n",
]


@pytest.mark.parametrize("headers", UPGRADES)
@pytest.mark.parametrize("parted", [False, True])
def test_a_wish_for_another_protocol_is_ignored(impatient: Running, headers: str, parted: bool) -> None:
    request = post(headers=headers)
    with connected(impatient) as connection:
        if parted:
            connection.sendall(request[: -len(FORECAST)])
            time.sleep(0.2)
            request = FORECAST
        connection.sendall(request)
        status, found, content = answer(connection)
        assert status == 200
        assert len(content["forecasts"]) == 1
        if "close" in headers:
            assert found["connection"] == "close"
            assert is_cut(connection)
        else:
            connection.sendall(post())
            assert answer(connection)[0] == 200


def test_the_body_of_such_a_request_is_not_read_as_another_request(impatient: Running) -> None:
    hidden = b"GET /livez HTTP/1.1\r\nHost: test\r\n\r\n"
    with connected(impatient) as connection:
        last = post(headers="Connection: close\r\n")
        connection.sendall(post(body=hidden, headers=UPGRADES[0]) + post(headers=UPGRADES[0]) + last)
        assert statuses(connection) == [400, 200, 200]
    with connected(impatient) as connection:
        connection.sendall(post(headers="Connection: Upgrade\r\nUpgrade: h2c\r\n")[: -len(FORECAST)])
        time.sleep(0.2)
        connection.sendall(hidden[:10])
        time.sleep(0.2)
        connection.sendall(hidden[10:] + b" " * (len(FORECAST) - len(hidden)))
        assert answer(connection)[0] == 400


def test_a_tunnel_is_refused(impatient: Running) -> None:
    with connected(impatient) as connection:
        connection.sendall(b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n")
        assert answer(connection)[0] == 400
        assert is_cut(connection)


def test_what_is_no_http_is_answered_as_all_errors_are(impatient: Running) -> None:
    with connected(impatient) as connection:
        connection.sendall(b"\x16\x03\x01 this is TLS\r\n\r\n")
        status, headers, content = answer(connection)
        assert (status, content["type"]) == (400, "urn:seqserve:problem:not-http")
        assert headers["content-type"] == "application/problem+json"
        assert is_cut(connection)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /livez HTTP/1.1\r\nHost: test\r\nX-Large: " + b"x" * 70_000 + b"\r\n\r\n",
        b"GET /livez?" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: test\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: test\r\n" + b"X: y\r\n" * 40_000 + b"\r\n",
        b"GET /livez HTTP/1.1\r\nHost: test\r\nX-Endless: " + b"x" * 2_000_000,
    ],
    ids=["a header", "the target", "many headers", "never whole"],
)
def test_a_large_head_is_refused(impatient: Running, head: bytes) -> None:
    with connected(impatient) as connection:
        with suppress(OSError):  # the service waits no longer than 2 s
            connection.sendall(head)
        status, _, content = answer(connection)
        assert (status, content["type"]) == (431, "urn:seqserve:problem:large-head")
        assert is_cut(connection)
    assert impatient.forecast([{"values": tiny.values(8)}]).status_code == 200


def test_a_head_of_some_size_is_taken(impatient: Running) -> None:
    with connected(impatient) as connection:
        connection.sendall(post(headers=f"Cookie: {'x' * 30_000}\r\n"))
        assert answer(connection)[0] == 200


def chunked(body: bytes) -> bytes:
    head = post()[: -len(FORECAST)].replace(b"Content-Length: %d" % len(FORECAST), b"Transfer-Encoding: chunked")
    return head + body


WHOLE = b"%x\r\n%b\r\n0\r\n" % (len(FORECAST), FORECAST)


def test_trailers_do_not_count(impatient: Running) -> None:
    with connected(impatient) as connection:
        connection.sendall(chunked(WHOLE + b"X-Request-ID: trailing\r\n\r\n"))
        status, headers, _ = answer(connection)
        assert status == 200
        assert headers["x-request-id"] != "trailing"


@pytest.mark.parametrize(
    ("body", "refused"),
    [(WHOLE + b"X-Endless: ", 431), (b"5\r\n[[[[[\r\n", 400), (b"5;", 431)],
    ids=["trailers", "no chunks", "extensions"],
)
@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_body_that_goes_wrong_ends_the_connection(impatient: Running, body: bytes, refused: int, before: int) -> None:
    with connected(impatient) as connection:
        connection.sendall(post() * before + chunked(body))
        seen = b""
        while seen.count(b"HTTP/1.1 ") < before:  # else what goes wrong is dropped without an answer
            seen += connection.recv(65_536)
        connection.sendall(b"x" * 200_000)
        assert statuses(connection, seen) == [*[200] * before, refused]


def test_who_sends_too_much_can_read_that_it_is(impatient: Running) -> None:
    head = post()[: -len(FORECAST)].replace(b"Content-Length: %d" % len(FORECAST), b"Content-Length: 99000000")
    with connected(impatient) as connection:
        connection.sendall(head)
        with suppress(OSError):  # the service waits no longer than 2 s
            for _ in range(100):
                connection.sendall(b" " * 100_000)
        status, _, content = answer(connection)
        assert (status, content["type"]) == (413, "urn:seqserve:problem:body-too-large")
        assert is_cut(connection)


def test_requests_before_a_broken_one_are_answered(impatient: Running) -> None:
    with connected(impatient) as connection:
        connection.sendall(post() + post() + b"NONSENSE\r\n\r\n")
        assert statuses(connection) == [200, 200]


def test_requests_that_wait_on_one_connection_are_bounded(impatient: Running) -> None:
    """Else who sends without a pause has the worker hold what it cannot answer as fast."""
    before = impatient.metric("seqserve_refused_connections_total", reason="too-many-at-once")
    with connected(impatient) as connection:
        connection.sendall(post() * 500)
        found = statuses(connection)
        assert set(found) == {200}
        assert 64 <= len(found) < 500
    assert impatient.metric("seqserve_refused_connections_total", reason="too-many-at-once") == before + 1


def test_a_request_whose_body_goes_wrong_after_its_answer_gets_no_other(impatient: Running) -> None:
    with connected(impatient) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        head = connection.recv(1000)
        connection.sendall(b"ZZZ\r\n")
        assert statuses(connection, head) == [200]


def test_nothing_is_written_into_the_middle_of_an_answer(impatient: Running) -> None:
    script = impatient.client.get("/docs/swagger-ui-bundle.js").content
    request = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(10):
        with connected(impatient) as connection:
            connection.sendall(request)
            content = connection.recv(1000)
            connection.sendall(b"ZZZ\r\n")
            try:
                while part := connection.recv(65_536):
                    content += part
            except ConnectionResetError:
                pass
            # its end may lack
            assert script.startswith(content.partition(b"\r\n\r\n")[2])


def test_who_leaves_while_several_requests_wait_is_no_error(impatient: Running) -> None:
    for _ in range(5):
        large = json.dumps({"horizon": 6, "series": [{"values": tiny.values(8)}] * 2000}).encode()
        with connected(impatient) as connection:
            connection.sendall(post(body=large) + post(body=large) + post())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.recv(10)
    assert impatient.forecast([{"values": tiny.values(8)}]).status_code == 200
    assert "Traceback" not in impatient.log.read_text()


def test_a_last_answer_that_nobody_takes_in_is_dropped(impatient: Running) -> None:
    """Of a connection that is to be closed, also if what is left of the answer is little."""
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: test\r\n"
    assert is_dropped_unread(impatient, (asked + b"\r\n") * 60 + asked + b"Connection: close\r\n\r\n")
