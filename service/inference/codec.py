"""What one request needs of its task: how an item becomes input of the network, and an answer becomes JSON."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from service.model_registry.loaded_models import Loaded


class Codec(ABC):
    """Made once a request, so that its options are checked once and not for each item.

    Args:
        loaded: the version that answers.
    """

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    @abstractmethod
    def decode(self, item: Any) -> Any:
        """Validate and preprocess an item as it stands in the request; the result is what the predictor infers.

        Raises:
            InputError: it cannot be predicted.
        """

    @abstractmethod
    def encode(self, prepared: Any, answer: Any) -> dict[str, Any]:
        """The item's result as JSON, of the predictor's answer; it is counted in the metrics too.

        Raises:
            ArithmeticError: a number of it is not finite.
        """

    def echo(self, item: Any) -> dict[str, Any]:
        """What comes back of an item beside its result, also of a wrong one."""
        return {}

    def is_long(self, item: Any) -> bool:
        """Whether decoding it takes so long that the event loop should not wait."""
        return False
