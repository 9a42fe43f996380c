"""LitServe, with batching (BATCH above 1) or without."""

from __future__ import annotations

import os
import sys

import litserve
import network

_BATCH = int(os.environ["BATCH"])


class Forecaster(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self._network = network.Onnx()

    def decode_request(self, request: dict) -> list[float]:
        return request["values"]

    def predict(self, x: list) -> list[float]:
        return self._network(x if _BATCH > 1 else [x])

    def unbatch(self, output: list[float]) -> list[float]:
        return output

    def encode_response(self, output: float | list[float]) -> dict:
        return {"mean": output if _BATCH > 1 else output[0]}


if __name__ == "__main__":
    api = Forecaster(max_batch_size=_BATCH, batch_timeout=0.001 if _BATCH > 1 else 0, api_path="/forecast")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1, fast_queue=True)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, log_level="warning", generate_client_file=False
    )
