"""The npm clients against a running service, where `npm install` was run in tests/clients/npm."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).with_name("npm")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("node") is None or not (FOLDER / "node_modules").is_dir(),
        reason="needs node, and npm install in tests/clients/npm",
    ),
]


def test_npm_clients(base: str) -> None:
    ran = subprocess.run(
        ["node", "check.js"], cwd=FOLDER, env={**os.environ, "BASE": base}, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
