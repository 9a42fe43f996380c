"""Build the images from their Dockerfiles, use them as `docker-compose.yml` does, and print their sizes.

    python -m benchmarks.images [--mirror URL]

Needs neither Docker nor the public base image: `debootstrap` makes a Debian with Python, `buildah` builds on it, and
containers are namespaces with a read-only root (see `benchmarks.containers`). The service starts on a volume with the
shipped models and answers one prediction of each task and its health check. Then the training image trains a forecaster
onto the same volume, until the running service answers with it. A third image, FastAPI and Keras on TensorFlow with the
same models, is built for comparison and answers one request.

Needs root, Linux, `debootstrap`, `buildah`, a network, and 15 GB in `TMPDIR`, which are freed at the end.
"""

from __future__ import annotations

import argparse
import math
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks import containers
from benchmarks.containers import Builder, ContainerError, Image
from testing.tasks import TASKS

_USER = 10001
_START_SECONDS = 120
_TRAINING = ("--csv", "/data/tides.csv", "--target", "height", "--window", "24", "--units", "8")
_FIT = ("--epochs", "30", "--learning-rate", "0.01")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", default="http://deb.debian.org/debian", help="Debian's archive (%(default)s)")
    mirror = parser.parse_args().mirror
    with tempfile.TemporaryDirectory(prefix="images-") as folder, containers.builder(Path(folder), mirror) as builder:
        serving = _timed("serving", lambda: builder.build("serving", "deploy/Dockerfile"))
        training = _timed("training", lambda: builder.build("training", "deploy/Dockerfile.training"))
        keras = _timed(
            "keras", lambda: builder.build("keras", "benchmarks/others/keras.Dockerfile", "--ignorefile=/dev/null")
        )
        _use(serving, training, Path(folder))
        _ask_keras(keras)
        _sizes(builder, [serving, training, keras])


def _timed(name: str, build: Callable[[], Image]) -> Image:
    begin = time.monotonic()
    image = build()
    print(f"built {name} in {time.monotonic() - begin:.0f} s: {' '.join(image.command)}, as {image.said['User']}")
    return image


def _use(serving: Image, training: Image, folder: Path) -> None:
    """Serve, predict, train, and serve the trained model."""
    models = folder / "models"
    shutil.copytree(serving.root / "models", models, copy_function=shutil.copy2)  # as Docker fills an empty volume
    for path in (models, *models.rglob("*")):
        owner = (serving.root / path.relative_to(folder)).stat()
        shutil.chown(path, owner.st_uid, owner.st_gid)
    with _serving(serving, {"/models": models}) as (client, port):
        for task in TASKS.values():
            print(f"{task.path}: {client.post(task.path, json=task.shipped).raise_for_status().text}")
        serving.run(serving.health_check, {}, {"PORT": str(port)})
        print("healthy, as the image's own check says")
        _refuses_to_write(serving)
        _train(training, models, folder)
        _wait_for(client, "tides")
    print("stopped")


def _train(training: Image, models: Path, folder: Path) -> None:
    data, work = folder / "data", folder / "work"
    data.mkdir()
    rows = (f"{math.sin(hour / 24 * 2 * math.pi) + 0.1 * math.sin(hour * 1.7):.4f}" for hour in range(600))
    (data / "tides.csv").write_text("height\n" + "\n".join(rows) + "\n")
    work.mkdir()
    shutil.chown(work, _USER, _USER)
    volumes = {"/models": models, "/work": work, "/data": data}
    said = training.run([*training.entrypoint, "forecast", *_TRAINING, *_FIT], volumes, {})
    print(*said.splitlines()[-2:], sep="\n")
    left = sorted(str(path.relative_to(work)) for path in work.iterdir())
    print(f"left behind in /work: {', '.join(left) or 'nothing'}")


def _refuses_to_write(image: Image) -> None:
    try:
        image.run(["touch", "/app/changed"], {}, {})
    except ContainerError as refused:
        print(f"the root cannot be written: {str(refused).strip()}")
    else:
        raise ContainerError("the root could be written")


def _wait_for(client: httpx.Client, model: str) -> None:
    """Wait until the service answers with a new model."""
    series = [{"values": [math.sin(hour / 24 * 2 * math.pi) for hour in range(24)]}]
    for _ in range(100):
        answer = client.post("/forecast", json={"model": model, "series": series})
        if answer.is_success:
            print(f"/forecast of the new model: {answer.text}")
            return
        time.sleep(0.1)
    raise ContainerError(f"the service does not answer with {model}: {answer.text}")


@contextmanager
def _serving(image: Image, volumes: dict[str, Path], ready: str = "/readyz") -> Iterator[tuple[httpx.Client, int]]:
    """A container that listens on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begin = time.monotonic()
    variables = {"HOST": "127.0.0.1", "PORT": str(port), "UVICORN_PORT": str(port), "UVICORN_HOST": "127.0.0.1"}
    with tempfile.TemporaryFile("w+") as log:
        process = image.start(image.command, volumes, variables, stdout=log, stderr=subprocess.STDOUT)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                while not _answers(client, ready):
                    if process.poll() is not None or time.monotonic() - begin > _START_SECONDS:
                        log.seek(0)
                        raise ContainerError(f"{image.name} did not start: {log.read()[-2000:]}")
                    time.sleep(0.05)
                print(f"{image.name} answers {ready} after {time.monotonic() - begin:.1f} s")
                yield client, port
        finally:
            containers.stop(process)


def _answers(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).is_success
    except httpx.TransportError:
        return False


def _ask_keras(keras: Image) -> None:
    values = [800 + step % 7 for step in range(60)]
    with _serving(keras, {}, "/docs") as (client, _):
        print(f"keras: {client.post('/forecast', json={'values': values}).raise_for_status().text}")


def _sizes(builder: Builder, images: list[Image]) -> None:
    rows = [("base", builder.mounted()), *((image.name, image.root) for image in images)]
    print("\n| image | MB | beside its base | packed |\n| --- | ---: | ---: | ---: |")
    base = containers.unpacked(rows[0][1])
    for name, root in rows:
        size = containers.unpacked(root)
        print(
            f"| {name} | {size / 1e6:.0f} | {(size - base) / 1e6:.0f} | {builder.packed(name) / 1e6:.0f} |", flush=True
        )


if __name__ == "__main__":
    main()
