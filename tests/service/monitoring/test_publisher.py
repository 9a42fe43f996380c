from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY

from service.monitoring import publisher


@pytest.mark.parametrize("is_ready", [True, False])
def test_readiness_is_published(is_ready: bool) -> None:
    publisher.publish(lambda: is_ready)
    assert REGISTRY.get_sample_value("seqserve_ready_workers") == is_ready


def test_it_is_published_again_and_again_whatever_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(publisher, "_SECONDS", 0.001)
    calls = 0

    def publish() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError("disk full")

    async def work() -> None:
        task = asyncio.create_task(publisher.keep_publishing(publish))
        async with asyncio.timeout(90):
            while calls < 3:
                await asyncio.sleep(0.001)
        task.cancel()

    asyncio.run(work())
    assert caplog.text.count("counters could not be published") == 1
