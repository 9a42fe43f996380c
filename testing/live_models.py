"""A running service whose models tree the tests change."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from seqserve.registry.artifact import Release
from seqserve.registry.label_files import LABELS
from testing import tiny
from testing.service_process import Running

GOOD = tiny.values(8)
TOKEN = "open sesame, said Ali"
ADMIN = {"Authorization": f"Bearer {TOKEN}"}
OFTEN = {"SEQSERVE_POLL_SECONDS": "0.05"}
NEVER = {"SEQSERVE_POLL_SECONDS": "86400"}
NUMBERS = count(1)


@dataclass(frozen=True)
class Site:
    """A service, its models tree, and one model in it with a stable version 1."""

    service: Running
    models: Path
    name: str = "tiny"

    @property
    def versions(self) -> Path:
        return self.models / "forecast" / self.name

    @property
    def labels(self) -> Path:
        return self.versions / LABELS

    def release(self, **options: Any) -> Release:
        return tiny.release(self.name, **options)

    def publish(self, label: str | None = "stable", **options: Any) -> None:
        tiny.publish(self.models, self.release(**options), label=label)

    def publish_harmed(self, harm: Callable[[Path], object], release: Release | None = None) -> Path:
        """Publish a version that is damaged before the service can see it; returns its folder."""
        elsewhere = self.models.with_name("elsewhere")
        shutil.copytree(self.versions, elsewhere / "forecast" / self.name)
        key = tiny.publish(elsewhere, release or self.release(), label=None)
        harm(elsewhere / "forecast" / self.name / key.version)
        published = (elsewhere / "forecast" / self.name / key.version).rename(self.versions / key.version)
        shutil.rmtree(elsewhere)
        return published

    def write_label(self, label: str, version: str) -> None:
        """Point a label at a version without the checks of the command."""
        staging = self.labels.with_name(".staging")
        staging.write_text(json.dumps({**json.loads(self.labels.read_text()), label: version}))
        staging.replace(self.labels)

    def model(self) -> Any:
        return self.service.client.get(f"/models/forecast/{self.name}").json()

    def loaded(self) -> list[str]:
        return [version["version"] for version in self.model()["versions"] if version["loaded"]]

    def ask(self, **asked: Any) -> httpx.Response:
        """Send a request on a new connection, so that any worker may answer."""
        body = {"series": [{"values": GOOD}], "model": self.name, **asked}
        return self.service.client.post("/forecast", json=body, headers={"Connection": "close"})

    def served(self, **asked: Any) -> str:
        """Send a request; returns the version that answered."""
        answer = self.ask(**asked)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["version"])

    def put(self, label: str, body: Any, headers: dict[str, str] = ADMIN) -> httpx.Response:
        return self.service.client.put(f"/models/forecast/{self.name}/labels/{label}", json=body, headers=headers)

    def move(self, label: str, version: str, **more: Any) -> httpx.Response:
        return self.put(label, {"version": version, **more})

    def logged(self, text: str) -> int:
        return self.service.log.read_text().count(text)


def eventually(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < end, "the condition was not met within 90 s"
        time.sleep(0.02)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def flip_network(version: Path) -> None:
    flip(version / "model.onnx")
