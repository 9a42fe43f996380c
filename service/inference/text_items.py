"""What the routes that take texts do alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from seqserve.errors import InputError
from service.model_registry.loaded_models import Loaded
from service.monitoring import metrics


def check(item: Any, max_characters: int) -> InputError | None:
    """Why an item is no text to prepare, or none."""
    if not isinstance(item, str):
        return InputError("wrong_shape", "the text must be a string", "text")
    if len(item) > max_characters:
        return InputError("too_long", f"{len(item)} characters, at most {max_characters} are taken", "text")
    return None


def count_tokens(loaded: Loaded, tokens: Sequence[int], unknown: int) -> None:
    """Count the tokens of each part of a text that the network reads, and those that the vocabulary does not have."""
    key = loaded.key
    metrics.of(metrics.INPUT_TOKENS, key.task, key.name).observe(sum(tokens))
    metrics.of(metrics.UNKNOWN_TOKENS, key.task, key.name).inc(unknown)
    loaded.inputs.add(np.array([tokens]).T)
