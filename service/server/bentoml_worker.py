"""What a worker needs of BentoML beyond its public interface; `README.md` says why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from bentoml._internal.context import server_context

_Message = MutableMapping[str, Any]
App = Callable[[_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]]


class Mount:
    """Stands for the app until a worker has built it: BentoML asks for an app as it imports the service."""

    app: App

    async def __call__(self, scope: _Message, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


def answer_everything(service: object, mount: Mount) -> None:
    """Give the mounted app every request: BentoML would answer some before it, in an error shape of its own."""

    class Front:
        def __init__(self, app: App) -> None:
            self._app = app

        async def __call__(self, scope: _Message, receive: Any, send: Any) -> None:
            await (mount if scope["type"] == "http" else self._app)(scope, receive, send)

    cast(Any, service).add_asgi_middleware(Front)


def worker_number() -> int | None:
    """This worker's place among those that run at the same time, from 1; none in a process that is no worker."""
    number: int | None = server_context.worker_index
    return number
