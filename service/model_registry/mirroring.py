"""Keeps the copy of a models tree of an object storage up to date, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from seqserve.object_storage.errors import StorageError
from seqserve.object_storage.mirror import Mirror, State
from seqserve.object_storage.objects import Objects
from seqserve.object_storage.remote_store import RemoteStore
from seqserve.registry.store import Store
from service.monitoring.metrics import MODELS_SYNCED, MODELS_SYNCS, MODELS_UNSYNCED
from service.settings import Settings

logger = logging.getLogger(__name__)


class Mirroring:
    """Looks at an object storage until it is closed. Of the workers that share a copy, one looks each time.

    Args:
        seconds: between two looks.
    """

    def __init__(self, mirror: Mirror, seconds: float) -> None:
        self.store = RemoteStore(mirror, self.sync)
        self._mirror = mirror
        self._seconds = seconds
        self._trouble = ""
        self._failed = 0.0
        self._reasons: set[str] = set()
        for outcome in ("ok", "failed"):  # a counter that begins with zero can be seen to rise
            MODELS_SYNCS.labels(outcome)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="mirror", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; a copy in progress ends with the process, and is taken up by the next."""
        self._over.set()

    def sync(self, older_than: float = 0.0) -> None:
        """Look at once; if that fails, what was copied is served on, and the log says so once."""
        try:
            state = self._mirror.sync(older_than)
        except Exception as error:  # whatever it was, the next look may succeed
            MODELS_SYNCS.labels("failed").inc()
            self._tell(error)
        else:
            MODELS_SYNCS.labels("ok").inc()
            self._done(state)

    def _keep(self) -> None:
        while True:
            self.sync(self._seconds * 0.9)  # a thread that wakes a little early finds its own last look
            if self._over.wait(self._seconds):
                return

    def _done(self, state: State) -> None:
        if state.checked < self._failed:
            return  # an earlier look, found by a thread that came later: it says nothing of what failed since
        if self._trouble:
            logger.info("the object storage is read again")
        self._trouble = ""
        MODELS_SYNCED.set(state.checked)
        MODELS_UNSYNCED.set(len(state.refused))
        reasons = {reason for _, reason in state.refused.values()}
        for reason in sorted(reasons - self._reasons):
            logger.error("not copied from the object storage: %s", reason)
        self._reasons = reasons

    def _tell(self, error: Exception) -> None:
        """Log a problem once, as long as it does not change."""
        self._failed = time.time()
        trouble = str(error)
        if trouble != self._trouble:
            if isinstance(error, StorageError):
                logger.error("%s; what was copied serves on", trouble)
            else:
                logger.exception("the object storage could not be copied")
        self._trouble = trouble


def opened(settings: Settings) -> tuple[Store, Mirroring | None]:
    """The models tree of these settings, and what keeps its copy up to date if it is in an object storage."""
    if isinstance(settings.models, Path):
        return Store(settings.models), None
    mirror = Mirror(Objects(settings.models), settings.models_cache)
    mirroring = Mirroring(mirror, settings.models_sync_seconds)
    return mirroring.store, mirroring
