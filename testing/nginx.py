"""A real nginx in front of the service."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from testing.service_process import Running, free_port, is_answered

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
MISSING = "nginx is missing: install the Debian package nginx-light"
KEPT = 256
"""Idle connections to the service that nginx keeps, for up to 60 seconds."""

_CONFIG = """
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/nginx.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {directory}; proxy_temp_path {directory}; fastcgi_temp_path {directory};
    uwsgi_temp_path {directory}; scgi_temp_path {directory};
    upstream seqserve {{ server {address}; keepalive {kept}; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://seqserve;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_next_upstream off;
        }}
    }}
}}
"""


@contextmanager
def proxied(service: Running, directory: Path) -> Iterator[str]:
    """Start an nginx with one worker, and stop it.

    Args:
        directory: where its configuration and its log are written.

    Yields:
        Its address, `http://host:port`.
    """
    assert PROGRAM, MISSING
    port, url = free_port(), service.client.base_url
    config = directory / "nginx.conf"
    config.write_text(_CONFIG.format(directory=directory, port=port, address=f"{url.host}:{url.port}", kept=KEPT))
    process = subprocess.Popen([PROGRAM, "-p", str(directory), "-c", str(config), "-e", str(directory / "nginx.log")])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert is_answered(client, "/livez", process), "nginx did not start; its log is in the directory"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)
