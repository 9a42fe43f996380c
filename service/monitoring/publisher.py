"""What a worker knows of itself, brought to the metrics: at once when it is asked, a second late when another is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from service.model_registry.reloader import LiveRegistry
from service.monitoring import drift, metrics
from service.server.http_protocol import Phase

logger = logging.getLogger(__name__)

_SECONDS = 1


def tell(live: LiveRegistry, phase: Phase) -> None:
    """Say what was asked of the models, and whether this worker is ready."""
    drift.flush()
    metrics.READY_WORKERS.set(not phase.draining and live.current.is_ready())


async def keep_telling(tell: Callable[[], None]) -> None:
    """Tell once a second, until cancelled."""
    while True:
        try:
            tell()
        except Exception:  # it may be possible again in a second
            logger.exception("what was counted could not be told")
        await asyncio.sleep(_SECONDS)
