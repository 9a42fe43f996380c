"""The client that waits for its answers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

import httpx

from seqserve_client import calls, frames
from seqserve_client.calls import Call, Part
from seqserve_client.errors import RefusedError, UnreachableError
from seqserve_client.results import Classification, Completion, Forecast, Result, Sentiment, Tagged, Translation

if TYPE_CHECKING:
    import pandas as pd

MOST_ITEMS = 1024
"""In a request; more take several."""


def headers(key: str | None) -> dict[str, str]:
    """Those of every request."""
    return {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}


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
        self._retries = retries

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @overload
    def forecast(
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
    def forecast(
        self,
        series: Sequence[Mapping[str, Any] | Sequence[float | None]],
        horizon: int | None = ...,
        *,
        levels: Sequence[int] = ...,
        quantiles: Sequence[float] = ...,
        model: str | None = ...,
        version: str | None = ...,
    ) -> list[Forecast]: ...

    def forecast(
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
        """Forecast the next steps of series.

        Args:
            series: a list of series, each a list of values (None or NaN is a gap) or a mapping with the fields of
                `POST /forecast`; or a data frame with a row for each value.
            horizon: steps to forecast; none means the model's own.
            levels: of the intervals wanted, in percent.
            frequency: of the rows of a data frame; none means that it is found.
            id, time, target: columns of a data frame; one without the first is a single series.

        Returns:
            A list of `Forecast`; or for a data frame another one, a row for each step: the columns `id` and `time`,
            `mean`, `lower_80` and `upper_80` for each level, `quantile_0.1` for each quantile.
        """
        which: dict[str, Any] = {"model": model, "version": version}
        options = {"horizon": horizon, "levels": list(levels), "quantiles": list(quantiles), **which}
        if not frames.is_frame(series):
            return self._ask(calls.forecasts(series, **options))
        frame = frames.Frame(series, id, time, target, frequency)
        return frame.answered(self._ask(calls.forecasts(frame.series(), **options)))

    def sentiment(
        self,
        texts: Sequence[str],
        *,
        explain: bool = False,
        model: str | None = None,
        version: str | None = None,
    ) -> list[Sentiment]:
        """Label texts."""
        options = {"explain": explain, "model": model, "version": version}
        return self._ask(calls.sentiments(texts, **options))

    def translate(
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
        """Translate texts; the source may be `auto`."""
        how = {"format": "html" if html else "text", "alternatives": alternatives, "glossary": dict(glossary or {})}
        options = {"source": source, "target": target, "model": model, "version": version, **how}
        return self._ask(calls.translations(texts, **options))

    def classify(
        self,
        sequences: Sequence[Any],
        *,
        top: int | None = None,
        explain: bool = False,
        model: str | None = None,
        version: str | None = None,
    ) -> list[Classification]:
        """Label sequences of numbers.

        Args:
            sequences: each a list of its steps, numbers or lists of a number for each feature (None or NaN is a gap),
                an array (T,) or (T, D), or a mapping with the fields of `POST /classify`.
            top: how many probabilities; none means all.
        """
        options = {"top": top, "explain": explain, "model": model, "version": version}
        return self._ask(calls.classifications(sequences, **options))

    def tag(
        self,
        texts: Sequence[str],
        *,
        mask: Sequence[str] = (),
        model: str | None = None,
        version: str | None = None,
    ) -> list[Tagged]:
        """Find the entities of texts.

        Args:
            mask: what is replaced in `masked`: labels of the model, and kinds such as `email` and `iban`.
        """
        return self._ask(calls.tags(texts, mask=list(mask), model=model, version=version))

    def complete(
        self,
        texts: Sequence[str],
        *,
        count: int | None = None,
        model: str | None = None,
        version: str | None = None,
    ) -> list[Completion]:
        """Suggest words that texts go on with.

        Args:
            count: of suggestions; none means 3.
        """
        return self._ask(calls.completions(texts, mode="suggest", count=count, model=model, version=version))

    def continue_texts(
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
        """Write texts on.

        Args:
            count: of continuations; none means 1.
            temperature: 0 takes the likeliest each time; the other fields are those of `POST /complete`.
        """
        drawn = {
            "temperature": temperature,
            "top_p": top_p,
            "seed": seed,
            "stop": list(stop),
            "most_tokens": most_tokens,
        }
        options = {"mode": "continue", "count": count, "model": model, "version": version, **drawn}
        return self._ask(calls.completions(texts, **options))

    def models(self) -> list[dict[str, Any]]:
        """Every model, with its versions and labels."""
        response = self._sent("GET", "/models", None)
        if response.status_code != 200:
            calls.answer(response)
        found: list[dict[str, Any]] = response.json()["models"]
        return found

    def _ask(self, call: Call[Result]) -> list[Result]:
        return call.gathered([self._answer(part) for part in call.parts(MOST_ITEMS)])

    def _answer(self, part: Part) -> dict[str, Any]:
        try:
            return calls.answer(self._sent("POST", part.path, part.body()))
        except RefusedError as refused:
            if refused.status != 413 or len(part.items) == 1:
                raise
            one, other = part.halves()
            return calls.joined(self._answer(one), self._answer(other))

    def _sent(self, method: str, path: str, body: bytes | None) -> httpx.Response:
        """The answer to a request, which is sent again while the service is busy."""
        for tried in range(self._retries + 1):
            response: httpx.Response | None = None
            try:
                response = self._http.request(method, path, content=body)
            except httpx.TransportError as error:
                if tried == self._retries or isinstance(error, httpx.ReadTimeout):
                    raise UnreachableError(f"no answer from {self._http.base_url}: {error!r}") from error
            seconds = calls.pause(response, tried)
            if response is not None and (seconds is None or tried == self._retries):
                return response
            time.sleep(seconds or 0)
        raise AssertionError("a request is sent once at least")
