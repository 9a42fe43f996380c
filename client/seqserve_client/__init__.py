"""A client of seqserve: forecasts, labels, entities, translations and completions over HTTP.

    with Client("http://localhost:3000") as client:
        client.forecast(frame, horizon=7, levels=[80])
        client.sentiment(["What a joy."])
        client.translate(["I like milk."], source="en", target="fr")
        client.tag(["Ngozi lives in Toronto."], mask=["person"])
        client.complete(["Thank you for your h"])

Many items are split into requests that the service takes; a service that is busy is asked again when it says.
"""

from seqserve_client.asynchronous import AsyncClient
from seqserve_client.errors import ClientError, ItemsFailedError, RefusedError, UnreachableError
from seqserve_client.results import (
    Classification,
    Completion,
    Continuation,
    Entity,
    Forecast,
    Interval,
    ItemError,
    Sentiment,
    StepLabel,
    Suggestion,
    Tagged,
    Translation,
)
from seqserve_client.synchronous import Client

__all__ = [
    "AsyncClient",
    "Classification",
    "Client",
    "ClientError",
    "Completion",
    "Continuation",
    "Entity",
    "Forecast",
    "Interval",
    "ItemError",
    "ItemsFailedError",
    "RefusedError",
    "Sentiment",
    "StepLabel",
    "Suggestion",
    "Tagged",
    "Translation",
    "UnreachableError",
]
