"""Keeps what is served up to date with the models tree while the service runs."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from seqserve.registry.store import Key, Store
from service.model_registry import tree_snapshot
from service.model_registry.loaded_models import Registry, nothing
from service.model_registry.loader import Loader
from service.model_registry.tree_snapshot import Stamps, TreeSnapshot
from service.server import malloc_trim

logger = logging.getLogger(__name__)

_LOW_PRIORITY = 15

OnSwap = Callable[[Registry, Registry], None]
"""Takes the registry that will serve, and the one before it."""


class LiveRegistry:
    """Holds the current registry, and replaces it as a whole when the tree has changed.

    Models are loaded one after the other, in a thread of lower priority than those that answer requests.

    Args:
        models: the models tree.
        threads: cores that one inference may use.
        keep: how many of the newest versions of a model are loaded, besides those with a label.
        on_swap: called before another registry serves.
    """

    def __init__(self, models: Path, threads: int, keep: int = 3, on_swap: OnSwap | None = None) -> None:
        self.store = Store(models)
        self.current = nothing(TreeSnapshot(models, {}, {}))
        self._threads = threads
        self._keep = keep
        self._on_swap = on_swap
        self._loader = ThreadPoolExecutor(1, "models")
        self._seen: Stamps = {}
        self._trouble = ""
        self.refresh()
        if threads == 1:  # the threads of an inference inherit the priority of the one that loads their model
            self._loader.submit(_step_back)
        if not self.current.loaded:
            logger.error("no model to serve in %s", models)

    def refresh(self, *, retry: bool = False, also: Key | None = None) -> Registry:
        """Read the tree, load what is new, serve it, and return it. Blocks while models load.

        Args:
            retry: whether versions that were refused get another chance.
            also: a version to load whether or not it has a label.
        """
        return self._loader.submit(self._refresh, retry, also).result()

    def _refresh(self, retry: bool, also: Key | None) -> Registry:
        try:
            seen = tree_snapshot.stamps(self.store.root)
            if seen != self._seen or retry or also:
                if self._swap(self._load(seen, retry, also)):
                    malloc_trim.give_back()
                self._seen = seen
            self._trouble = ""
        except OSError as error:
            self._tell(f"the models tree cannot be read ({error.strerror})")
        return self.current

    def _load(self, seen: Stamps, retry: bool, also: Key | None) -> Registry:
        tree = TreeSnapshot.of(self.store, self.current.tree)
        if not tree.models and self.current.loaded:
            raise FileNotFoundError(0, "there is no version in it")  # most likely a volume that is not mounted
        return Loader(tree, seen, self.current, self._threads, retry).load(self._keep, also)

    def _swap(self, after: Registry) -> bool:
        """Replace the current registry; returns whether anything was unloaded."""
        before = self.current
        if self._on_swap is not None:
            self._on_swap(after, before)
        for key in _only_in(after, before):
            logger.info("loaded: %s", key)
        gone = _only_in(before, after)
        for key in gone:
            logger.info("unloaded: %s", key)
        self.current = after  # last, so that metrics and log know a version before it serves
        return bool(gone)

    def _tell(self, trouble: str) -> None:
        """Log a problem once, as long as it does not change."""
        if trouble != self._trouble:
            logger.error("%s; what is loaded serves on", trouble)
        self._trouble = trouble


def _only_in(one: Registry, other: Registry) -> list[Key]:
    """The versions that only one of them holds, or that they hold from different files."""
    predictors = {key: loaded.predictor for key, loaded in other.loaded.items()}
    return sorted(key for key, loaded in one.loaded.items() if predictors.get(key) is not loaded.predictor)


def _step_back() -> None:
    """Lower the priority of this thread; only Linux has a priority for each thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOW_PRIORITY)
