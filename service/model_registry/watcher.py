"""Refreshes the registry at intervals, in a thread of its own."""

from __future__ import annotations

import logging
import threading

from service.model_registry.reloader import LiveRegistry

logger = logging.getLogger(__name__)


class Watcher:
    """Refreshes a registry until it is closed.

    Args:
        seconds: between two refreshes; if the tree has not changed, one reads names and times only.
    """

    def __init__(self, live: LiveRegistry, seconds: float) -> None:
        self._live = live
        self._seconds = seconds
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
            self._live.refresh(retry=retry)
        except Exception:  # whatever it was, the next refresh may succeed
            logger.exception("the models tree could not be looked at")

    def _watch(self) -> None:
        while not self._over.wait(self._seconds):
            self.look()
