"""The BentoML service: `bentoml serve service.service:SeqServe`.

BentoML imports this in its supervisor too, which serves nothing: what is heavy is imported in the worker only.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, cast

import bentoml
from bentoml._internal.context import server_context

from service.monitoring import logs
from service.settings import settings, unknown_variables

_Message = MutableMapping[str, Any]
_App = Callable[[_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]]

_SWITCH_SECONDS = 0.0005


class _Served:
    """Stands for the app until a worker has built it."""

    app: _App

    async def __call__(self, scope: _Message, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


class _Before:
    """Gives our app every request: BentoML would answer some before a mounted app is asked, in its own error shape."""

    def __init__(self, app: _App) -> None:
        self._app = app

    async def __call__(self, scope: _Message, receive: Any, send: Any) -> None:
        await (_served if scope["type"] == "http" else self._app)(scope, receive, send)


_served = _Served()


@bentoml.asgi_app(_served, path="/")
@bentoml.service(
    name="seqserve",
    workers=settings().workers,
    # BentoML's timeout answers without our error shape, and keeps a timer for that long a request: it comes last,
    # after an upload and a prediction that each took as long as they may.
    traffic={"timeout": 2 * settings().deadline_seconds + 5},
    # Ours replace them: BentoML's metrics carry raw paths.
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
)
class SeqServe:
    """One worker: loads the models, then answers."""

    def __init__(self) -> None:
        from service.server.worker_slot import take_place

        take_place(server_context.worker_index)

        from service.app import create_app
        from service.model_registry.reloader import LiveRegistry
        from service.model_registry.watcher import Watcher
        from service.monitoring.publisher import keep_telling, tell
        from service.server import sighup
        from service.server.graceful_shutdown import take_over
        from service.server.http_protocol import Phase

        logs.configure(settings())
        for name in unknown_variables():
            logs.logger.warning("%s is set, but no setting has this name", name)
        live = LiveRegistry(settings().models, settings().infer_threads, settings().keep_versions)
        self._watcher = Watcher(live, settings().poll_seconds)
        sighup.listen(partial(self._watcher.look, retry=True))
        infer, prepare = self._executors = (
            ThreadPoolExecutor(settings().threads, thread_name_prefix="infer"),
            ThreadPoolExecutor(1, thread_name_prefix="prepare"),
        )
        phase = Phase()
        self._tell = partial(tell, live, phase)
        app = _served.app = create_app(settings(), live, infer, prepare, phase)
        take_over(app, phase, self._tell, settings())
        loop = asyncio.get_running_loop()
        logs.hold_back(loop)
        self._telling = loop.create_task(keep_telling(self._tell))
        # What is loaded by now stays: the garbage collector, which took a quarter of the event loop's time, skips it.
        gc.collect()
        gc.freeze()
        # A thread that has inferred waits for the interpreter no longer than its batch took.
        sys.setswitchinterval(_SWITCH_SECONDS)

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]
    def close(self) -> None:
        self._watcher.close()
        for executor in self._executors:
            executor.shutdown(wait=False, cancel_futures=True)
        self._telling.cancel()
        self._tell()
        logs.hold_back(None)


cast(Any, SeqServe).add_asgi_middleware(_Before)
logs.configure(settings())
