"""The other servers: how each is started, its request and answer, and its packages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MODEL = Path("models/forecast/google/1").resolve()
APPS = Path(__file__).parent / "others"
_VENVS = Path(".cache/servers")
WINDOW: list[float] = [value for (value,) in json.loads((MODEL / "test.json").read_bytes())["values"][:60]]


@dataclass(frozen=True)
class Server:
    """A server that is compared.

    Args:
        command: run in its folder; `{port}` is filled in.
        body: the request for one window, and the place of the forecast in the answer.
        venv: the name of its requirements; none means our own.
        batch: windows that it may merge; none means that it is not ours to say.
    """

    name: str
    command: Sequence[str]
    body: Any
    answer: Callable[[Any], float]
    path: str = "/forecast"
    venv: str | None = None
    batch: int | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.name if self.batch is None else f"{self.name}, batching {'on' if self.batch > 1 else 'off'}"

    @property
    def python(self) -> Path:
        return Path(sys.executable) if self.venv is None else (_VENVS / self.venv / "bin" / "python").absolute()


def every() -> list[Server]:
    ours = {"model": "google", "version": "1", "series": [{"values": WINDOW}]}
    inputs = [{"name": "values", "shape": [1, len(WINDOW)], "datatype": "FP64", "data": WINDOW}]
    quiet = {"BENTOML_DO_NOT_TRACK": "True", "OTEL_SDK_DISABLED": "true"}
    bento = ["-m", "bentoml", "serve", "bento:Forecaster", "--host", "127.0.0.1", "--port", "{port}"]
    mls = {
        "MLSERVER_HOST": "127.0.0.1",
        "MLSERVER_PARALLEL_WORKERS": "0",
        "MLSERVER_DEBUG": "false",
        "MLSERVER_GZIP_ENABLED": "false",
        "MLSERVER_METRICS_ENDPOINT": "",
        "MLSERVER_MODEL_NAME": "google",
        "MLSERVER_MODEL_IMPLEMENTATION": "mls.Forecaster",
    }
    own = {"SEQSERVE_LOG_LEVEL": "warning", "SEQSERVE_MODELS": str(MODEL.parents[2])}
    mean = lambda answer: answer["mean"]  # noqa: E731
    found = [
        Server(
            "seqserve",
            ["-m", "service"],
            ours,
            lambda answer: answer["forecasts"][0]["mean"][0],
            environment=own,
        ),
        Server(
            "seqserve, Open Inference Protocol",
            ["-m", "service"],
            {"inputs": inputs},
            lambda answer: answer["outputs"][0]["data"][0],
            path="/v2/models/google/versions/1/infer",
            environment=own,
        ),
    ]
    for batch in (32, 1):
        merging = {"MLSERVER_MODEL_MAX_BATCH_SIZE": str(batch), "MLSERVER_MODEL_MAX_BATCH_TIME": "0.001"}
        found += [
            Server(
                "MLServer",
                ["-c", "from mlserver.cli import main; main()", "start", "."],
                {"inputs": inputs},
                lambda answer: answer["outputs"][0]["data"][0],
                path="/v2/models/google/infer",
                venv="mlserver",
                batch=batch,
                environment=mls | (merging if batch > 1 else {}),
            ),
            Server("LitServe", ["lit.py", "{port}"], {"values": WINDOW}, mean, venv="litserve", batch=batch),
            Server("BentoML", bento, {"windows": [WINDOW]}, lambda answer: answer[0], batch=batch, environment=quiet),
            Server(
                "Ray Serve",
                ["ray_app.py", "{port}"],
                {"values": WINDOW},
                mean,
                venv="ray",
                batch=batch,
                environment={"RAY_SERVE_THROUGHPUT_OPTIMIZED": "1", "RAY_USAGE_STATS_ENABLED": "0"},
            ),
        ]
    uvicorn = ["-m", "uvicorn", "keras_app:app", "--no-access-log", "--log-level", "warning", "--port", "{port}"]
    threads = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "2"}
    keras = Server("FastAPI, Keras", uvicorn, {"values": WINDOW}, mean, venv="keras", environment=threads)
    return [*found, keras]


def installed(server: Server) -> bool:
    """Install a server's packages if they are missing; returns whether it has them."""
    if server.venv is None:
        return True
    wanted, folder = APPS / f"{server.venv}.txt", _VENVS / server.venv
    stamp = folder / wanted.name
    if stamp.exists() and stamp.read_bytes() == wanted.read_bytes():
        return True
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted]
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True, text=True)
        subprocess.run(pip, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        print(f"{server.title} is left out: {error.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return False
    stamp.write_bytes(wanted.read_bytes())
    return True
