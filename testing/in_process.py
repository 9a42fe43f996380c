"""The app of the service in this process, without a server: for tests that need many settings but no sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from service.app import create_app
from service.model_registry.reloader import LiveRegistry
from service.phase import Phase
from service.prediction_log.log import PredictionLog
from service.settings import Settings
from service.tasks import TASKS


class InProcess:
    """A client of the app.

    Attributes:
        phase: of the worker; once it drains, predictions are refused.
        log: of predictions, if the settings say one; who asks for it closes it.
    """

    def __init__(self, live: LiveRegistry, executor: ThreadPoolExecutor, runner: asyncio.Runner, **settings: Any):
        self.phase = Phase()
        self._runner = runner
        made = Settings(**settings)
        self.log: PredictionLog | None = None
        if made.prediction_log is not None:
            from service.prediction_log import opening  # what a database needs is an extra

            self.log = opening.opened(made, TASKS, leads=False)
        self._app = create_app(made, live, executor, executor, self.phase, log=self.log)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request; what is sent and how it is stated as `httpx` has it."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://seqserve") as client:
                return await client.request(method, path, **options)

        return self._runner.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **options)


class Factory:
    """Makes clients of apps with different settings that share their models."""

    def __init__(self, models: Path, executor: ThreadPoolExecutor, runner: asyncio.Runner) -> None:
        self._live, self._executor, self._runner = LiveRegistry(models, 1), executor, runner

    def __call__(self, **settings: Any) -> InProcess:
        return InProcess(self._live, self._executor, self._runner, **settings)


@contextmanager
def in_process(models: Path) -> Iterator[Factory]:
    """Load a tree of models, and make clients of apps that serve it."""
    with ThreadPoolExecutor(1) as executor, asyncio.Runner() as runner:
        yield Factory(models, executor, runner)
