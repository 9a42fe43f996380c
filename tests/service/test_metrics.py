from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service import metrics


def test_a_replaced_worker_leaves_no_live_gauges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, alive = tmp_path / f"gauge_livesum_{ended.pid}.db", tmp_path / f"gauge_livesum_{os.getpid()}.db"
    foreign = tmp_path / "gauge_livesum_1.db"  # which only root may send a signal
    counters = tmp_path / f"counter_{ended.pid}.db"
    for file in (dead, alive, foreign, counters):
        file.touch()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    metrics.forget_dead_processes()
    assert [file.exists() for file in (dead, alive, foreign, counters)] == [False, True, True, True]
