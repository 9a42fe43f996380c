"""Returns freed memory to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Return freed memory to the system: glibc keeps it, and after fifty releases it would have piled up."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none, and need none
    if trim is not None:
        trim(0)
