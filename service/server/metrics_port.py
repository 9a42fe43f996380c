"""A port of its own for metrics and probes, which all workers listen on."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable

_DESCRIPTOR = "SERVICE_METRICS_DESCRIPTOR"


def listen(host: str, port: int) -> None:
    """Listen, for the workers that this process starts: they inherit the socket, as that of the service.

    Raises:
        OSError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    listener.set_inheritable(True)
    os.environ[_DESCRIPTOR] = str(listener.detach())


async def serve(make: Callable[[], asyncio.Protocol], host: str, port: int) -> asyncio.Server:
    """Accept connections in this worker.

    Args:
        make: the protocol of a connection.
        host, port: where to listen if no supervisor of ours does, as under `bentoml serve`.
    """
    loop = asyncio.get_running_loop()
    inherited = os.environ.get(_DESCRIPTOR)
    if inherited is None:
        return await loop.create_server(make, host, port, reuse_port=True)
    return await loop.create_server(make, sock=socket.socket(fileno=os.dup(int(inherited))))
