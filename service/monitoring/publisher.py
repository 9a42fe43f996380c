"""Publishes this worker's counters and readiness: at once when this worker is scraped, otherwise within a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from service.monitoring import drift, metrics

logger = logging.getLogger(__name__)

_SECONDS = 1


def publish(is_ready: Callable[[], bool]) -> None:
    """Add the inputs counted since the last call to the metrics, and set whether this worker is ready."""
    drift.flush()
    metrics.READY_WORKERS.set(is_ready())


async def keep_publishing(publish: Callable[[], None]) -> None:
    """Publish once a second, until cancelled."""
    while True:
        try:
            publish()
        except Exception:  # it may be possible again in a second
            logger.exception("counters could not be published")
        await asyncio.sleep(_SECONDS)
