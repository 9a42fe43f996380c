"""Why the service cannot answer a request, in terms of models and queues; `service.http.problems` maps them to HTTP.

    ServiceError
      RefusedError     the version is damaged or failed its self-test
      UnreadableError  what would say which versions there are cannot be read
      NotLoadedError   the version exists, but is neither held in memory nor loaded on demand
      ColdError        the version is loaded on demand, and is not held in memory now
      QueueFullError   too much work waits for the model
      DeadlineError    the answer was not ready in time

A task, model, version or label that does not exist is seqserve's `NotFoundError`.
"""

from __future__ import annotations

from seqserve.registry.store import Key


class ServiceError(Exception):
    """Base of the errors of a whole request."""


class RefusedError(ServiceError):
    """A version that is damaged or failed its self-test."""

    def __init__(self, key: Key) -> None:
        super().__init__(f"{key} is damaged or failed its self-test, and is not served; ask for another version")


class UnreadableError(ServiceError):
    """A model whose directory cannot be read."""

    def __init__(self, task: str) -> None:
        super().__init__(f"models of {task} cannot be read, and what is asked for may be among them; the log says why")


class NotLoadedError(ServiceError):
    """A version that exists, but is neither held in memory nor loaded on demand."""

    def __init__(self, key: Key) -> None:
        super().__init__(
            f"{key} is an old version without a label, and is not loaded; label it, or ask for another version"
        )


class ColdError(ServiceError):
    """A version that is loaded on demand, and was not loaded in time."""

    def __init__(self, key: Key) -> None:
        super().__init__(f"{key} is being loaded; come again later")
        self.key = key


class QueueFullError(ServiceError):
    """Too much work waits for a model; the client should try again in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too much work waits for this model already; come again later")
        self.retry_after = retry_after


class DeadlineError(ServiceError):
    """The answer was not ready within the deadline of `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds:g} seconds; send less at a time, or come again later")
