"""A client of seqserve: forecasts, sentiment and translations over HTTP.

    with Client("http://localhost:3000") as client:
        client.forecast(frame, horizon=7, levels=[80])
        client.sentiment(["What a joy."])
        client.translate(["I like milk."], source="en", target="fr")

Many items are split into requests that the service takes; a service that is busy is asked again when it says.
"""

from seqserve_client.asynchronous import AsyncClient
from seqserve_client.errors import ClientError, ItemsFailedError, RefusedError, UnreachableError
from seqserve_client.results import Forecast, Interval, ItemError, Sentiment, Translation
from seqserve_client.synchronous import Client

__all__ = [
    "AsyncClient",
    "Client",
    "ClientError",
    "Forecast",
    "Interval",
    "ItemError",
    "ItemsFailedError",
    "RefusedError",
    "Sentiment",
    "Translation",
    "UnreachableError",
]
