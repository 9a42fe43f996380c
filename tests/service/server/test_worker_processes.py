from __future__ import annotations

import os
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from service.server import worker_slot
from service.server.worker_processes import WorkerProcesses


def test_workers_that_run_are_measured_by_their_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    (tmp_path / "1.process").write_text(str(os.getpid()))
    (tmp_path / "2.process").write_text(str(os.getppid()))
    (tmp_path / "3.process").write_text("999999999")  # it has ended
    registry = CollectorRegistry()
    registry.register(WorkerProcesses())
    found = {worker: registry.get_sample_value("process_open_fds", {"worker": worker}) for worker in "123"}
    assert found["1"] == pytest.approx(len(os.listdir("/proc/self/fd")), abs=3)  # noqa: PTH208
    assert found["2"]
    assert found["3"] is None


def test_without_workers_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    assert worker_slot.processes() == {}
    assert list(WorkerProcesses().collect()) == []


@pytest.mark.parametrize("stat", ["", f"7 (python) Z {'0 ' * 50}"])
def test_a_worker_that_is_just_ending_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stat: str) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    (tmp_path / "1.process").write_text("7")
    (tmp_path / "7" / "fd").mkdir(parents=True)
    (tmp_path / "7" / "limits").touch()
    (tmp_path / "7" / "stat").write_text(stat)
    (tmp_path / "stat").write_text("btime 1700000000\n")
    assert list(WorkerProcesses(str(tmp_path)).collect()) == []
