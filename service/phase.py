"""Whether a worker still takes predictions; the server sets it, and the app and its middleware read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Phase:
    """Once `draining`, the worker finishes the requests it has and refuses new predictions."""

    draining: bool = False
