"""What the routes that take texts have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel

from seqserve.errors import InputError
from service.model_registry.loaded_models import Loaded
from service.monitoring import metrics
from service.settings import Settings


def text(item: Any) -> str:
    """An item, if it is a text.

    Raises:
        InputError: it is none.
    """
    if not isinstance(item, str):
        raise InputError("wrong_shape", "the text must be a string", "text")
    return item


def max_characters(settings: Settings, config: BaseModel) -> int:
    """The longest text that a version takes: the lower of its own limit and the operator's.

    A version that states only the default of its field has no limit of its own: there a setting that an operator has
    made counts alone, so that it can raise the limit too.

    Args:
        config: of the version; it has a field `max_characters`.
    """
    own: int = config.max_characters  # type: ignore[attr-defined]
    if "max_characters" in settings.model_fields_set and own == type(config).model_fields["max_characters"].default:
        return settings.max_characters
    return min(own, settings.max_characters)


def count_tokens(loaded: Loaded, tokens: Sequence[int], unknown: int) -> None:
    """Count the tokens of each part of a text that the network reads, and those that the vocabulary does not have."""
    key = loaded.key
    metrics.of(metrics.INPUT_TOKENS, key.task, key.name).observe(sum(tokens))
    metrics.of(metrics.UNKNOWN_TOKENS, key.task, key.name).inc(unknown)
    loaded.inputs.add(np.array([tokens]).T)
