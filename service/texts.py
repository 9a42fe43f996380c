"""What the routes that take texts do alike."""

from __future__ import annotations

from typing import Any

from seqserve.errors import InputError


def check(item: Any, max_characters: int) -> InputError | None:
    """Why an item is no text to prepare, or none."""
    if not isinstance(item, str):
        return InputError("wrong_shape", "the text must be a string", "text")
    if len(item) > max_characters:
        return InputError("too_long", f"{len(item)} characters, at most {max_characters} are taken", "text")
    return None
