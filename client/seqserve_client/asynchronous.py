"""The client for asyncio: several requests of a call are under way at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, ParamSpec

import httpx

from seqserve_client import methods
from seqserve_client.calls import Answer, Call, Part
from seqserve_client.exchanges import Exchange, Exchanges, Found, headers

Parameters = ParamSpec("Parameters")


def _method(
    call: Callable[Parameters, Call[Answer]],
) -> Callable[Concatenate[AsyncClient, Parameters], Coroutine[Any, Any, Answer]]:
    async def method(client: AsyncClient, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        return await client._ask(call(*args, **kwargs))

    return methods.described(method, call)


class AsyncClient:
    """The same as `Client`, with methods to be awaited.

    Args:
        at_once: requests of a call that are under way at a time.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: float = 30.0,
        retries: int = 5,
        at_once: int = 4,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers=headers(key), timeout=timeout, transport=transport)
        self._exchanges = Exchanges(str(self._http.base_url), retries)
        self._turns = asyncio.Semaphore(at_once)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    forecast = _method(methods.forecast)
    sentiment = _method(methods.sentiment)
    translate = _method(methods.translate)
    classify = _method(methods.classify)
    tag = _method(methods.tag)
    complete = _method(methods.complete)
    continue_texts = _method(methods.continue_texts)

    async def models(self) -> list[dict[str, Any]]:
        """Every model, with its versions and labels."""
        return await self._found(self._exchanges.models())

    async def _ask(self, call: Call[Answer]) -> Answer:
        return call.gathered(await asyncio.gather(*map(self._in_turn, call.parts())))

    async def _in_turn(self, part: Part) -> dict[str, Any]:
        async with self._turns:
            return await self._found(self._exchanges.post(part))

    async def _found(self, exchange: Exchange[Found]) -> Found:
        """What an exchange returns, once its requests are sent."""
        try:
            request = next(exchange)
            while True:
                if request.wait:
                    await asyncio.sleep(request.wait)
                came: httpx.Response | httpx.TransportError
                try:
                    came = await self._http.request(request.method, request.path, content=request.body)
                except httpx.TransportError as error:
                    came = error
                request = exchange.send(came)
        except StopIteration as end:
            found: Found = end.value
            return found
