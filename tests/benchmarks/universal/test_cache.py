"""A forecast is made once, and read afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.universal import statistics
from benchmarks.universal.cache import Cache
from benchmarks.universal.statistics import Made
from training.forecast.universal.evaluation.windows import Window

WINDOW = Window("some", np.arange(20.0), np.arange(3.0), 1, 1, "digest-3")


def test_a_forecast_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Cache(tmp_path / "new", "last value").make(WINDOW)
    monkeypatch.setattr(statistics, "make", None)
    read = Cache(tmp_path / "new", "last value").make(WINDOW)
    assert read.forecast == pytest.approx(made.forecast, rel=1e-8)
    assert (read.failed, read.milliseconds) == (made.failed, pytest.approx(made.milliseconds, abs=1e-3))


def test_a_line_that_was_not_written_to_its_end_is_made_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path, "last value")
    cache.make(WINDOW)
    cache.file.write_text(cache.file.read_text()[:-30])
    again = Cache(tmp_path, "last value")
    assert again.get(WINDOW) is None
    again.make(WINDOW)
    assert isinstance(Cache(tmp_path, "last value").get(WINDOW), Made)
