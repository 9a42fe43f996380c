"""BentoML's own endpoint, with its adaptive batching (BATCH above 1) or without."""

from __future__ import annotations

import os

import bentoml
import network

_BATCH = int(os.environ["BATCH"])


@bentoml.service(workers=1, metrics={"enabled": False}, logging={"access": {"enabled": False}})
class Forecaster:
    def __init__(self) -> None:
        self._network = network.Onnx()

    @bentoml.api(batchable=_BATCH > 1, max_batch_size=max(_BATCH, 2), max_latency_ms=1000)
    def forecast(self, windows: list[list[float]]) -> list[float]:
        return self._network(windows)
