"""Giving memory back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Return what was freed: glibc keeps it, scattered between what is in use, and fifty releases would pile up."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none, and need none
    if trim is not None:
        trim(0)
