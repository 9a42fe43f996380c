from __future__ import annotations

import time
from pathlib import Path

import pytest

from benchmarks.keep_alive import statuses
from testing import nginx
from testing.raw_http import answer, connected, is_cut, post
from testing.service_process import running

pytestmark = pytest.mark.slow


def test_an_idle_connection_is_kept_as_long_as_set(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, SEQSERVE_KEEP_ALIVE_SECONDS="5") as service, connected(service) as connection:
        for pause in (0.0, 0.5):
            time.sleep(pause)
            connection.sendall(post())
            assert answer(connection)[0] == 200
        begin = time.monotonic()
        assert is_cut(connection)
        assert time.monotonic() - begin > 1


@pytest.mark.skipif(nginx.PROGRAM is None, reason=nginx.MISSING)
def test_a_proxy_that_uses_idle_connections_again_loses_no_request(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path) as service, nginx.proxied(service, tmp_path) as address:
        assert statuses(address, 50, [4.9, 4.95, 5.0, 6.0]) == {200: 250}
        (worker,) = service.workers()
        port = service.client.base_url.port
        kept = [found for found in worker.net_connections("tcp") if found.laddr.port == port and found.raddr]
        assert kept, "the proxy closes each connection, so none was used again"
