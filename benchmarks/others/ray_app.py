"""Ray Serve, with `serve.batch` (BATCH above 1) or without."""

from __future__ import annotations

import logging
import os
import sys
import threading

import network
import ray
from ray import serve
from ray.serve.schema import LoggingConfig
from starlette.requests import Request

_BATCH = int(os.environ["BATCH"])


@serve.deployment(
    num_replicas=1,
    max_ongoing_requests=128,
    ray_actor_options={"num_cpus": 1},
    logging_config=LoggingConfig(log_level="WARNING", enable_access_log=False),
)
class Forecaster:
    def __init__(self) -> None:
        self._network = network.Onnx()

    async def __call__(self, request: Request) -> dict:
        values = (await request.json())["values"]
        return {"mean": await self.merged(values) if _BATCH > 1 else self._network([values])[0]}

    @serve.batch(max_batch_size=_BATCH, batch_wait_timeout_s=0)
    async def merged(self, windows: list[list[float]]) -> list[float]:
        return self._network(windows)


if __name__ == "__main__":
    environment = {"env_vars": {name: os.environ[name] for name in ("BATCH", "MODEL", "PYTHONPATH")}}
    ray.init("local", num_cpus=2, include_dashboard=False, logging_level=logging.ERROR, runtime_env=environment)
    serve.start(
        http_options={"host": "127.0.0.1", "port": int(sys.argv[1])},
        logging_config=LoggingConfig(log_level="WARNING", enable_access_log=False),
    )
    serve.run(Forecaster.bind(), route_prefix="/forecast")
    threading.Event().wait()
