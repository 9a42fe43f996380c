"""What every text must be, whatever is asked about it."""

from __future__ import annotations

import unicodedata

from seqserve.errors import InputError

_MOST_EXPANSION = 18
"""Characters that compatibility normalization makes of one: U+FDFA is a whole sentence."""
_PART = 1_024


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
    if len(text) * _MOST_EXPANSION > max_characters:
        length = 0
        for start in range(0, len(text), _PART):  # in parts: a whole text may become eighteen times as long
            length += len(unicodedata.normalize("NFKC", text[start : start + _PART]))
            if length > max_characters:
                message = f"ligatures and the like make more than {max_characters} characters of {len(text)}"
                raise InputError("too_long", f"{message}; send fewer at a time", "text")
    if not text.strip():
        raise InputError("empty", "the text is empty; send some words", "text")
