"""A predictor whose batches tests can hold up and look at."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from seqserve.core.predictor import Predictor


class Doubler(Predictor[int, int, int, int]):
    """Doubles numbers, waits for `gate` before each batch, takes `seconds` for it, and fails on batches with a 13."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.batches: list[list[int]] = []
        self.threads: list[threading.Thread] = []
        self.gate = threading.Event()
        self.started = threading.Event()

    @classmethod
    def load(cls, artifact: Any, threads: int = 1) -> Doubler:
        return cls()

    def signature(self) -> dict[str, Any]:
        return {}

    def prepare(self, query: int) -> int:
        return query

    def infer(self, batch: Sequence[int]) -> list[int]:
        self.started.set()
        assert self.gate.wait(90)
        time.sleep(self.seconds)
        self.batches.append(list(batch))
        self.threads.append(threading.current_thread())
        if 13 in batch:
            raise ValueError("13")
        return [2 * item for item in batch]

    def finish(self, prepared: int, raw: int) -> int:
        return raw

    def cost(self, prepared: int) -> int:
        return 1

    def replay(self, example: dict[str, Any]) -> dict[str, Any]:
        return example
