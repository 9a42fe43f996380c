"""Forecasts that were made before, as JSON lines: statistical methods take minutes to hours for all windows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from benchmarks.universal import statistics
from benchmarks.universal.statistics import Made
from training.forecast.universal.evaluation.windows import Window


class Cache:
    """The forecasts of one statistical method.

    Args:
        folder: holds a file a method, which is made when there is something to write.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.file = folder / f"{name.replace(' ', '_')}.jsonl"
        self._made: dict[str, Made] = {}
        content = self.file.read_text() if self.file.is_file() else ""
        self._broken = bool(content) and not content.endswith("\n")
        for line in content.splitlines():
            self._read(line)

    def _read(self, line: str) -> None:
        try:
            made = json.loads(line)
        except ValueError:  # the line of a run that was stopped while it wrote: made again
            return
        self._made[made["window"]] = Made(np.array(made["forecast"]), made["ms"], made["failed"])

    def get(self, window: Window) -> Made | None:
        """What was made of a window, if it was."""
        return self._made.get(window.digest)

    def make(self, window: Window) -> Made:
        """The forecast of a window; one that is not there yet is made and written."""
        found = self.get(window)
        if found:
            return found
        made = statistics.make(self.name, window)
        numbers = [[float(f"{number:.9g}") for number in step] for step in made.forecast]
        line = {"window": window.digest, "set": window.set, "ms": round(made.milliseconds, 3), "failed": made.failed}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a") as file:
            file.write("\n" * self._broken + json.dumps({**line, "forecast": numbers}) + "\n")
            self._broken = False
        self._made[window.digest] = made
        return made
