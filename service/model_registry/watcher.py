"""Looks at intervals for what has changed on disk, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from service.model_registry.reloader import LiveRegistry

logger = logging.getLogger(__name__)

_PAUSE = 20
"""Pause between two looks, in times of the processor time that the last one took."""


class Watcher:
    """Refreshes a registry until it is closed.

    Args:
        seconds: between two refreshes; if the tree has not changed, one reads names and times only. In a large tree
            it is longer, so that looking takes a twentieth of the time.
        beside: called with each of them, such as what reads files of keys again.
    """

    def __init__(self, live: LiveRegistry, seconds: float, beside: Sequence[Callable[[], None]] = ()) -> None:
        self._live = live
        self._seconds = seconds
        self._beside = beside
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, after a refresh that is in progress."""
        self._over.set()
        self._thread.join(10)

    def look(self, *, retry: bool = False) -> None:
        """Refresh at once; see `LiveRegistry.refresh`."""
        try:
            for look in self._beside:
                look()
            self._live.refresh(retry=retry, wait=False)
        except Exception:  # whatever it was, the next refresh may succeed
            logger.exception("the models tree could not be looked at")

    def _watch(self) -> None:
        while not self._over.wait(max(self._seconds, _PAUSE * self._live.look_seconds)):
            self.look()
