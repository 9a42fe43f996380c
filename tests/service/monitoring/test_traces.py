from __future__ import annotations

import subprocess
import sys

import pytest

from service.monitoring import traces


def test_nothing_is_traced_until_told() -> None:
    assert not traces.are_on()
    assert traces.current() is None
    assert traces.trace_id() is None
    traces.stage("queue", 1, None)
    traces.batch([None], 1, 1)
    traces.stop()


def test_without_the_packages_it_is_said_which_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_PROTOCOL", raising=False)
    assert traces.trouble() == ""
    monkeypatch.setattr(traces, "find_spec", lambda name: None)
    assert "seqserve[tracing]" in traces.trouble()


def test_the_exporter_is_not_imported_until_traces_are_on() -> None:
    code = "import sys, service.app; print(*sorted(name for name in sys.modules if 'otlp' in name))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
