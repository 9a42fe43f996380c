"""The methods of both clients, each as the call that it makes.

A function here has the parameters and the description of the method of its name: `Client` returns what the call
returns, and `AsyncClient` awaits it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from seqserve_client import frames
from seqserve_client.calls import Call
from seqserve_client.results import Classification, Completion, Forecast, Sentiment, Tagged, Translation

if TYPE_CHECKING:
    import pandas as pd

Method = TypeVar("Method", bound=Callable[..., Any])


def described(method: Method, call: Callable[..., Any]) -> Method:
    """A method with the name, the parameters and the description of the call that it makes."""
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    signature = inspect.signature(call)
    parameters = [itself, *signature.parameters.values()]
    method.__name__ = method.__qualname__ = call.__name__
    method.__doc__ = call.__doc__
    vars(method)["__signature__"] = signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)
    return method


@overload
def forecast(
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
) -> Call[pd.DataFrame]: ...


@overload
def forecast(
    series: Sequence[Mapping[str, Any] | Sequence[float | None]],
    horizon: int | None = ...,
    *,
    levels: Sequence[int] = ...,
    quantiles: Sequence[float] = ...,
    model: str | None = ...,
    version: str | None = ...,
) -> Call[list[Forecast]]: ...


def forecast(
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
    which = {"model": model, "version": version}
    options = {"horizon": horizon, "levels": list(levels), "quantiles": list(quantiles), **which}
    finish: Callable[[list[Forecast]], Any] = list
    if frames.is_frame(series):
        frame = frames.Frame(series, id, time, target, frequency)
        series, finish = frame.series(), frame.answered
    return Call("/forecast", "series", "forecasts", _sequences(series), options, Forecast.of, finish)


def sentiment(
    texts: Sequence[str],
    *,
    explain: bool = False,
    model: str | None = None,
    version: str | None = None,
) -> Call[list[Sentiment]]:
    """Label texts."""
    options = {"explain": explain, "model": model, "version": version}
    return Call("/sentiment", "texts", "results", _texts(texts), options, Sentiment.of, list)


def translate(
    texts: Sequence[str],
    *,
    source: str | None = None,
    target: str | None = None,
    html: bool = False,
    glossary: Mapping[str, str] | None = None,
    alternatives: int = 0,
    model: str | None = None,
    version: str | None = None,
) -> Call[list[Translation]]:
    """Translate texts; the source may be `auto`."""
    how = {"format": "html" if html else "text", "alternatives": alternatives, "glossary": dict(glossary or {})}
    options = {"source": source, "target": target, "model": model, "version": version, **how}
    return Call("/translate", "texts", "translations", _texts(texts), options, Translation.of, list)


def classify(
    sequences: Sequence[Any],
    *,
    top: int | None = None,
    explain: bool = False,
    model: str | None = None,
    version: str | None = None,
) -> Call[list[Classification]]:
    """Label sequences of numbers.

    Args:
        sequences: each a list of its steps, numbers or lists of a number for each feature (None or NaN is a gap),
            an array (T,) or (T, D), or a mapping with the fields of `POST /classify`.
        top: how many probabilities; none means all.
    """
    options = {"top": top, "explain": explain, "model": model, "version": version}
    return Call("/classify", "sequences", "results", _sequences(sequences), options, Classification.of, list)


def tag(
    texts: Sequence[str],
    *,
    mask: Sequence[str] = (),
    model: str | None = None,
    version: str | None = None,
) -> Call[list[Tagged]]:
    """Find the entities of texts.

    Args:
        mask: what is replaced in `masked`: labels of the model, and kinds such as `email` and `iban`.
    """
    options = {"mask": list(mask), "model": model, "version": version}
    return Call("/tag", "texts", "tags", _texts(texts), options, Tagged.of, list)


def complete(
    texts: Sequence[str],
    *,
    count: int | None = None,
    model: str | None = None,
    version: str | None = None,
) -> Call[list[Completion]]:
    """Suggest words that texts go on with.

    Args:
        count: of suggestions; none means 3.
    """
    options = {"mode": "suggest", "count": count, "model": model, "version": version}
    return Call("/complete", "texts", "results", _texts(texts), options, Completion.of, list)


def continue_texts(
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
) -> Call[list[Completion]]:
    """Write texts on.

    Args:
        count: of continuations; none means 1.
        temperature: 0 takes the likeliest each time; the other fields are those of `POST /complete`.
    """
    drawn = {"temperature": temperature, "top_p": top_p, "seed": seed, "stop": list(stop), "most_tokens": most_tokens}
    options = {"mode": "continue", "count": count, "model": model, "version": version, **drawn}
    return Call("/complete", "texts", "results", _texts(texts), options, Completion.of, list)


def _sequences(items: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(one) if isinstance(one, Mapping) else {"values": _listed(one)} for one in items]


def _texts(texts: Sequence[str]) -> Sequence[str]:
    if isinstance(texts, str):
        raise TypeError("pass a list of texts, not one text")
    return list(texts)


def _listed(values: Any) -> list[Any]:
    """Values as JSON has them; NaN is a gap."""
    found = values.tolist() if hasattr(values, "tolist") else list(values)
    return [_listed(value) if _is_list(value) else None if value != value else value for value in found]


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or getattr(value, "ndim", 0) > 0
