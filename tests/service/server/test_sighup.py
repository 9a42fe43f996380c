"""SIGHUP, sent to real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.server import sighup

ROOT = Path(__file__).parents[3]

_WORKER = """
import time
from service.server import sighup
sighup.listen(lambda: print("told", flush=True))
print("ready", flush=True)
time.sleep(60)
"""

_SUPERVISOR = f"""
import subprocess, sys
from service.server import sighup
sighup.supervise()
subprocess.run([sys.executable, "-c", {_WORKER!r}])
"""


def test_the_supervisor_passes_it_on_to_its_workers() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _SUPERVISOR], stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == "told\n"
        assert process.poll() is None
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_process_without_a_supervisor_is_not_orphaned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SERVICE_SUPERVISOR_PID", raising=False)
    assert not sighup.is_orphaned()
    sighup.tell_others()  # nobody is told


def test_it_is_orphaned_when_another_process_is_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_SUPERVISOR_PID", str(os.getppid()))
    assert not sighup.is_orphaned()
    monkeypatch.setenv("SERVICE_SUPERVISOR_PID", str(os.getpid()))
    assert sighup.is_orphaned()
