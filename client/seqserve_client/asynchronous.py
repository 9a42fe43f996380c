"""The client for asyncio: several requests of a call are under way at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

import httpx

from seqserve_client import calls, frames
from seqserve_client.calls import Call, Part
from seqserve_client.errors import RefusedError, UnreachableError
from seqserve_client.results import Classification, Completion, Forecast, Result, Sentiment, Tagged, Translation
from seqserve_client.synchronous import MOST_ITEMS, headers

if TYPE_CHECKING:
    import pandas as pd


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
        self._retries = retries
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

    @overload
    async def forecast(
        self,
        series: pd.DataFrame,
        horizon: int | None = ...,
        *,
        levels: Sequence[int] = ...,
        quantiles: Sequence[float] = ...,
        frequency: str | None = ...,
        model: str | None = ...,
        version: str | None = ...,
        id: str = ...,
        time: str = ...,
        target: str = ...,
    ) -> pd.DataFrame: ...

    @overload
    async def forecast(
        self,
        series: Sequence[Mapping[str, Any] | Sequence[float | None]],
        horizon: int | None = ...,
        *,
        levels: Sequence[int] = ...,
        quantiles: Sequence[float] = ...,
        model: str | None = ...,
        version: str | None = ...,
    ) -> list[Forecast]: ...

    async def forecast(
        self,
        series: Any,
        horizon: int | None = None,
        *,
        levels: Sequence[int] = (),
        quantiles: Sequence[float] = (),
        frequency: str | None = None,
        model: str | None = None,
        version: str | None = None,
        id: str = "unique_id",
        time: str = "ds",
        target: str = "y",
    ) -> Any:
        """Forecast the next steps of series, as `Client.forecast` does."""
        which: dict[str, Any] = {"model": model, "version": version}
        options = {"horizon": horizon, "levels": list(levels), "quantiles": list(quantiles), **which}
        if not frames.is_frame(series):
            return await self._ask(calls.forecasts(series, **options))
        frame = frames.Frame(series, id, time, target, frequency)
        return frame.answered(await self._ask(calls.forecasts(frame.series(), **options)))

    async def sentiment(
        self,
        texts: Sequence[str],
        *,
        explain: bool = False,
        model: str | None = None,
        version: str | None = None,
    ) -> list[Sentiment]:
        """Label texts, as `Client.sentiment` does."""
        options = {"explain": explain, "model": model, "version": version}
        return await self._ask(calls.sentiments(texts, **options))

    async def translate(
        self,
        texts: Sequence[str],
        *,
        source: str | None = None,
        target: str | None = None,
        html: bool = False,
        glossary: Mapping[str, str] | None = None,
        alternatives: int = 0,
        model: str | None = None,
        version: str | None = None,
    ) -> list[Translation]:
        """Translate texts, as `Client.translate` does."""
        how = {"format": "html" if html else "text", "alternatives": alternatives, "glossary": dict(glossary or {})}
        options = {"source": source, "target": target, "model": model, "version": version, **how}
        return await self._ask(calls.translations(texts, **options))

    async def classify(
        self,
        sequences: Sequence[Any],
        *,
        top: int | None = None,
        explain: bool = False,
        model: str | None = None,
        version: str | None = None,
    ) -> list[Classification]:
        """Label sequences of numbers, as `Client.classify` does."""
        options = {"top": top, "explain": explain, "model": model, "version": version}
        return await self._ask(calls.classifications(sequences, **options))

    async def tag(
        self,
        texts: Sequence[str],
        *,
        mask: Sequence[str] = (),
        model: str | None = None,
        version: str | None = None,
    ) -> list[Tagged]:
        """Find the entities of texts, as `Client.tag` does."""
        return await self._ask(calls.tags(texts, mask=list(mask), model=model, version=version))

    async def complete(
        self,
        texts: Sequence[str],
        *,
        count: int | None = None,
        model: str | None = None,
        version: str | None = None,
    ) -> list[Completion]:
        """Suggest words that texts go on with, as `Client.complete` does."""
        return await self._ask(calls.completions(texts, mode="suggest", count=count, model=model, version=version))

    async def continue_texts(
        self,
        texts: Sequence[str],
        *,
        count: int | None = None,
        temperature: float = 0.0,
        top_p: float = 1.0,
        seed: int | None = None,
        stop: Sequence[str] = (),
        most_tokens: int = 24,
        model: str | None = None,
        version: str | None = None,
    ) -> list[Completion]:
        """Write texts on, as `Client.continue_texts` does."""
        drawn = {
            "temperature": temperature,
            "top_p": top_p,
            "seed": seed,
            "stop": list(stop),
            "most_tokens": most_tokens,
        }
        options = {"mode": "continue", "count": count, "model": model, "version": version, **drawn}
        return await self._ask(calls.completions(texts, **options))

    async def models(self) -> list[dict[str, Any]]:
        """Every model, with its versions and labels."""
        response = await self._sent("GET", "/models", None)
        if response.status_code != 200:
            calls.answer(response)
        found: list[dict[str, Any]] = response.json()["models"]
        return found

    async def _ask(self, call: Call[Result]) -> list[Result]:
        answers = await asyncio.gather(*map(self._in_turn, call.parts(MOST_ITEMS)))
        return call.gathered(answers)

    async def _in_turn(self, part: Part) -> dict[str, Any]:
        async with self._turns:
            return await self._answer(part)

    async def _answer(self, part: Part) -> dict[str, Any]:
        try:
            return calls.answer(await self._sent("POST", part.path, part.body()))
        except RefusedError as refused:
            if refused.status != 413 or len(part.items) == 1:
                raise
            one, other = part.halves()
            return calls.joined(await self._answer(one), await self._answer(other))

    async def _sent(self, method: str, path: str, body: bytes | None) -> httpx.Response:
        """The answer to a request, which is sent again while the service is busy."""
        for tried in range(self._retries + 1):
            response: httpx.Response | None = None
            try:
                response = await self._http.request(method, path, content=body)
            except httpx.TransportError as error:
                if tried == self._retries or isinstance(error, httpx.ReadTimeout):
                    raise UnreachableError(f"no answer from {self._http.base_url}: {error!r}") from error
            seconds = calls.pause(response, tried)
            if response is not None and (seconds is None or tried == self._retries):
                return response
            await asyncio.sleep(seconds or 0)
        raise AssertionError("a request is sent once at least")
