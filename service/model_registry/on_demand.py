"""Finds the version that answers a request, and loads it if it is not in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from seqserve.registry.store import Key
from service.errors import ColdError
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.reloader import LiveRegistry


async def chosen(live: LiveRegistry, choose: Callable[[Registry], Loaded], seconds: float) -> Loaded:
    """The version that answers a request; the event loop is free while it is loaded.

    Args:
        choose: finds it among those of a registry, and raises ColdError if it is not in memory.
        seconds: how long it may take to be loaded.

    Raises:
        ColdError: it was not loaded in time; it still will be.
        Exception: what `choose` raises otherwise.
    """
    found: dict[Key, Loaded] = {}  # also what is unloaded again before this request has its turn
    end = asyncio.get_running_loop().time() + seconds
    while True:
        registry = live.current
        if found:
            registry = registry.holding({**registry.loaded, **found}, registry.refused)
        try:
            return choose(registry)
        except ColdError as cold:
            loading = live.load(cold.key)
            try:
                async with asyncio.timeout_at(end):
                    loaded = await asyncio.shield(asyncio.wrap_future(loading))
            except TimeoutError:
                raise cold from None
            if loaded is not None:
                found[cold.key] = loaded
