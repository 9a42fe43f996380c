"""The states after texts that were read before, so that a keystroke reads one or two subwords, not the whole text."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from seqserve.core.onnx_session import Batch

_OVERHEAD = 200
"""Bytes that an entry takes beside its state and its key, about."""


class StateCache:
    """States (S,) by the tokens before them; what was used longest ago goes first. Safe for threads.

    Args:
        most_bytes: that it may take, about.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._states: OrderedDict[bytes, Batch] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._states)

    def longest(self, tokens: Sequence[int]) -> tuple[int, Batch | None]:
        """How many of the first tokens were read before, at most all of them, and the state after these."""
        key = _key(tokens)
        with self._lock:
            for count in range(len(tokens), 0, -1):
                found = self._states.get(key[: count * _WIDTH])
                if found is not None:
                    self._states.move_to_end(key[: count * _WIDTH])
                    return count, found
        return 0, None

    def keep(self, tokens: Sequence[int], state: Batch) -> None:
        """Keep the state (S,) after tokens."""
        key, kept = _key(tokens), state.copy()  # a row of a batch would keep the whole batch alive
        kept.flags.writeable = False
        with self._lock:
            if key in self._states:
                self._states.move_to_end(key)
                return
            self._states[key] = kept
            self.bytes += _size(key, kept)
            while self.bytes > self._most_bytes:
                self.bytes -= _size(*self._states.popitem(last=False))


_WIDTH = np.dtype(np.int32).itemsize


def _key(tokens: Sequence[int]) -> bytes:
    return np.asarray(tokens, dtype=np.int32).tobytes()


def _size(key: bytes, state: Batch) -> int:
    return len(key) + state.nbytes + _OVERHEAD
