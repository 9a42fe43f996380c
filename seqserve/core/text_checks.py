"""What every text must be, whatever is asked about it."""

from __future__ import annotations

from seqserve.errors import InputError


def check(text: str, max_characters: int) -> None:
    """See that a raw text can be read at all.

    Raises:
        InputError: it is too long, not Unicode, or blank.
    """
    if len(text) > max_characters:
        raise InputError("too_long", f"{len(text)} characters, at most {max_characters} are taken", "text")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError("not_unicode", "half a surrogate pair in the text; send whole characters", "text") from None
    if not text.strip():
        raise InputError("empty", "the text is empty; send some words", "text")
