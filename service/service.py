"""The BentoML service: `bentoml serve service.service:SeqServe`.

BentoML imports this in its supervisor too, which serves nothing: what is heavy is imported in the worker only.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import bentoml

from service.monitoring import logs, traces
from service.server.bentoml_worker import Mount, answer_everything, worker_number
from service.settings import settings, unknown_variables

if TYPE_CHECKING:
    from service.model_registry.residency import Policy
    from service.prediction_log.log import PredictionLog

_SWITCH_SECONDS = 0.0005

_mount = Mount()


@bentoml.asgi_app(_mount, path="/")
@bentoml.service(
    name="seqserve",
    workers=settings().workers,
    # BentoML's timeout has another error shape, and keeps a timer for each request. It must never come first: this is
    # longer than an upload and a prediction may take together.
    traffic={"timeout": 2 * settings().deadline_seconds + 5},
    # Replaced by our own: BentoML's metrics have raw paths as labels.
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
)
class SeqServe:
    """One worker: answers at once, and loads the models beside that."""

    def __init__(self) -> None:
        from service.server.worker_slot import take_place

        take_place(worker_number())  # before anything that makes a metric is imported

        from service.app import create_app, create_metrics_app, is_ready
        from service.http.auth import Access
        from service.model_registry.mirroring import opened
        from service.model_registry.model_gauges import set_loaded
        from service.model_registry.reloader import LiveRegistry
        from service.model_registry.watcher import Watcher
        from service.monitoring.publisher import keep_publishing, publish
        from service.phase import Phase
        from service.server import sighup
        from service.server.certificate import Certificate
        from service.server.graceful_shutdown import take_over
        from service.tasks import TASKS

        logs.configure(settings())
        if settings().traces == traces.OTLP:
            traces.start()
        for name in unknown_variables():
            logs.logger.warning("%s is set, but no setting has this name", name)
        on_swap = partial(set_loaded, on_loaded={name: task.on_loaded for name, task in TASKS.items()})
        store, self._mirroring = opened(settings())
        policy = _policy()
        live = self._live = LiveRegistry(
            store, settings().infer_threads, policy, on_swap, wait=False, on_start=_skip_garbage
        )
        access = Access.of(settings(), tells=worker_number() in (None, 1))
        infer, prepare = self._executors = (
            ThreadPoolExecutor(settings().threads, thread_name_prefix="infer"),
            ThreadPoolExecutor(2, thread_name_prefix="prepare"),  # a long text in one does not hold up a short one
        )
        phase = Phase()
        self._publish = partial(publish, partial(is_ready, live, phase))
        self._log: PredictionLog | None = None
        if settings().prediction_log is not None:  # without it nothing of a database is imported
            from service.prediction_log import opening

            self._log = opening.opened(settings(), TASKS, leads=worker_number() in (None, 1))
        app = _mount.app = create_app(settings(), live, infer, prepare, phase, access, self._log)
        ssl = take_over(app, phase, self._publish, settings(), create_metrics_app(live, phase))
        rereads = [access.reread]
        if ssl and (files := settings().certificate):
            rereads.append(Certificate(ssl, *files).reread)
        self._watcher = Watcher(live, settings().poll_seconds, rereads)
        sighup.listen(partial(self._watcher.look, retry=True))
        loop = asyncio.get_running_loop()
        logs.hold_back(loop)
        self._publishing = loop.create_task(keep_publishing(self._publish))
        # A thread that has inferred should not wait for the interpreter lock for longer than its batch took.
        sys.setswitchinterval(_SWITCH_SECONDS)

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]
    def close(self) -> None:
        self._live.close()
        self._watcher.close()
        if self._mirroring is not None:
            self._mirroring.close()
        for executor in self._executors:
            executor.shutdown(wait=False, cancel_futures=True)
        if self._log is not None:
            self._log.close()
        self._publishing.cancel()
        self._publish()
        traces.stop()
        logs.hold_back(None)


def _policy() -> Policy:
    """Which versions are served and held in memory."""
    from seqserve.registry.version_patterns import VersionPatterns
    from service.model_registry.residency import Policy
    from service.tasks import TASKS

    return Policy(
        settings().keep_versions,
        VersionPatterns.parse(settings().load),
        settings().max_model_bytes,
        settings().trusted_keys,
        {name: task.describe for name, task in TASKS.items() if task.describe is not None},
    )


def _skip_garbage() -> None:
    """Have the garbage collector skip what is loaded by now: otherwise it takes a quarter of the event loop's time."""
    gc.collect()
    gc.freeze()


answer_everything(SeqServe, _mount)
logs.configure(settings())
