"""How far a long work is, for the one who waits for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from rich import progress
from rich.console import Console


class Progress:
    """A bar with a rate and the time left on a terminal; elsewhere, as in a log, one line at the end.

    `NO_COLOR`, set to anything, turns its colours off.

    Args:
        total: how many there are; none if nobody knows.
        noun: what they are, such as `series`.
        done: how many were done before.
        stream: stderr by default, so that results can be piped.
    """

    def __init__(
        self,
        total: int | None,
        noun: str,
        done: int = 0,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._noun, self._clock, self._begin = noun, clock, clock()
        self._stream = stream or sys.stderr
        self._before = self._done = done
        console = Console(file=self._stream, highlight=False)
        self._bar = progress.Progress(
            progress.BarColumn(),
            progress.TextColumn(
                "{task.completed:,.0f}" + " of {task.total:,.0f}" * (total is not None) + " {task.description}"
            ),
            _Rate(),
            progress.TimeRemainingColumn(),
            progress.TextColumn("left"),
            console=console,
            get_time=clock,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(noun, total=total, completed=done)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the bar away and say how long it took, unless there was an error."""
        self._bar.stop()
        if error is None:
            seconds, done = self._clock() - self._begin, self._done - self._before
            rate = f", {_told(done / seconds)} a second" if seconds > 0 and done else ""
            print(f"{done:,} {self._noun} in {seconds:.1f} s{rate}", file=self._stream, flush=True)

    def add(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        self._bar.update(self._task, completed=self._done)


class _Rate(progress.ProgressColumn):
    def render(self, task: progress.Task) -> str:
        return f"{_told(task.speed)} a second," if task.speed else ""


def _told(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def duration(seconds: float) -> str:
    """Seconds as people say them: `8 s`, `3 min`, `2.5 h`."""
    if seconds < 100:
        return f"{seconds:.2g} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:.1f} h"
