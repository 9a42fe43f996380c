"""In processes of their own, since metrics are made as they are imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

_COUNT = """
import sys
from service.server.worker_slot import take_place
take_place(int(sys.argv[1]))
from service.monitoring import metrics
metrics.STEPS.labels("forecast").inc()
metrics.READY_WORKERS.set(1)
from prometheus_client import CollectorRegistry
content = metrics.exposition(CollectorRegistry())[0].decode()
print([line.rpartition(" ")[2] for line in content.splitlines() if line.startswith("seqserve_steps_total{")][0])
"""


def count(directory: Path, number: int) -> float:
    command = [sys.executable, "-c", _COUNT, str(number)]
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    return float(ran.stdout)


def test_a_worker_counts_on_in_the_files_of_the_one_it_replaces(tmp_path: Path) -> None:
    assert count(tmp_path, 1) == 1
    files = {path.name for path in tmp_path.iterdir()}
    assert count(tmp_path, 1) == 2
    assert {path.name for path in tmp_path.iterdir()} == files
    assert count(tmp_path, 2) == 3, "another has files of its own"
    assert len(list(tmp_path.iterdir())) > len(files)
