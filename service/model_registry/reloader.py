"""Keeps what is served up to date with the models tree while the service runs."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from seqserve.registry import tree_scan
from seqserve.registry.store import Key, Store
from seqserve.registry.tree_scan import TreeScan
from service import malloc_trim
from service.model_registry import residency
from service.model_registry.loaded_models import Loaded, Registry, nothing
from service.model_registry.loader import Loader
from service.model_registry.residency import Policy
from service.model_registry.tree_snapshot import TreeSnapshot
from service.monitoring import metrics

logger = logging.getLogger(__name__)

_LOW_PRIORITY = 15
_MOST_NAMES = 20

OnSwap = Callable[[Registry, Registry], None]
"""Takes the registry that will serve, and the one before it."""


class LiveRegistry:
    """Holds the current registry, and replaces it as a whole when the tree or what is loaded of it has changed.

    One thread looks at the tree and loads models one after the other, at a lower priority than those that answer
    requests. Looks, versions that requests wait for, and versions that nobody waits for take turns.

    Attributes:
        look_seconds: processor time that the last look at the tree took.

    Args:
        models: the models tree, or a view on it.
        threads: cores that one inference may use.
        on_swap: called before another registry serves.
        wait: whether to return only once everything is loaded that needs no request.
        on_start: called in the thread that loads, once that is so.
    """

    def __init__(
        self,
        models: Path | Store,
        threads: int,
        policy: Policy | None = None,
        on_swap: OnSwap | None = None,
        *,
        wait: bool = True,
        on_start: Callable[[], None] | None = None,
    ) -> None:
        self._policy = policy or Policy()
        self.store = Store(models) if isinstance(models, Path) else models
        self.store.trusted = self._policy.trusted
        self.current = nothing(TreeSnapshot.nothing(self.store.root))
        self._threads = threads
        self._on_swap = on_swap
        self._on_start = on_start
        self._seen: TreeScan | None = None
        self._trouble = ""
        self.look_seconds = 0.0
        self._loader = Loader(self.store, self.current.tree, {}, self.current, threads, False)
        self._wanted: list[Key] = []
        self._is_loading = self._is_outdated = self._is_started = False
        self._unloaded: set[Key] = set()
        self._asked: dict[Key, Future[Loaded | None]] = {}
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._closed = False
        self._thread = ThreadPoolExecutor(1, "models")
        if threads == 1:  # the threads of an inference inherit the priority of the one that loads their model
            self._thread.submit(_step_back)
        self.refresh(wait=wait)

    def close(self) -> None:
        """Load only what requests wait for."""
        self._closed = True

    def refresh(self, *, retry: bool = False, also: Key | None = None, wait: bool = True) -> Registry:
        """Read the tree, serve what is new, and return it.

        Args:
            retry: whether versions that were refused get another chance.
            also: a version to load whether or not it has a label.
            wait: whether to return only once everything is loaded that needs no request; what a label moves to always
                is.
        """
        self._thread.submit(self._refresh, retry, also).result()
        if wait:
            self._settled.wait()
        return self.current

    def load(self, key: Key) -> Future[Loaded | None]:
        """Load a version that is served but not in memory; all who ask at the same time get the same future.

        Its result is none if the version was refused or is no longer served.
        """
        with self._lock:
            found = self._asked.get(key)
            if found is None:
                found = self._asked[key] = Future()
                self._thread.submit(self._load_asked, key, found)
        return found

    def _refresh(self, retry: bool, also: Key | None) -> None:
        try:
            begin = time.thread_time()
            seen = tree_scan.scan(self.store.root)
            self.look_seconds = time.thread_time() - begin
            if seen != self._seen or retry or also:
                tree = TreeSnapshot.of(self.store, seen, self.current.tree)
                if not tree.models and self.current.loaded:  # most likely a volume that is not mounted
                    raise FileNotFoundError(0, "there is no version in it")
                self._report(tree)
                self._loader = Loader(self.store, tree, seen.files, self.current, self._threads, retry)
                self._arrange(also)
                self._seen = seen
            self._trouble = ""
            metrics.MODELS_CHECKED.set(time.time())
        except OSError as error:
            self._tell(f"the models tree cannot be read ({error.strerror})")
            if not self._is_loading:
                self._settle()

    def _arrange(self, also: Key | None = None) -> None:
        """Serve what the loader has, and begin to load what needs no request."""
        self._is_outdated = False
        self._swap(self._loader.arrange(self._policy.keep, self._policy.describe, also))
        self._make_room(kept=also)
        self._wanted = residency.wanted(self.current, self._policy.load, self._unloaded)
        self._settled.clear()
        if not self._is_loading:
            self._is_loading = True
            self._thread.submit(self._load_wanted)

    def _rearrange(self) -> None:
        """Arrange anew beside a look; nobody waits for what goes wrong in the thread that loads."""
        try:
            self._arrange()
        except Exception:  # the next look does it again
            logger.exception("the models could not be arranged anew")
            self._seen = None

    def _load_wanted(self) -> None:
        """Load one version that needs no request, and come again for the next."""
        if self._wanted and not self._closed:
            self._load(self._wanted.pop(0), is_asked=False)
        elif self._is_outdated and not self._closed:
            self._rearrange()
        else:
            self._is_loading = False
            self._settle()
            return
        self._thread.submit(self._load_wanted)

    def _load_asked(self, key: Key, asked: Future[Loaded | None]) -> None:
        self._load(key, is_asked=True)
        with self._lock:
            del self._asked[key]
        asked.set_result(self._loader.loaded.get(key))
        if self._is_outdated and not self._is_loading:
            self._rearrange()

    def _load(self, key: Key, *, is_asked: bool) -> None:
        current, limit = self.current, self._policy.max_bytes
        if key in current.loaded or key in current.refused or key not in current.served:
            return
        gives_way = not is_asked and key not in residency.pinned(current)
        if gives_way and limit is not None and residency.size(current) >= limit:
            return
        try:
            self._unloaded.discard(key)
            if not self._loader.attempt(key):
                self._is_outdated = True  # an older version may take its place
            self._swap(current.holding(dict(self._loader.loaded), dict(self._loader.refused)))
            self._make_room(kept=None if gives_way else key, first=key if gives_way else None)
        except Exception:  # the next version may be luckier
            logger.exception("%s could not be served", key)

    def _make_room(self, kept: Key | None, first: Key | None = None) -> None:
        """Unload versions until the rest is within the limit: one first, then what was not used for longest."""
        limit = self._policy.max_bytes
        gone = [] if limit is None else residency.superfluous(self.current, limit, kept, first)
        if gone:
            for key in gone:
                del self._loader.loaded[key]
            self._unloaded.update(gone)
            self._swap(self.current.holding(dict(self._loader.loaded), self.current.refused))

    def _swap(self, after: Registry) -> None:
        """Replace the current registry."""
        before = self.current
        if self._on_swap is not None:
            self._on_swap(after, before)
        for key in _only_in(after, before):
            logger.info("loaded: %s", key)
        gone = _only_in(before, after)
        for key in gone:
            logger.info("unloaded: %s", key)
        self.current = after  # last, so that metrics and log know a version before it serves
        if gone:
            malloc_trim.give_back()

    def _settle(self) -> None:
        if not self._is_started:
            self._is_started = True
            if not self.current.loaded:
                logger.error("no model to serve in %s", self.store.root)
            if self._on_start is not None:
                self._on_start()
        self._settled.set()

    def _report(self, tree: TreeSnapshot) -> None:
        """Log what cannot be read, and tasks without a default model, once."""
        known = self.current.tree
        unreadable = {way: why for way, why in tree.unreadable.items() if known.unreadable.get(way) != why}
        for line in tree_scan.described(unreadable):
            logger.error("%s; what it held before stays", line)
        for task in tree.tasks():
            if tree.default(task) is None and (task not in known.tasks() or known.default(task) is not None):
                names = ", ".join(tree.names(task)[:_MOST_NAMES])
                logger.error("no worker is ready: %s has no default model; make it one of %s", task, names)

    def _tell(self, trouble: str) -> None:
        """Log a problem once, as long as it does not change."""
        if trouble != self._trouble:
            logger.error("%s; what is loaded serves on", trouble)
        self._trouble = trouble


def _only_in(one: Registry, other: Registry) -> list[Key]:
    """The versions that only one of them holds, or that they hold from different files."""
    held: Mapping[Key, object] = {key: loaded.predictor for key, loaded in other.loaded.items()}
    return sorted(key for key, loaded in one.loaded.items() if held.get(key) is not loaded.predictor)


def _step_back() -> None:
    """Lower the priority of this thread; only Linux has a priority for each thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOW_PRIORITY)
