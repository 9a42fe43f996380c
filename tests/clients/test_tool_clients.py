"""Clients of the Model Context Protocol and of BentoML as they are installed, against a running service."""

from __future__ import annotations

import asyncio
from typing import Any

import bentoml
import pytest
from bentoml.exceptions import BentoMLException

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_a_session_of_mcp(base: str) -> None:
    mcp = pytest.importorskip("mcp", reason="needs the extra 'clients'")
    from mcp.client.streamable_http import streamable_http_client

    async def ask() -> Any:
        async with (
            streamable_http_client(f"{base}/mcp") as streams,
            mcp.ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            names = {tool.name for tool in (await session.list_tools()).tools}
            good = await session.call_tool("forecast", {"values": [700.0] * 60, "horizon": 2, "levels": [80]})
            bad = await session.call_tool("forecast", {"values": [1.0]})
            return names, good, bad

    names, good, bad = asyncio.run(ask())
    assert names >= {"forecast", "sentiment", "translate"}
    assert len(good.structured_content["forecasts"][0]["mean"]) == 2
    assert not good.is_error
    assert bad.is_error
    assert "at least 60" in bad.content[0].text


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_mcp_of_both_eras(base: str, mode: str) -> None:
    mcp = pytest.importorskip("mcp", reason="needs the extra 'clients'")

    async def ask() -> Any:
        async with mcp.Client(f"{base}/mcp", mode=mode) as client:
            return await client.list_tools(), await client.call_tool("sentiment", {"texts": ["I love it."]})

    listed, found = asyncio.run(ask())
    assert "sentiment" in {tool.name for tool in listed.tools}
    assert found.structured_content["results"][0]["label"] == "positive"


def test_bentoml(base: str) -> None:
    with bentoml.SyncHTTPClient(base) as client, client._temp_dir:  # which it leaves behind
        assert client.is_ready()
        assert client.sentiment(texts=["I love it."])["results"][0]["label"] == "positive"
        assert client.call("translate", texts=["I like milk."])["translations"][0]["text"] == "J'aime le lait."
        with pytest.raises(BentoMLException, match="wrong-shape"):
            client.sentiment(texts=[])


def test_bentoml_with_asyncio(base: str) -> None:
    async def ask() -> Any:
        async with bentoml.AsyncHTTPClient(base) as client:
            client._temp_dir.cleanup()
            return await client.forecast(series=[{"values": [700.0] * 60}])

    assert len(asyncio.run(ask())["forecasts"][0]["mean"]) == 1
