"""The client that waits for its answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Concatenate, ParamSpec

import httpx

from seqserve_client import methods
from seqserve_client.calls import Answer, Call
from seqserve_client.exchanges import Exchange, Exchanges, Found, headers

Parameters = ParamSpec("Parameters")


def _method(
    call: Callable[Parameters, Call[Answer]],
) -> Callable[Concatenate[Client, Parameters], Answer]:
    def method(client: Client, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        return client._ask(call(*args, **kwargs))

    return methods.described(method, call)


class Client:
    """Asks a service.

    Args:
        url: of the service, such as `http://localhost:3000`.
        key: if the service has API keys.
        timeout: seconds until a request is given up.
        retries: how often a request is sent again if the service is busy or cannot be reached.
        transport: of httpx, for tests and proxies.

    Raises:
        UnreachableError, RefusedError, ItemsFailedError: by its methods.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: float = 30.0,
        retries: int = 5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(base_url=url, headers=headers(key), timeout=timeout, transport=transport)
        self._exchanges = Exchanges(str(self._http.base_url), retries)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    forecast = _method(methods.forecast)
    sentiment = _method(methods.sentiment)
    translate = _method(methods.translate)
    classify = _method(methods.classify)
    tag = _method(methods.tag)
    complete = _method(methods.complete)
    continue_texts = _method(methods.continue_texts)

    def models(self) -> list[dict[str, Any]]:
        """Every model, with its versions and labels."""
        return self._found(self._exchanges.models())

    def _ask(self, call: Call[Answer]) -> Answer:
        return call.gathered([self._found(self._exchanges.post(part)) for part in call.parts()])

    def _found(self, exchange: Exchange[Found]) -> Found:
        """What an exchange returns, once its requests are sent."""
        try:
            request = next(exchange)
            while True:
                if request.wait:
                    time.sleep(request.wait)
                came: httpx.Response | httpx.TransportError
                try:
                    came = self._http.request(request.method, request.path, content=request.body)
                except httpx.TransportError as error:
                    came = error
                request = exchange.send(came)
        except StopIteration as end:
            found: Found = end.value
            return found
