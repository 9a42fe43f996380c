"""Batch scoring on a Ray cluster of two nodes, both on this machine."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest

from seqserve.batch import ray_cluster
from seqserve.core import ray_session
from testing.service_process import free_port

ray = pytest.importorskip("ray", reason="needs the extra ray")
pytestmark = pytest.mark.slow

RANDOM_PORTS = ("--min-worker-port=0", "--max-worker-port=0", "--dashboard-agent-listen-port=0")


@contextmanager
def node(log: Path, *arguments: str) -> Iterator[None]:
    """A node with one core, until the block ends."""
    command = [
        sys.executable,
        "-m",
        "ray.scripts.scripts",
        "start",
        "--block",
        "--num-cpus=1",
        *RANDOM_PORTS,
        *arguments,
    ]
    with (
        log.open("w") as stream,
        subprocess.Popen(
            command, stdout=stream, stderr=stream, env=os.environ | {"RAY_USAGE_STATS_ENABLED": "0"}
        ) as process,
    ):
        try:
            yield
        finally:
            everything = [*psutil.Process(process.pid).children(recursive=True), process]
            for one in everything:
                one.kill()


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a cluster with two nodes, which know each other and the job by a token."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    port = free_port()
    address = f"127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.enter_context(node(tmp_path / "head.log", "--head", f"--port={port}", "--include-dashboard=false"))
        until(lambda: is_open(port))
        stack.enter_context(node(tmp_path / "other.log", f"--address={address}"))
        until(lambda: len(nodes(address)) == 2)
        yield address


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < end, "the cluster did not come to be"
        time.sleep(0.2)


def is_open(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


def nodes(address: str) -> list[str]:
    """The ids of the nodes of a cluster, none while it does not answer."""
    asked = f"import ray; ray.init('{address}', logging_level='error'); print(*[n['NodeID'] for n in ray.nodes()])"
    return subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False).stdout.split()


def batch(models: Path, texts: Path, output: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "seqserve", "--models", str(models), "batch", "sentiment"]
    command += ["--input", str(texts), "--output", str(output), "--rows", "5", *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def blocks(output: Path) -> dict[str, bytes]:
    return {str(path.relative_to(output)): path.read_bytes() for path in output.rglob("*.parquet")}


def test_two_nodes_of_one_core_do_what_one_machine_does(
    models: Path, texts: Path, tmp_path: Path, cluster: str
) -> None:
    lines = [json.dumps({"text": f"a film, number {number}"}) for number in range(60)]
    (texts / "c.jsonl").write_text("\n".join(lines))
    (texts / "broken.parquet").write_bytes(b"PAR1 nothing")
    ran = batch(models, texts, tmp_path / "ray", "--engine", "ray", "--address", cluster, "--workers", "2")
    assert ran.returncode == 1, "one file is broken"
    assert "broken.parquet is no Parquet file" in ran.stderr
    summary = json.loads((tmp_path / "ray" / "_summary.json").read_text())
    assert summary["answered"] == 96
    # An actor that reads and one that answers never fit on one core, so both nodes take part; a second one answers too
    # if it starts before all is done.
    assert set(summary["nodes"]) <= set(nodes(cluster))
    assert sum(summary["nodes"].values()) == 98
    assert batch(models, texts, tmp_path / "local", "--workers", "1").returncode == 1
    assert blocks(tmp_path / "ray") == blocks(tmp_path / "local")

    (tmp_path / "ray" / "a.csv" / "00001.parquet").unlink()
    (tmp_path / "ray" / "a.csv" / "_done.json").unlink()
    ran = batch(models, texts, tmp_path / "ray", "--engine", "ray", "--address", cluster, "--workers", "2")
    assert "5 blocks had been written before" in ran.stderr
    assert blocks(tmp_path / "ray") == blocks(tmp_path / "local")


def test_a_cluster_that_is_not_there_is_named(models: Path, texts: Path, tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    ran = batch(models, texts, tmp_path / "out", "--engine", "ray", "--address", address)
    assert ran.returncode == 1
    assert f"there is no Ray cluster at {address}" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_cluster_of_one_core_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = Mock()
    ray.cluster_resources.return_value = {"CPU": 1.0}
    ray.exceptions.RayError = RuntimeError
    monkeypatch.setattr(ray_session, "started", lambda address: ray)
    with pytest.raises(ValueError, match="has 1 core, and batch scoring needs two"):
        next(ray_cluster.run(Mock(), [], None, None))
    ray.shutdown.assert_called_once()
